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
	/** Of who signs on: what is still to be typed. */
	#signingOn: { readonly number: string; readonly passcodes: string[] } | undefined;
	#lacking: Lacking | undefined;

	constructor(pressKey: (key: Key) => void, knowledge: AttendantKnowledge) {
		this.#pressKey = pressKey;
		this.#knowledge = knowledge;
	}

	/** Why a transaction was cancelled at its attendant; undefined when it was not. */
	get lacking(): Lacking | undefined {
		return this.#lacking;
	}

	/** From now on this operator answers, until called without one. */
	signsOn(operator: Credentials | undefined): void {
		const [passcode = "", own] = operator?.passcodes ?? [];
		this.#signingOn = operator && { number: operator.number, passcodes: [passcode, ...(own ? [own, own] : [])] };
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
		else if (name === "enterPasscode" && !hasDots(screen)) soon(() => this.#enterPasscode());
		else if (name === "enterDigits" && !this.#hasSeenDigits) {
			this.#hasSeenDigits = true; // it is drawn again with each digit
			soon(() => this.#type(this.#knowledge.referralCode, "referralCode"));
		}
	}

	/** Once: each wrong one counts towards the lock. */
	#enterPasscode(): void {
		if (this.#signingOn) {
			this.#type(this.#signingOn.passcodes.shift(), undefined);
			return;
		}
		const { supervisorPasscode } = this.#knowledge;
		if (this.#hasTypedPasscode) this.#type(undefined, "wrongSupervisorPasscode");
		else this.#type(supervisorPasscode, "supervisorPasscode");
		this.#hasTypedPasscode = supervisorPasscode !== undefined;
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
