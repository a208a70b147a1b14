import type { Crypto } from "../ports.js";

/** A block cipher as modes of operation need it. Both functions refuse a wrong key or data length with a RangeError. */
export interface BlockCipher {
	/** In bytes. */
	readonly blockLength: 8 | 16;
	readonly ecb: Crypto["desEcb"];
	readonly cbc: Crypto["desCbc"];
}

/** Triple DES with 2 or 3 keys, and single DES where a standard asks for it. */
export function tdesCipher(crypto: Crypto): BlockCipher {
	return guarded("DES", 8, [8, 16, 24], crypto.desEcb, crypto.desCbc);
}

/** AES with 128, 192 or 256 bits. */
export function aesCipher(crypto: Crypto): BlockCipher {
	return guarded("AES", 16, [16, 24, 32], crypto.aesEcb, crypto.aesCbc);
}

/** What a platform says of a wrong length differs, or is nothing at all; a key or message from outside must be refused alike. */
function guarded(
	name: string,
	blockLength: 8 | 16,
	keyLengths: readonly number[],
	ecb: BlockCipher["ecb"],
	cbc: BlockCipher["cbc"],
): BlockCipher {
	const check = (key: Uint8Array, data: Uint8Array) => {
		if (!keyLengths.includes(key.length)) throw new RangeError(`a ${name} key has ${keyLengths.join(", ")} bytes`);
		if (data.length % blockLength) throw new RangeError(`${name} works on whole blocks of ${blockLength} bytes`);
	};
	return {
		blockLength,
		ecb(key, data, direction) {
			check(key, data);
			return ecb(key, data, direction);
		},
		cbc(key, iv, data, direction) {
			check(key, data);
			if (iv.length !== blockLength) throw new RangeError(`the initial vector of ${name} has ${blockLength} bytes`);
			return cbc(key, iv, data, direction);
		},
	};
}
