import { AES } from "@stablelib/aes";
import { xor } from "../../bytes/bytes.js";
import type { CipherDirection } from "../../ports.js";

/**
 * AES (FIPS 197) in ECB and CBC mode with the block cipher of @stablelib/aes, the cheapest on XS: 8 k compute units for a key
 * and a block, after 420 k once for its tables, which keep 10 KB.
 */

const BLOCK_LENGTH = 16;

/** See `Crypto.aesEcb`. @throws {RangeError} on a wrong length */
export function aesEcb(key: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	return eachBlock(key, undefined, data, direction);
}

/** See `Crypto.aesCbc`. @throws {RangeError} on a wrong length */
export function aesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	if (iv.length !== BLOCK_LENGTH) throw new RangeError("the initial vector of AES has 16 bytes");
	return eachBlock(key, iv, data, direction);
}

function eachBlock(
	key: Uint8Array,
	iv: Uint8Array | undefined,
	data: Uint8Array,
	direction: CipherDirection,
): Uint8Array {
	if (key.length !== 16 && key.length !== 24 && key.length !== 32)
		throw new RangeError("an AES key has 16, 24 or 32 bytes");
	if (data.length % BLOCK_LENGTH) throw new RangeError("AES works on whole blocks of 16 bytes");
	const isEncipher = direction === "encipher";
	const cipher = new AES(key, isEncipher);
	const result = new Uint8Array(data.length);
	let chain = iv;
	for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
		const input = data.subarray(at, at + BLOCK_LENGTH);
		const output = result.subarray(at, at + BLOCK_LENGTH);
		if (isEncipher) {
			cipher.encryptBlock(chain ? xor(input, chain) : input, output);
			if (chain) chain = output;
		} else {
			cipher.decryptBlock(input, output);
			if (chain) {
				output.set(xor(output, chain));
				chain = input;
			}
		}
	}
	cipher.clean(); // WIPE
	return result;
}
