import type { Crypto, Random } from "../ports.js";
import { cardDataIvLength, encipherCardData } from "./cardDataCipher.js";
import { encipheredPinBlock } from "./encipheredPinBlock.js";
import type { HostKeys, KeySchemeSpec, MessageKeys } from "./hostKeys.js";
import { hostMac, isLeftOf, MAC_USAGES } from "./hostMac.js";
import type { KeySlots } from "./keySlots.js";

/** The session keys of the master/session scheme, the same for all messages from one sign-in to the next. */
export class MasterSession implements HostKeys, MessageKeys {
	readonly keySerialNumber = undefined;
	readonly #slots: KeySlots;
	readonly #ports: { readonly crypto: Crypto; readonly random: Random };
	readonly #spec: Pick<KeySchemeSpec, "pinBlockFormat" | "mac">;

	constructor(
		slots: KeySlots,
		ports: { readonly crypto: Crypto; readonly random: Random },
		spec: Pick<KeySchemeSpec, "pinBlockFormat" | "mac">,
	) {
		this.#slots = slots;
		this.#ports = ports;
		this.#spec = spec;
	}

	next(): MessageKeys {
		return this;
	}

	mac(data: Uint8Array): Uint8Array {
		return this.#mac(data, "G");
	}

	macIsRight(data: Uint8Array, mac: Uint8Array): boolean {
		return isLeftOf(this.#mac(data, "V"), mac);
	}

	pinBlock(digits: Uint8Array, pan: string): Uint8Array {
		return this.#slots.use("pin", "P0", "E", (key, { algorithm }) =>
			encipheredPinBlock(this.#ports, this.#spec.pinBlockFormat, algorithm, key, digits, pan),
		);
	}

	encipherData(plain: Uint8Array): Uint8Array {
		const { crypto, random } = this.#ports;
		return this.#slots.use("data", "D0", "E", (key, { algorithm }) =>
			encipherCardData(crypto, algorithm, key, plain, random.bytes(cardDataIvLength(algorithm))),
		);
	}

	#mac(data: Uint8Array, mode: "G" | "V"): Uint8Array {
		const macAlgorithm = this.#spec.mac.algorithm;
		return this.#slots.use("mac", MAC_USAGES[macAlgorithm], mode, (key, { algorithm }) =>
			hostMac(this.#ports.crypto, macAlgorithm, algorithm, key, data),
		);
	}
}
