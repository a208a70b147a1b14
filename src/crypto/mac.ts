import { asciiBytes, concat, uintBytes, wipe, xor } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import type { Crypto } from "../ports.js";
import type { BlockCipher } from "./blockCipher.js";

/** ISO/IEC 9797-1 padding method 1: zeros to a whole block, at least one block. */
export function padMethod1(data: Uint8Array, blockLength = 8): Uint8Array {
	const padded = new Uint8Array(Math.max(1, Math.ceil(data.length / blockLength)) * blockLength);
	padded.set(data);
	return padded;
}

/** ISO/IEC 9797-1 padding method 2: one 80, then zeros to a whole block. */
export function padMethod2(data: Uint8Array, blockLength = 8): Uint8Array {
	const padded = new Uint8Array((Math.floor(data.length / blockLength) + 1) * blockLength);
	padded.set(data);
	padded[data.length] = 0x80;
	return padded;
}

/** ISO/IEC 9797-1 padding method 3: a block with the length of the data in bits, then padding method 1. */
export function padMethod3(data: Uint8Array, blockLength = 8): Uint8Array {
	const length = uintBytes(8 * data.length, Math.min(6, blockLength));
	return concat(new Uint8Array(blockLength - length.length), length, padMethod1(data, blockLength));
}

/** @param method of ISO/IEC 9797-1, 1 to 3 @throws {RangeError} when there is no such method */
export function padByMethod(method: number, data: Uint8Array, blockLength = 8): Uint8Array {
	const pad = [padMethod1, padMethod2, padMethod3][method - 1];
	if (!pad) throw new RangeError("a padding method is 1, 2 or 3");
	return pad(data, blockLength);
}

/**
 * ISO/IEC 9797-1 MAC algorithm 1 (CBC-MAC), one block long; a receiver that wants less keeps the leftmost bytes.
 * @param padded whole blocks, at least one, padded by the caller
 */
export function cbcMac(cipher: BlockCipher, key: Uint8Array, padded: Uint8Array): Uint8Array {
	const chained = cipher.cbc(key, new Uint8Array(cipher.blockLength), padded, "encipher");
	const mac = chained.slice(-cipher.blockLength);
	wipe(chained);
	return mac;
}

/** CMAC (NIST SP 800-38B, 6.2; ISO/IEC 9797-1 MAC algorithm 5), one block long. @throws {RangeError} on a key of single DES */
export function cmac(cipher: BlockCipher, key: Uint8Array, data: Uint8Array): Uint8Array {
	const { blockLength } = cipher;
	// NIST SP 800-38B, 4.1: the block cipher is an approved one, AES or TDEA; single DES is neither.
	if (key.length < SHORTEST_CMAC_KEY)
		throw new RangeError("CMAC wants a key of 16 bytes or more, not one of single DES");
	const whole = data.length > 0 && data.length % blockLength === 0;
	const padded = whole ? data.slice() : padMethod2(data, blockLength);
	const k1 = double(cipher.ecb(key, new Uint8Array(blockLength), "encipher"));
	const subkey = whole ? k1 : double(k1);
	const last = padded.subarray(-blockLength);
	last.set(xor(last, subkey));
	try {
		return cbcMac(cipher, key, padded);
	} finally {
		wipe(k1, subkey, padded); // WIPE
	}
}

const SHORTEST_CMAC_KEY = 16;

/** SP 800-38B, 6.1: one bit to the left, and the constant of the field where a bit fell off. */
function double(block: Uint8Array): Uint8Array {
	const result = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >> 7));
	if (block[0]! & 0x80) result[block.length - 1]! ^= block.length === 16 ? 0x87 : 0x1b;
	return result;
}

/**
 * ISO/IEC 9797-1 MAC algorithm 3 ("retail MAC") with a double-length DES key, 8 bytes.
 * @param padded whole blocks, padded by the caller
 */
export function retailMac(crypto: Crypto, key: Uint8Array, padded: Uint8Array): Uint8Array {
	if (key.length !== 16) throw new RangeError("a retail MAC needs a key of 16 bytes");
	return macAlgorithm3(crypto, key.subarray(0, 8), key.subarray(8), padded);
}

/**
 * ISO/IEC 9797-1 MAC algorithm 3 over DES or triple DES: CBC-MAC under `key1`, its result deciphered with `key2` and
 * enciphered with `key1` again. 8 bytes.
 * @param key1 and `key2`: 8, 16 or 24 bytes each
 * @param padded whole blocks, padded by the caller
 */
export function macAlgorithm3(crypto: Crypto, key1: Uint8Array, key2: Uint8Array, padded: Uint8Array): Uint8Array {
	const chained = crypto.desCbc(key1, new Uint8Array(8), padded, "encipher");
	const middle = crypto.desEcb(key2, chained.subarray(-8), "decipher");
	const mac = crypto.desEcb(key1, middle, "encipher");
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
