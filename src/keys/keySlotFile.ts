import { asciiBytes, concat, latin1Text, readUint, uintBytes, wipe } from "../bytes/bytes.js";
import { openSecretbox, SECRETBOX_NONCE_LENGTH, secretbox } from "../crypto/secretbox.js";
import type { Random } from "../ports.js";
import {
	type Exportability,
	type KeyAlgorithm,
	type KeyAttributes,
	type KeySlot,
	type KeyUsage,
	type ModeOfUse,
	SLOT_NAMES,
} from "./keyAttributes.js";

/** What is known of a key that has its place. */
export interface StoredKeyAttributes extends KeyAttributes {
	readonly kcv: Uint8Array;
}

export interface StoredKey {
	readonly attributes: StoredKeyAttributes;
	readonly key: Uint8Array;
}

/** Which key of which slot: under the seal too, so that no file passes for another or for a newer one. */
export interface SlotPlace {
	readonly slot: KeySlot;
	readonly generation: number;
}

const PLACE_LENGTH = 5;
const HEADER_LENGTH = PLACE_LENGTH + 6;

/**
 * The file of one slot: `nonce (24) | secretbox under the store key`. In the box: slot (1), generation (4), usage (2),
 * algorithm, mode of use, exportability (1 each), length of the check value (1), check value, key.
 */
export function encodeSlotFile(
	{ attributes, key }: StoredKey,
	place: SlotPlace,
	storeKeySecret: Uint8Array,
	random: Random,
): Uint8Array {
	const { usage, algorithm, modeOfUse, exportability, kcv } = attributes;
	const letters = asciiBytes(usage + algorithm + modeOfUse + exportability);
	const plain = concat(placeBytes(place), letters, Uint8Array.of(kcv.length), kcv, key);
	const nonce = random.bytes(SECRETBOX_NONCE_LENGTH);
	try {
		return concat(nonce, secretbox(plain, nonce, storeKeySecret));
	} finally {
		wipe(plain); // WIPE
	}
}

/** @returns undefined when the file is damaged, another slot's or of another generation; the caller wipes the key */
export function decodeSlotFile(file: Uint8Array, place: SlotPlace, storeKeySecret: Uint8Array): StoredKey | undefined {
	if (file.length <= SECRETBOX_NONCE_LENGTH) return undefined;
	const plain = openSecretbox(
		file.subarray(SECRETBOX_NONCE_LENGTH),
		file.subarray(0, SECRETBOX_NONCE_LENGTH),
		storeKeySecret,
	);
	if (!plain) return undefined;
	if (!placeBytes(place).every((byte, i) => plain[i] === byte)) {
		wipe(plain); // WIPE
		return undefined;
	}
	const letters = latin1Text(plain.subarray(PLACE_LENGTH, HEADER_LENGTH - 1));
	const kcvEnd = HEADER_LENGTH + readUint(plain, HEADER_LENGTH - 1, 1);
	return {
		attributes: {
			usage: letters.slice(0, 2) as KeyUsage,
			algorithm: letters[2] as KeyAlgorithm,
			modeOfUse: letters[3] as ModeOfUse,
			exportability: letters[4] as Exportability,
			kcv: plain.slice(HEADER_LENGTH, kcvEnd),
		},
		key: plain.subarray(kcvEnd),
	};
}

function placeBytes({ slot, generation }: SlotPlace): Uint8Array {
	return concat(Uint8Array.of(SLOT_NAMES.indexOf(slot)), uintBytes(generation, 4));
}
