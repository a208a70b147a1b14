import { equal } from "../bytes/bytes.js";
import { aesCipher, tdesCipher } from "../crypto/blockCipher.js";
import { cbcMac, cmac, ecbXorMac, padMethod1, retailMac } from "../crypto/mac.js";
import type { Crypto } from "../ports.js";
import type { KeyAlgorithm, KeyUsage } from "./keyAttributes.js";
import { KeyError } from "./keyError.js";

/**
 * How an acquirer has its messages authenticated: the UnionPay-style MAC, ISO/IEC 9797-1 algorithm 1 over whole triple
 * DES or AES, algorithm 3 (both with padding method 1), or CMAC.
 */
export type MacAlgorithm = "ecbXor" | "cbc" | "retail" | "cmac";

/** Length of the field that a MAC goes into (ISO 8583 fields 64 and 128). */
const MAC_LENGTH = 8;

/** The usage that X9.143 gives a key for this algorithm. */
export const MAC_USAGES: Readonly<Record<MacAlgorithm, KeyUsage>> = Object.freeze({
	ecbXor: "M0", // proprietary; the standard has no code for it
	cbc: "M0",
	retail: "M3",
	cmac: "M6",
});

/** The leftmost 8 bytes of the MAC. @throws {KeyError} when the key is not of an algorithm that this MAC is made with */
export function hostMac(
	crypto: Crypto,
	macAlgorithm: MacAlgorithm,
	keyAlgorithm: KeyAlgorithm,
	key: Uint8Array,
	data: Uint8Array,
): Uint8Array {
	const cipher = keyAlgorithm === "A" ? aesCipher(crypto) : tdesCipher(crypto);
	if (keyAlgorithm === "A" && (macAlgorithm === "ecbXor" || macAlgorithm === "retail"))
		throw new KeyError(`the MAC ${macAlgorithm} is made with triple DES only`);
	switch (macAlgorithm) {
		case "ecbXor":
			return ecbXorMac(crypto, key, data);
		case "cbc":
			return cbcMac(cipher, key, padMethod1(data, cipher.blockLength)).slice(0, MAC_LENGTH);
		case "retail":
			return retailMac(crypto, key, padMethod1(data));
		case "cmac":
			return cmac(cipher, key, data).slice(0, MAC_LENGTH);
	}
}

/** Whether a MAC field, of 4 bytes at least, holds the leftmost bytes of this MAC; in constant time. */
export function isLeftOf(mac: Uint8Array, field: Uint8Array): boolean {
	return field.length >= SHORTEST_MAC && equal(mac.subarray(0, field.length), field);
}

const SHORTEST_MAC = 4;
