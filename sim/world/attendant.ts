import { type MessageId, message } from "../../src/display/messages.js";
import type { Screen } from "../../src/display/screen.js";
import type { Digit, Key } from "../../src/ports.js";
import { soon } from "./soon.js";

export interface AttendantKnowledge {
	/** Digits that the supervisor types. */
	readonly supervisorPasscode?: string | undefined;
	/** Number of the supervisor, where supervisors have numbers. */
	readonly approver?: string | undefined;
	/** What the issuer's voice centre has told. */
	readonly referralCode?: string | undefined;
}

/** Of what the attendant knows, what the terminal asked for and did not get, or did not take. */
export type Lacking = "supervisorPasscode" | "wrongSupervisorPasscode" | "referralCode" | "approver";

/** What of who signs on was not taken: the passcode; for an initial one, that there is no own one, or the one there is. */
export type Unaccepted = "wrong" | "noOwn" | "weakOwn";

/** Who signs on. */
export interface Credentials {
	readonly number: string;
	/** The passcode and, when it is an initial one, the operator's own: digits. */
	readonly passcodes: readonly string[];
}

/** The merchant's person at the terminal: agrees to what was ordered, and cancels what needs knowledge it has not. */
export class Attendant {
	readonly #pressKey: (key: Key) => void;
	readonly #knowledge: AttendantKnowledge;
	#hasTypedPasscode = false;
	#hasSeenDigits = false;
	#hasTypedNumber = false;
	#signingOn: Credentials | undefined;
	#lacking: Lacking | undefined;
	#unaccepted: Unaccepted | undefined;

	constructor(pressKey: (key: Key) => void, knowledge: AttendantKnowledge) {
		this.#pressKey = pressKey;
		this.#knowledge = knowledge;
	}

	/** Why a transaction was cancelled at its attendant; undefined when it was not. */
	get lacking(): Lacking | undefined {
		return this.#lacking;
	}

	/** Why a sign-on was cancelled; undefined when it was not. */
	get unaccepted(): Unaccepted | undefined {
		return this.#unaccepted;
	}

	/** From now on this operator answers, until called without one. */
	signsOn(operator: Credentials | undefined): void {
		this.#signingOn = operator;
		if (operator) this.#unaccepted = undefined;
	}

	/** To be called with each screen that the terminal draws. */
	see(screen: Screen): void {
		const { name } = screen;
		if (name !== "enterOperator") this.#hasTypedNumber = false;
		else if (!this.#hasTypedNumber) {
			this.#hasTypedNumber = true; // it is drawn again with each digit
			soon(() => this.#type(this.#signingOn?.number ?? this.#knowledge.approver, "approver"));
		}
		if (name === "confirm" || name === "warning") soon(() => this.#pressKey("enter"));
		else if (name === "enterPasscode" && !hasDots(screen)) soon(() => this.#enterPasscode(screen));
		else if (name === "enterDigits" && !this.#hasSeenDigits) {
			this.#hasSeenDigits = true; // it is drawn again with each digit
			soon(() => this.#type(this.#knowledge.referralCode, "referralCode"));
		}
	}

	/** Each one once: a wrong one counts towards the lock. */
	#enterPasscode(screen: Screen): void {
		if (this.#signingOn) {
			this.#proveOperator(screen, this.#signingOn.passcodes);
			return;
		}
		const { supervisorPasscode } = this.#knowledge;
		if (this.#hasTypedPasscode) this.#type(undefined, "wrongSupervisorPasscode");
		else this.#type(supervisorPasscode, "supervisorPasscode");
		this.#hasTypedPasscode = supervisorPasscode !== undefined;
	}

	/** All of these screens have one name; what is asked for, or wrong, is in their title. */
	#proveOperator(screen: Screen, [passcode, own]: Credentials["passcodes"]): void {
		const asksFor = (title: MessageId) => hasText(screen, title);
		if (asksFor("operatorPasscode")) this.#type(passcode, undefined);
		else if (asksFor("newPasscode") || asksFor("newPasscodeAgain")) {
			if (own === undefined) this.#unaccepted = "noOwn";
			this.#type(own, undefined);
		} else {
			this.#unaccepted = asksFor("wrongPasscode") ? "wrong" : "weakOwn";
			this.#type(undefined, undefined);
		}
	}

	#type(digits: string | undefined, what: Lacking | undefined): void {
		if (digits === undefined) {
			this.#lacking = what;
			this.#pressKey("cancel");
			return;
		}
		for (const digit of digits) this.#pressKey(digit as Digit);
		this.#pressKey("enter");
	}
}

function hasDots(screen: Screen): boolean {
	return screen.items.some(item => item.kind === "dots" && item.count > 0);
}

function hasText(screen: Screen, id: MessageId): boolean {
	const texts = [message(id, "en"), message(id, "zh")];
	return screen.items.some(item => item.kind === "text" && texts.includes(item.text));
}
