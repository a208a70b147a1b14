import nacl from "tweetnacl";
import { asciiBytes, concat, wipe } from "../bytes/bytes.js";
import type { Crypto, Random } from "../ports.js";
import type { KeyAlgorithm, KeySlot, KeyUsage, ModeOfUse } from "./keyAttributes.js";
import type { KeySlots } from "./keySlots.js";

/** Card data at rest: NaCl secretbox under the journal key; both keys are made in the device and never leave it. */
export class Seal {
	readonly #slots: KeySlots;
	readonly #random: Random;

	constructor(slots: KeySlots, random: Random) {
		makeKey(slots, random, "journal", "D0", "0", "B");
		makeKey(slots, random, "link", "M7", "H", "G");
		this.#slots = slots;
		this.#random = random;
	}

	/** Tells whether two sales were of one card without keeping its number: 8 bytes of a keyed SHA-256 of the PAN. */
	link(crypto: Crypto, pan: string): Uint8Array {
		return this.#slots.use("link", "M7", "G", key => {
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
		return this.#slots.use("journal", "D0", "E", key => concat(nonce, nacl.secretbox(plain, nonce, key)));
	}

	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined {
		const nonceLength = nacl.secretbox.nonceLength;
		if (sealed.length < nonceLength) return undefined;
		return this.#slots.use(
			"journal",
			"D0",
			"D",
			key => nacl.secretbox.open(sealed.subarray(nonceLength), sealed.subarray(0, nonceLength), key) ?? undefined,
		);
	}
}

/** A random key of 32 bytes in an empty slot; a key that is there stays. */
function makeKey(
	slots: KeySlots,
	random: Random,
	slot: KeySlot,
	usage: KeyUsage,
	algorithm: KeyAlgorithm,
	modeOfUse: ModeOfUse,
): void {
	if (slots.has(slot)) return;
	const key = random.bytes(KEY_LENGTH);
	try {
		slots.install({ [slot]: { usage, algorithm, modeOfUse, exportability: "N", key } });
	} finally {
		wipe(key); // WIPE
	}
}

const KEY_LENGTH = 32;
