import { concat } from "../../src/bytes/bytes.js";
import type { Crypto } from "../../src/ports.js";
import { modulusLength, type RsaPrivateKey, rsaPrivate } from "./rsaPrivateKey.js";

/**
 * The signature with recovery of certificates and of dynamic data (EMV 4.4 Book 2, A2.1): header 6A, as much of the
 * message as fits, SHA-1 of the whole message, trailer BC.
 * @param recoverable the part inside the signature, filled with BB to its full length (modulus less 22 bytes)
 * @param appended the part that the verifier has from elsewhere
 * @throws {RangeError} when `recoverable` does not fit
 */
export function signWithRecovery(
	crypto: Crypto,
	key: RsaPrivateKey,
	recoverable: Uint8Array,
	appended: Uint8Array,
): Uint8Array {
	const part1 = new Uint8Array(modulusLength(key) - 22).fill(0xbb);
	if (recoverable.length > part1.length) throw new RangeError("the recoverable part is too long for the key");
	part1.set(recoverable);
	const hash = crypto.sha1(concat(part1, appended));
	return rsaPrivate(key, concat(Uint8Array.of(0x6a), part1, hash, Uint8Array.of(0xbc)));
}
