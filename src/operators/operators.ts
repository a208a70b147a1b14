import { SealedFile } from "../journal/sealedFile.js";
import type { AccessEvent, Who } from "./accessEvent.js";
import type { AccessTrail } from "./accessTrail.js";
import { initialPasscode, isPasscode, type KeptPasscode, keepPasscode, whyWeak } from "./passcode.js";
import type { PasscodePorts } from "./passcodes.js";
import { isOperatorNumber, type OperatorRole } from "./rights.js";

const FILE = "operators";
const MOST_OPERATORS = 50;

/** A person as the terminal knows them: a number and what they may do. */
export interface Operator {
	/** 2 to 4 digits. */
	readonly number: string;
	readonly role: OperatorRole;
	/** The passcode is still the one that the terminal gave: it must be changed before it is good for anything. */
	readonly isInitial: boolean;
}

interface KeptOperator extends Operator {
	readonly passcode: KeptPasscode;
}

interface Kept {
	readonly list: readonly KeptOperator[];
	/** The newest change and the number of its entry in the trail: written there when a power cut has left it out. */
	readonly change: { readonly number: number; readonly at: number; readonly event: AccessEvent };
}

/** What somebody asked for that cannot be; its message says what to do. */
export class OperatorError extends Error {
	override name = "OperatorError";
}

/** Why a chosen passcode is not taken. */
export type WeakPasscode = "length" | "trivial" | "same";

/**
 * The persons who work at the terminal, and the passcode of each. All of them lie in one sealed file that is replaced as a
 * whole; what was changed and by whom is in the access trail, also after a power cut between the two.
 */
export class Operators {
	readonly #ports: PasscodePorts;
	readonly #file: SealedFile<Kept>;
	readonly #trail: AccessTrail;
	readonly #rounds: number;
	#kept: Kept | undefined;
	#isLost: boolean;

	/** @param now milliseconds since 1970 @param rounds of PBKDF2 for new passcodes */
	constructor(ports: PasscodePorts, trail: AccessTrail, rounds: number, now: number) {
		this.#ports = ports;
		this.#trail = trail;
		this.#rounds = rounds;
		this.#file = new SealedFile(ports, FILE);
		const kept = this.#file.read();
		if (kept && kept !== "damaged") {
			this.#kept = kept;
			const { number, at, event } = kept.change;
			if (trail.newest.number === number - 1) trail.append(at, event);
			// The trail is older than the list: somebody has put an old one there.
			else if (trail.newest.number < number) trail.suspect(now, "it is older than the list of operators");
		}
		this.#isLost = changeOf(this.#kept) !== trail.state.listChange;
		if (this.#isLost) this.#kept = undefined;
	}

	get #list(): readonly KeptOperator[] {
		return this.#kept?.list ?? [];
	}

	/** The list was removed, changed or exchanged for an older one: nobody is an operator until somebody is added again. */
	get isLost(): boolean {
		return this.#isLost;
	}

	/** By number. */
	list(): readonly Operator[] {
		return this.#list.map(({ number, role, isInitial }) => ({ number, role, isInitial }));
	}

	find(number: string): Operator | undefined {
		return this.list().find(each => each.number === number);
	}

	has(role: OperatorRole): boolean {
		return this.#list.some(each => each.role === role);
	}

	/**
	 * Whether this is the passcode of that operator.
	 * @param passcode ASCII digits; the caller wipes them
	 * @param then what the right passcode is for
	 */
	judge(number: string, passcode: Uint8Array, now: number, then: AccessEvent): "right" | "wrong" | "locked" {
		const { passcode: kept } = this.#operator(number);
		return this.#trail.judge(number, now, () => isPasscode(this.#ports.crypto, kept, passcode), then);
	}

