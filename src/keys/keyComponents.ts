import { equal, wipe } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { keyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";

/** The first key of a bank that still brings it on paper. */
export interface ComponentKey {
	readonly slot: "kbpk" | "master";
	readonly algorithm: "T" | "A";
	/** In bytes: 16 or 24 for triple DES, 16, 24 or 32 for AES. */
	readonly length: number;
}

const LENGTHS = Object.freeze({ T: Object.freeze([16, 24]), A: Object.freeze([16, 24, 32]) });
const USAGES = Object.freeze({ kbpk: "K1", master: "K0" } as const);

/**
 * Loading of a key in clear components under dual control and split knowledge (ISO 11568; PCI PIN Security, requirement 6): the key is
 * the XOR of what at least two persons key in, each of whom sees only their own component and its check value.
 * Call order: `enter` for each person, `kcv`, `commit`; `abandon` at any time. Errors are one sentence for who stands there.
 */
export class KeyComponents {
	readonly #slots: KeySlots;
	readonly #crypto: Crypto;
	readonly #key: ComponentKey;
	readonly #sum: Uint8Array;
	readonly #wipeSum: () => void;
	/** Custodian and check value of their component. */
	readonly #entered: { readonly custodian: string; readonly kcv: Uint8Array }[] = [];
	#isOver = false;

	/** @throws {KeyError} on a length that the algorithm does not have */
	constructor(slots: KeySlots, crypto: Crypto, key: ComponentKey) {
		if (!LENGTHS[key.algorithm].includes(key.length)) throw new KeyError("no such key can be loaded in components");
		this.#slots = slots;
		this.#crypto = crypto;
		this.#key = key;
		this.#sum = new Uint8Array(key.length);
		this.#wipeSum = slots.guard(this.#sum);
	}

	/**
	 * Takes one person's component.
	 * @param custodian who this person is, as the operators' list has it
	 * @param component is wiped, whatever happens
	 * @returns the check value of the component, for its custodian to compare
	 * @throws {KeyError} when it is not one, or the person has given one already; the others' stay
	 */
	enter(custodian: string, component: Uint8Array): Uint8Array {
		const { algorithm, length } = this.#key;
		try {
			this.#goesOn();
			if (this.#entered.some(each => each.custodian === custodian))
				throw new KeyError("each component must come from another person: ask the next custodian");
			if (component.length !== length) throw new KeyError(`a component has ${2 * length} digits: key it in again`);
			if (component.every(byte => byte === component[0]))
				throw new KeyError("this is no random component: key it in again");
			const kcv = keyCheckValue(this.#crypto, algorithm, component);
			if (this.#entered.some(each => equal(each.kcv, kcv)))
				throw new KeyError("two components are the same: ask the bank for new ones");
			for (let i = 0; i < length; i++) this.#sum[i]! ^= component[i]!;
			this.#entered.push({ custodian, kcv });
			return kcv;
		} finally {
			wipe(component); // WIPE
		}
	}

	/** The check value of the whole key, for all custodians to compare. @throws {KeyError} before the second component */
	kcv(): Uint8Array {
		this.#goesOn();
		if (this.#entered.length < FEWEST) throw new KeyError("a key needs at least two components");
		return keyCheckValue(this.#crypto, this.#key.algorithm, this.#sum);
	}

	/**
	 * Puts the key into its slot.
	 * @param kcv the whole key's, as the custodians' papers have it
	 * @throws {KeyError} when it differs or the key is weak: nothing has been stored, and all starts anew
	 */
	commit(kcv: Uint8Array): void {
		try {
			const own = this.kcv();
			const { slot, algorithm } = this.#key;
			if (isWeak(algorithm, this.#sum)) throw new KeyError("parts of the key are the same: ask the bank for a new one");
			if (!equal(own, kcv))
				throw new KeyError("the check value of the key differs: start again with the first component");
			const attributes = { usage: USAGES[slot], algorithm, modeOfUse: "B", exportability: "N" } as const;
			this.#slots.install({ [slot]: { ...attributes, key: this.#sum } });
		} finally {
			this.abandon();
		}
	}

	/** Nothing more can be entered. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/** Forgets everything. */
	abandon(): void {
		this.#isOver = true;
		this.#wipeSum(); // WIPE
	}

	#goesOn(): void {
		if (this.#isOver) throw new KeyError("the loading has ended: start again with the first component");
	}
}

const FEWEST = 2;

/** Triple DES of which two keys in a row are equal is single DES. */
function isWeak(algorithm: "T" | "A", key: Uint8Array): boolean {
	if (algorithm === "A") return false;
	const parts = Array.from({ length: key.length / 8 }, (_, i) => key.subarray(8 * i, 8 * i + 8));
	return parts.some((part, i) => i > 0 && equal(part, parts[i - 1]!));
}
