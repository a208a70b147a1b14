import { wipe } from "../bytes/bytes.js";
import { sealBox } from "../crypto/sealedBox.js";
import type { Random } from "../ports.js";
import type { MessageKeys } from "./hostKeys.js";
import { encodePinBlockFormat3 } from "./pinBlock.js";

/**
 * For a PIN before the terminal shares keys with its bank: a PIN block of ISO 9564-1 format 3, bound to its card number, in
 * a box that the bank alone opens.
 * @param agreementKey X25519, of a certificate that was verified
 */
export function sealedPinKeys(random: Random, agreementKey: Uint8Array): MessageKeys {
	const refuse = (): never => {
		throw new TypeError("there are no keys for messages before the binding");
	};
	return Object.freeze({
		keySerialNumber: undefined,
		mac: refuse,
		macIsRight: refuse,
		encipherData: refuse,
		pinBlock(digits: Uint8Array, pan: string) {
			const block = encodePinBlockFormat3(random, digits, pan);
			try {
				return sealBox(random, block, agreementKey);
			} finally {
				wipe(block); // WIPE
			}
		},
	});
}
