import { asciiBytes, concat, wipe } from "../bytes/bytes.js";
import { hmac } from "../crypto/hmac.js";
import { openSecretbox, SECRETBOX_NONCE_LENGTH, secretbox } from "../crypto/secretbox.js";
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

	/** Tells whether two sales were of one card without keeping its number: 8 bytes of an HMAC of the PAN. */
	link(crypto: Crypto, pan: string): Uint8Array {
		return this.#slots.use("link", "M7", "G", key =>
			hmac(crypto, "sha256", key, asciiBytes(pan)).slice(0, LINK_LENGTH),
		);
	}

	/** Nonce of 24 bytes, then the box: 40 bytes longer than `plain`. */
	close(plain: Uint8Array): Uint8Array {
		const nonce = this.#random.bytes(SECRETBOX_NONCE_LENGTH);
		return this.#slots.use("journal", "D0", "E", key => concat(nonce, secretbox(plain, nonce, key)));
	}

	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined {
		if (sealed.length < SECRETBOX_NONCE_LENGTH) return undefined;
		const nonce = sealed.subarray(0, SECRETBOX_NONCE_LENGTH);
		const box = sealed.subarray(SECRETBOX_NONCE_LENGTH);
		return this.#slots.use("journal", "D0", "D", key => openSecretbox(box, nonce, key));
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
const LINK_LENGTH = 8;
