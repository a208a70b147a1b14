import { allowsMode, type KeyAlgorithm, type KeyAttributes, type KeySlot, SLOTS } from "./keyAttributes.js";
import { KeyError } from "./keyError.js";

/** A key on its way into a slot; the caller wipes it. */
export interface NewKey extends KeyAttributes {
	readonly key: Uint8Array;
	/** Told instead of the key's own check value, where the slot holds more than a key. */
	readonly kcv?: Uint8Array;
}

/** A key from outside, with the check value that its sender states. */
export interface ReceivedKey extends NewKey {
	readonly algorithm: "T" | "A";
	readonly kcv: Uint8Array;
}

const KEY_LENGTHS: Readonly<Partial<Record<KeyAlgorithm, readonly number[]>>> = Object.freeze({
	T: Object.freeze([8, 16, 24]),
	A: Object.freeze([16, 24, 32]),
});

/** @throws {KeyError} when the slot does not take such a key */
export function checkAttributes(slot: KeySlot, { usage, algorithm, modeOfUse, key }: NewKey): void {
	const { usages, algorithms, modes } = SLOTS[slot];
	if (!usages.includes(usage) || !algorithms.includes(algorithm))
		throw new KeyError(`the ${slot} slot takes no key for ${usage} of algorithm ${algorithm}`);
	if (!modes.every(mode => allowsMode(modeOfUse, mode)))
		throw new KeyError(`the ${slot} slot takes no key of mode of use ${modeOfUse}`);
	if (key.length === 0) throw new KeyError(`the ${slot} key is empty`);
}

/** @throws {KeyError} when keys of the algorithm have other lengths */
export function checkLength(slot: string, algorithm: KeyAlgorithm, key: Uint8Array): void {
	const lengths = KEY_LENGTHS[algorithm]!;
	if (!lengths.includes(key.length)) throw new KeyError(`the ${slot} key must be ${lengths.join(", ")} bytes`);
}
