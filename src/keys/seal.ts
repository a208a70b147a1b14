import nacl from "tweetnacl";
import { asciiBytes, concat, wipe } from "../bytes/bytes.js";
import type { Crypto, Random } from "../ports.js";
import type { KeySlots } from "./keySlots.js";

/** Card data at rest: NaCl secretbox under the journal key. */
export class Seal {
	readonly #slots: KeySlots;
	readonly #random: Random;

	constructor(slots: KeySlots, random: Random) {
		slots.ensureDataKey("journal");
		this.#slots = slots;
		this.#random = random;
	}

	/** Tells whether two sales were of one card without keeping its number: 8 bytes of a keyed SHA-256 of the PAN. */
	link(crypto: Crypto, pan: string): Uint8Array {
		return this.#slots.use("journal", "D0", key => {
			const keyed = concat(key, asciiBytes(pan));
			try {
				return crypto.sha256(keyed).slice(0, 8);
			} finally {
				wipe(keyed); // WIPE
			}
		});
	}

	/** Nonce of 24 bytes, then the box: 40 bytes longer than `plain`. */
	close(plain: Uint8Array): Uint8Array {
		const nonce = this.#random.bytes(nacl.secretbox.nonceLength);
		return this.#slots.use("journal", "D0", key => concat(nonce, nacl.secretbox(plain, nonce, key)));
	}

	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined {
		const nonceLength = nacl.secretbox.nonceLength;
		if (sealed.length < nonceLength) return undefined;
		return this.#slots.use(
			"journal",
			"D0",
			key => nacl.secretbox.open(sealed.subarray(nonceLength), sealed.subarray(0, nonceLength), key) ?? undefined,
		);
	}
}
