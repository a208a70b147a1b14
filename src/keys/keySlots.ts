import nacl from "tweetnacl";
import { concat, equal, wipe } from "../bytes/bytes.js";
import type { Crypto, Random, Storage } from "../ports.js";
import { tdesKeyCheckValue } from "./keyCheckValue.js";

/** What a key is for (ANSI X9.143, table "key usage"). */
export type KeyUsage =
	/** P0: enciphers PIN blocks. */
	| "P0"
	/** M0: makes and checks MACs of host messages. */
	| "M0"
	/** D0: enciphers data. */
	| "D0";

export type KeySlot = "pin" | "mac" | "journal";

/** A key cannot be loaded or used as asked: a fault of configuration, never a matter of the card or the bank. */
export class KeyError extends Error {
	override readonly name = "KeyError";
}

const NONCE_LENGTH = 24;

/**
 * The terminal's secret keys. Each lies in a file of its own, enciphered and authenticated under the device key with
 * NaCl secretbox (its cost on XS: docs/dependencies.md), and is in the clear only while one operation runs.
 * Only the modules of this folder call `use`.
 */
export class KeySlots {
	readonly #storage: Storage;
	readonly #random: Random;
	readonly #crypto: Crypto;
	readonly #deviceKeySecret: Uint8Array;

	/** @param deviceKeySecret 32 bytes that belong to this device alone */
	constructor(ports: { storage: Storage; random: Random; crypto: Crypto }, deviceKeySecret: Uint8Array) {
		if (deviceKeySecret.length !== nacl.secretbox.keyLength) throw new KeyError("the device key must be 32 bytes");
		this.#storage = ports.storage;
		this.#random = ports.random;
		this.#crypto = ports.crypto;
		this.#deviceKeySecret = deviceKeySecret;
	}

	/**
	 * Puts a key into a slot, for good or not at all.
	 * @param key 8, 16 or 32 bytes; the caller wipes it
	 * @param kcv Key Check Value as the sender states it, 3 or 4 bytes
	 * @throws {KeyError} when length or check value are wrong; the slot keeps what it had
	 */
	load(slot: KeySlot, usage: KeyUsage, key: Uint8Array, kcv: Uint8Array): void {
		if (![8, 16, 32].includes(key.length)) throw new KeyError(`the ${slot} key must be 8, 16 or 32 bytes`);
		const own = keyCheckValue(this.#crypto, key);
		if (kcv.length < 3 || !equal(own.subarray(0, kcv.length), kcv))
			throw new KeyError(`the check value of the ${slot} key differs: ask the bank to send the key again`);
		const plain = concat(Uint8Array.of(usage.charCodeAt(0), usage.charCodeAt(1)), key);
		try {
			const nonce = this.#random.bytes(NONCE_LENGTH);
			this.#storage.replace(fileName(slot), concat(nonce, nacl.secretbox(plain, nonce, this.#deviceKeySecret)));
		} finally {
			wipe(plain); // WIPE
		}
	}

	/** Makes a random data key in an empty slot; a key that is there stays. */
	ensureDataKey(slot: KeySlot): void {
		if (this.#storage.size(fileName(slot)) !== undefined) return;
		const key = this.#random.bytes(nacl.secretbox.keyLength);
		try {
			this.load(slot, "D0", key, keyCheckValue(this.#crypto, key));
		} finally {
			wipe(key); // WIPE
		}
	}

	/** Runs one operation with the key in the clear, then wipes it. @throws {KeyError} on an empty slot, a damaged file, another usage */
	use<T>(slot: KeySlot, usage: KeyUsage, operation: (key: Uint8Array) => T): T {
		const size = this.#storage.size(fileName(slot));
		if (size === undefined) throw new KeyError(`no ${slot} key is loaded: sign in at the bank first`);
		const file = this.#storage.read(fileName(slot), 0, size);
		const nonce = file.subarray(0, NONCE_LENGTH);
		const box = file.subarray(NONCE_LENGTH);
		const plain = size < NONCE_LENGTH ? null : nacl.secretbox.open(box, nonce, this.#deviceKeySecret);
		if (!plain) throw new KeyError(`the ${slot} key is damaged or of another device: have the keys loaded again`);
		try {
			if (String.fromCharCode(plain[0]!, plain[1]!) !== usage)
				throw new KeyError(`the ${slot} key must not be used for ${usage}`);
			return operation(plain.subarray(2));
		} finally {
			wipe(plain); // WIPE
		}
	}
}

/** What a slot's key is checked by, 4 bytes: of a DES key the legacy value, of a data key the start of its SHA-256. */
export function keyCheckValue(crypto: Crypto, key: Uint8Array): Uint8Array {
	if (key.length === 32) return crypto.sha256(key).slice(0, 4);
	return tdesKeyCheckValue(crypto, key).slice(0, 4);
}

function fileName(slot: KeySlot): string {
	return `key-${slot}`;
}
