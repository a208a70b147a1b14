import { asciiBytes, concat } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import type { Purpose } from "./deskMessages.js";

/**
 * The unpredictable number (tag 9F37) over which the merchant's card makes its cryptogram: 4 bytes that only this request
 * gives. A cryptogram made for a sale, another purpose, another terminal or another day proves nothing here.
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 */
export function cardChallenge(
	crypto: Crypto,
	purpose: Purpose,
	nonce: Uint8Array,
	signingKey: Uint8Array,
	subject: Uint8Array,
): Uint8Array {
	return crypto
		.sha256(concat(asciiBytes(`kassa card challenge ${purpose}`), Uint8Array.of(0), nonce, signingKey, subject))
		.slice(0, 4);
}
