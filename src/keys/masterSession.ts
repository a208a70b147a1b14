import { equal } from "../bytes/bytes.js";
import { ecbXorMac } from "../crypto/mac.js";
import type { Crypto } from "../ports.js";
import type { KeySlots } from "./keySlots.js";

/** The work keys of the master/session scheme: operations under the PIN key and the MAC key, never the keys. */
export class MasterSession {
	readonly #slots: KeySlots;
	readonly #crypto: Crypto;

	constructor(slots: KeySlots, crypto: Crypto) {
		this.#slots = slots;
		this.#crypto = crypto;
	}

	/** Triple DES under the PIN key. @param block a clear PIN block of 8 bytes; the caller wipes it */
	encipherPinBlock(block: Uint8Array): Uint8Array {
		return this.#slots.use("pin", "P0", key => this.#crypto.desEcb(key, block, "encipher"));
	}

	/** Session keys need no serial number. */
	readonly keySerialNumber = undefined;

	/** UnionPay-style MAC of a host message, 8 bytes. */
	mac(data: Uint8Array): Uint8Array {
		return this.#slots.use("mac", "M0", key => ecbXorMac(this.#crypto, key, data));
	}

	macIsRight(data: Uint8Array, mac: Uint8Array): boolean {
		return equal(this.mac(data), mac);
	}
}
