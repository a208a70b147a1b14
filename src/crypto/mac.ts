import { asciiBytes, wipe, xor } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import type { Crypto } from "../ports.js";

/** ISO/IEC 9797-1 padding method 2: one 80, then zeros to a whole block. */
export function padMethod2(data: Uint8Array, blockLength = 8): Uint8Array {
	const padded = new Uint8Array((Math.floor(data.length / blockLength) + 1) * blockLength);
	padded.set(data);
	padded[data.length] = 0x80;
	return padded;
}

/** ISO/IEC 9797-1 padding method 1: zeros to a whole block, at least one block. */
export function padMethod1(data: Uint8Array, blockLength = 8): Uint8Array {
	const padded = new Uint8Array(Math.max(1, Math.ceil(data.length / blockLength)) * blockLength);
	padded.set(data);
	return padded;
}

/**
 * ISO/IEC 9797-1 MAC algorithm 3 ("retail MAC") with a double-length DES key, 8 bytes.
 * @param padded whole blocks, padded by the caller
 */
export function retailMac(crypto: Crypto, key: Uint8Array, padded: Uint8Array): Uint8Array {
	const left = key.subarray(0, 8);
	const chained = crypto.desCbc(left, new Uint8Array(8), padded, "encipher");
	const last = chained.subarray(-8);
	const middle = crypto.desEcb(key.subarray(8, 16), last, "decipher");
	const mac = crypto.desEcb(left, middle, "encipher");
	wipe(chained, middle);
	return mac;
}

/**
 * The UnionPay-style ECB-XOR MAC: the blocks XORed together, spelled as 16 hexadecimal characters;
 * the first 8 enciphered, XORed with the last 8, enciphered again. The MAC is the first 8 characters of the result's hex.
 * @param key 8 bytes (single DES) or 16 (triple DES)
 */
export function ecbXorMac(crypto: Crypto, key: Uint8Array, data: Uint8Array): Uint8Array {
	const padded = padMethod1(data);
	let block: Uint8Array = new Uint8Array(8);
	for (let at = 0; at < padded.length; at += 8) block = xor(block, padded.subarray(at, at + 8));
	const spelled = asciiBytes(formatHex(block));
	const first = crypto.desEcb(key, spelled.subarray(0, 8), "encipher");
	const result = crypto.desEcb(key, xor(first, spelled.subarray(8)), "encipher");
	return asciiBytes(formatHex(result).slice(0, 8));
}
