import { concat } from "../../src/bytes/bytes.js";
import type { Crypto } from "../../src/ports.js";
import { modulusLength, type RsaPrivateKey, rsaPrivate } from "./rsaPrivateKey.js";

/** Which part of a signed block is wrong; the signature itself is made with the right key. */
export type SignatureDamage = "header" | "trailer" | "hash";

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
	damage?: SignatureDamage,
): Uint8Array {
	const part1 = new Uint8Array(modulusLength(key) - 22).fill(0xbb);
	if (recoverable.length > part1.length) throw new RangeError("the recoverable part is too long for the key");
	part1.set(recoverable);
	const hash = crypto.sha1(concat(part1, appended));
	if (damage === "hash") hash[0]! ^= 0x01;
	// The lowest bit of the header cannot lift the block above the modulus, whose highest bit is set.
	const header = damage === "header" ? 0x6b : 0x6a;
	return rsaPrivate(key, concat(Uint8Array.of(header), part1, hash, Uint8Array.of(damage === "trailer" ? 0xbd : 0xbc)));
}
