import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";

/** Closes and opens what lies on the medium: see `Seal`. */
export interface RecordSeal {
	close(plain: Uint8Array): Uint8Array;
	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined;
}

/**
 * A value in a sealed box, bound to its place: CBOR of `[sequence, value]`. What was changed, moved to another place, or
 * written by another device does not open.
 */
export class RecordCodec {
	readonly #seal: RecordSeal;

	constructor(seal: RecordSeal) {
		this.#seal = seal;
	}

	close(sequence: number, value: unknown): Uint8Array {
		const plain = encodeCbor([sequence, value]);
		try {
			return this.#seal.close(plain);
		} finally {
			wipe(plain); // WIPE
		}
	}

	/** @returns undefined when the box does not open at this place */
	open(sequence: number, payload: Uint8Array): { readonly value: unknown } | undefined {
		const plain = this.#seal.open(payload);
		if (!plain) return undefined;
		const decoded = decodeCbor(plain);
		return Array.isArray(decoded) && decoded[0] === sequence ? { value: decoded[1] } : undefined;
	}
}
