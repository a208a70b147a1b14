import { BlockCipher, Digest } from "crypt";
import { wipe, xor } from "../bytes/bytes.js";
import type { CipherDirection, Crypto } from "../ports.js";

const BLOCK_LENGTH = 8;

/** The primitives from the SDK's native module `crypt`. It looks neither at lengths nor at modes, so that this one does. */
export const nativeCrypto: Crypto = Object.freeze<Crypto>({
	sha1: data => digest("SHA1", data),
	sha256: data => digest("SHA256", data),
	desEcb(key, data, direction) {
		const cipher = blockCipher(key, direction);
		return eachBlock(data, block => cipher(block));
	},
	desCbc(key, iv, data, direction) {
		if (iv.length !== BLOCK_LENGTH) throw new RangeError("the initial vector of DES has 8 bytes");
		const cipher = blockCipher(key, direction);
		let chain = iv;
		return eachBlock(data, block => {
			const result = direction === "encipher" ? cipher(xor(block, chain)) : xor(cipher(block), chain);
			chain = direction === "encipher" ? result : block;
			return result;
		});
	},
});

function digest(name: "SHA1" | "SHA256", data: Uint8Array): Uint8Array {
	const state = new Digest(name);
	state.write(bufferOf(data));
	return new Uint8Array(state.close());
}

/** One block through DES or triple DES. */
function blockCipher(key: Uint8Array, direction: CipherDirection): (block: Uint8Array) => Uint8Array {
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
function openCipher(name: "DES" | "TDES", key: Uint8Array): BlockCipher {
	const copy = key.slice();
	try {
		return new BlockCipher(name, copy.buffer as ArrayBuffer);
	} finally {
		wipe(copy); // WIPE
	}
}

function eachBlock(data: Uint8Array, transform: (block: Uint8Array) => Uint8Array): Uint8Array {
	if (data.length % BLOCK_LENGTH) throw new RangeError("DES works on whole blocks of 8 bytes");
	const result = new Uint8Array(data.length);
	for (let at = 0; at < data.length; at += BLOCK_LENGTH)
		result.set(transform(data.subarray(at, at + BLOCK_LENGTH)), at);
	return result;
}

/** `crypt` takes whole ArrayBuffers only. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
	return bytes.slice().buffer as ArrayBuffer;
}
