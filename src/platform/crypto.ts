import { BlockCipher, Digest } from "crypt";
import { wipe, xor } from "../bytes/bytes.js";
import type { CipherDirection, Crypto } from "../ports.js";

const DES_BLOCK_LENGTH = 8;
const AES_BLOCK_LENGTH = 16;

type BlockTransform = (block: Uint8Array) => Uint8Array;

/** The primitives from the SDK's native module `crypt`. It looks neither at lengths nor at modes, so that this one does. */
export const nativeCrypto: Crypto = Object.freeze<Crypto>({
	sha1: (...parts) => digest("SHA1", ...parts),
	sha256: data => digest("SHA256", data),
	sha512: data => digest("SHA512", data),
	desEcb: (key, data, direction) => eachBlock(DES_BLOCK_LENGTH, data, desBlock(key, direction)),
	desCbc: (key, iv, data, direction) => chained(DES_BLOCK_LENGTH, iv, data, desBlock(key, direction), direction),
	aesEcb: (key, data, direction) => eachBlock(AES_BLOCK_LENGTH, data, aesBlock(key, direction)),
	aesCbc: (key, iv, data, direction) => chained(AES_BLOCK_LENGTH, iv, data, aesBlock(key, direction), direction),
});

function digest(name: "SHA1" | "SHA256" | "SHA512", ...parts: readonly Uint8Array[]): Uint8Array {
	const state = new Digest(name);
	for (const part of parts) state.write(bufferOf(part));
	return new Uint8Array(state.close());
}

/** One block through AES. */
function aesBlock(key: Uint8Array, direction: CipherDirection): BlockTransform {
	if (![16, 24, 32].includes(key.length)) throw new RangeError("an AES key has 16, 24 or 32 bytes");
	const aes = openCipher("AES", key);
	const run = direction === "encipher" ? "encrypt" : "decrypt";
	return block => new Uint8Array(aes[run](bufferOf(block)));
}

/** One block through DES or triple DES. */
function desBlock(key: Uint8Array, direction: CipherDirection): BlockTransform {
	const [run, reverse] =
		direction === "encipher" ? (["encrypt", "decrypt"] as const) : (["decrypt", "encrypt"] as const);
	switch (key.length) {
		case 8: {
			const des = openCipher("DES", key);
			return block => new Uint8Array(des[run](bufferOf(block)));
		}
		case 16: {
			const tdes = openCipher("TDES", key);
			return block => new Uint8Array(tdes[run](bufferOf(block)));
		}
		case 24: {
			// Three single ciphers: the SDK's triple DES takes three keys in the wrong order when it deciphers.
			const thirds = [0, 8, 16].map(at => openCipher("DES", key.subarray(at, at + 8)));
			const [first, middle, last] = direction === "encipher" ? thirds : thirds.reverse();
			return block => new Uint8Array(last![run](middle![reverse](first![run](bufferOf(block)))));
		}
		default:
			throw new RangeError("a DES key has 8, 16 or 24 bytes");
	}
}

/** The native cipher keeps a key schedule of its own until it is collected; only the copy made here can be wiped. */
function openCipher(name: "AES" | "DES" | "TDES", key: Uint8Array): BlockCipher {
	const copy = key.slice();
	try {
		return new BlockCipher(name, copy.buffer as ArrayBuffer);
	} finally {
		wipe(copy); // WIPE
	}
}

function eachBlock(blockLength: number, data: Uint8Array, transform: BlockTransform): Uint8Array {
	if (data.length % blockLength) throw new RangeError(`the cipher works on whole blocks of ${blockLength} bytes`);
	const result = new Uint8Array(data.length);
	for (let at = 0; at < data.length; at += blockLength) result.set(transform(data.subarray(at, at + blockLength)), at);
	return result;
}

/** Cipher block chaining (NIST SP 800-38A, 6.2). */
function chained(
	blockLength: number,
	iv: Uint8Array,
	data: Uint8Array,
	transform: BlockTransform,
	direction: CipherDirection,
): Uint8Array {
	if (iv.length !== blockLength) throw new RangeError(`the initial vector has ${blockLength} bytes`);
	let chain = iv;
	return eachBlock(blockLength, data, block => {
		const result = direction === "encipher" ? transform(xor(block, chain)) : xor(transform(block), chain);
		chain = direction === "encipher" ? result : block;
		return result;
	});
}

/** `crypt` takes whole ArrayBuffers only. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
	return bytes.slice().buffer as ArrayBuffer;
}