	/** Why an operator cannot choose this passcode; undefined when they can. */
	whyNot(number: string, passcode: Uint8Array): WeakPasscode | undefined {
		const { passcode: before } = this.#operator(number);
		return whyWeak(passcode) ?? (isPasscode(this.#ports.crypto, before, passcode) ? "same" : undefined);
	}

	/** The operator's own new passcode. @returns why it is not taken; undefined when it is */
	choosePasscode(number: string, passcode: Uint8Array, now: number): WeakPasscode | undefined {
		const why = this.whyNot(number, passcode);
		if (why) return why;
		const after = {
			...this.#operator(number),
			isInitial: false,
			passcode: keepPasscode(this.#ports, passcode, this.#rounds),
		};
		this.#write(this.#with(after), now, { type: "passcodeChanged", who: number, by: number });
		return undefined;
	}

	/**
	 * @returns the initial passcode, ASCII digits: nobody can ask for it again
	 * @throws {OperatorError} on a number that is none or taken, and when there are too many
	 */
	add(number: string, role: OperatorRole, by: Who, now: number): Uint8Array {
		if (!isOperatorNumber(number)) throw new OperatorError("an operator has a number of 2 to 4 digits, not 0");
		if (this.find(number)) throw new OperatorError(`operator ${number} is there already: choose another number`);
		if (this.#list.length >= MOST_OPERATORS)
			throw new OperatorError(`there are ${MOST_OPERATORS} operators already: remove one first`);
		// The list stays lost until the next one is on the medium: no power cut leaves a terminal without operators.
		if (this.#isLost) this.#trail.append(now, { type: "listLost", by });
		const initial = this.#giveInitial(number, role, now, { type: "added", who: number, role, by });
		this.#isLost = false;
		return initial;
	}

	/** @throws {OperatorError} on a number that nobody has */
	remove(number: string, by: Who, now: number): void {
		this.#operator(number);
		const others = this.#list.filter(each => each.number !== number);
		this.#write(others, now, { type: "removed", who: number, by });
	}

	/** All of them, with the merchant whose people they are. To be called again after a power cut. */
	forget(now: number): void {
		this.#write([], now, { type: "forgotten" });
		this.#isLost = false;
		this.#file.remove();
		this.#kept = undefined;
	}

	/** Another initial passcode, which ends a lock, too. @throws {OperatorError} on a number that nobody has */
	reset(number: string, by: Who, now: number): Uint8Array {
		const { role } = this.#operator(number);
		return this.#giveInitial(number, role, now, { type: "reset", who: number, by });
	}

	/** Ends a lock. @throws {OperatorError} on a number that nobody has */
	unlock(number: string, by: Who, now: number): void {
		this.#operator(number);
		this.#trail.append(now, { type: "unlocked", who: number, by });
	}

	#giveInitial(number: string, role: OperatorRole, now: number, event: AccessEvent): Uint8Array {
		const initial = initialPasscode(this.#ports.random);
		const passcode = keepPasscode(this.#ports, initial, this.#rounds);
		this.#write(this.#with({ number, role, isInitial: true, passcode }), now, event);
		return initial;
	}

	#operator(number: string): KeptOperator {
		const found = this.#list.find(each => each.number === number);
		if (found) return found;
		throw new OperatorError(`there is no operator ${number}`);
	}

	#with(operator: KeptOperator): KeptOperator[] {
		const others = this.#list.filter(each => each.number !== operator.number);
		return [...others, operator].sort((a, b) => Number(a.number) - Number(b.number));
	}

	/** The list first: a power cut behind it leaves what the next start enters into the trail. */
	#write(list: readonly KeptOperator[], at: number, event: AccessEvent): void {
		const before = this.#kept;
		const kept = { list, change: { number: this.#trail.newest.number + 1, at, event } };
		this.#file.write(kept);
		try {
			this.#trail.append(at, event);
		} catch (error) {
			// What the trail cannot take has not happened: its next entry would make the list a lost one.
			if (before) this.#file.write(before);
			else this.#file.remove();
			throw error;
		}
		this.#kept = kept;
	}
}

/** Number of the entry in the trail that this list goes with; 0: with none. */
function changeOf(kept: Kept | undefined): number {
	return !kept || kept.change.event.type === "forgotten" ? 0 : kept.change.number;
}
