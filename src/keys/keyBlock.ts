import { asciiBytes, concat, equal, readUint, uintBytes, wipe, xor } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import { aesCipher, type BlockCipher, tdesCipher } from "../crypto/blockCipher.js";
import { cbcMac, cmac } from "../crypto/mac.js";
import type { Crypto, Random } from "../ports.js";
import {
	decodeKeyBlockHeader,
	encodeKeyBlockHeader,
	KeyBlockError,
	type KeyBlockHeader,
	type KeyBlockVersion,
	type NewKeyBlockHeader,
} from "./keyBlockHeader.js";

/**
 * Key blocks: a key enciphered under a Key Block Protection Key (KBPK) and bound to its header by a MAC.
 * Versions A and C (variants of a TDES key), B (keys derived by TDES-CMAC) and D (by AES-CMAC) are those of ANSI X9.143:2021
 * and TR-31:2018; version E enciphers in counter mode (ISO 20038:2017).
 */

interface Method {
	readonly cipher: (crypto: Crypto) => BlockCipher;
	readonly kbpkLengths: readonly number[];
	/** In bytes, leftmost of the whole MAC. */
	readonly macLength: number;
	/** Length of the enciphered part is a multiple of this. */
	readonly unit: number;
	/** How the encipherment and MAC keys come from the KBPK, and what the MAC covers: the key data as sent or in clear. */
	readonly binding: "variant" | "derivation";
	/** Key usage indicator of the encipherment key in its derivation. */
	readonly encipherment: number;
}

// Key usage indicators of derived keys (X9.143, 7.3; ISO 20038, table 5)
const CBC_ENCIPHERMENT = 0x0000;
const MAC = 0x0001;
const CTR_ENCIPHERMENT = 0x0002;

const VARIANT: Method = Object.freeze({
	cipher: tdesCipher,
	kbpkLengths: Object.freeze([8, 16, 24]),
	macLength: 4,
	unit: 8,
	binding: "variant",
	encipherment: CBC_ENCIPHERMENT,
});

const AES_KBPK_LENGTHS = Object.freeze([16, 24, 32]);

const METHODS: Readonly<Record<KeyBlockVersion, Method>> = Object.freeze({
	A: VARIANT,
	B: Object.freeze({
		cipher: tdesCipher,
		kbpkLengths: Object.freeze([16, 24]),
		macLength: 8,
		unit: 8,
		binding: "derivation",
		encipherment: CBC_ENCIPHERMENT,
	}),
	C: VARIANT,
	D: Object.freeze({
		cipher: aesCipher,
		kbpkLengths: AES_KBPK_LENGTHS,
		macLength: 16,
		unit: 16,
		binding: "derivation",
		encipherment: CBC_ENCIPHERMENT,
	}),
	E: Object.freeze({
		cipher: aesCipher,
		kbpkLengths: AES_KBPK_LENGTHS,
		macLength: 16,
		unit: 1,
		binding: "derivation",
		encipherment: CTR_ENCIPHERMENT,
	}),
});

const LENGTH_BYTES = 2;
// Version A and C: the KBPK XORed with these letters, "E" and "M" (X9.143, 7.2)
const ENCIPHERMENT_VARIANT = 0x45;
const MAC_VARIANT = 0x4d;

/**
 * @param kbpk the caller wipes it
 * @returns the header and the key, which the caller wipes
 * @throws {KeyBlockError} when the block is malformed, its MAC is wrong or the KBPK does not suit its version
 */
export function unwrapKeyBlock(
	crypto: Crypto,
	kbpk: Uint8Array,
	block: string,
): { readonly header: KeyBlockHeader; readonly key: Uint8Array } {
	const header = decodeKeyBlockHeader(block);
	if (header.blockLength !== block.length) throw new KeyBlockError("the block is not as long as its header says");
	const method = METHODS[header.version];
	// X9.143, 6.3: the padding block fills the header up; version E needs no whole blocks
	if (header.blockLength % method.unit) throw new KeyBlockError("the header does not fill whole blocks");
	if (!method.kbpkLengths.includes(kbpk.length))
		throw new KeyBlockError(`no key of ${kbpk.length} bytes protects blocks of version ${header.version}`);
	const headerBytes = asciiBytes(block.slice(0, header.headerLength));
	const body = hexBytes(block.slice(header.headerLength));
	const enciphered = body.subarray(0, Math.max(0, body.length - method.macLength));
	const mac = body.subarray(enciphered.length);
	if (enciphered.length < LENGTH_BYTES || enciphered.length % method.unit)
		throw new KeyBlockError("the enciphered key has a wrong length");

	const [encipherKey, macKey] = protectionKeys(crypto, method, kbpk);
	let keyData: Uint8Array | undefined;
	try {
		keyData = decipher(method, crypto, encipherKey, headerBytes, mac, enciphered);
		const cipher = method.cipher(crypto);
		const whole =
			method.binding === "variant"
				? cbcMac(cipher, macKey, concat(headerBytes, enciphered))
				: cmacOf(cipher, macKey, headerBytes, keyData);
		if (!equal(whole.subarray(0, method.macLength), mac))
			throw new KeyBlockError("the block was changed or is protected by another key");
		return { header, key: keyOf(keyData) };
	} finally {
		wipe(encipherKey, macKey, keyData); // WIPE
	}
}

/**
 * A key block of version B or D. Random filler hides how long the key is (X9.143, 6.4).
 * @param kbpk and `key`: the caller wipes them
 * @throws {KeyBlockError} when the header is none, or the KBPK does not suit its version
 */
export function wrapKeyBlock(
	ports: { readonly crypto: Crypto; readonly random: Random },
	kbpk: Uint8Array,
	header: NewKeyBlockHeader & { readonly version: "B" | "D" },
	key: Uint8Array,
): string {
	const { crypto, random } = ports;
	const method = METHODS[header.version];
	if (!method.kbpkLengths.includes(kbpk.length))
		throw new KeyBlockError(`no key of ${kbpk.length} bytes protects blocks of version ${header.version}`);
	const hiddenLength = Math.max(key.length, header.algorithm === "A" ? 32 : 24);
	const unhidden = LENGTH_BYTES + hiddenLength;
	const filled = Math.ceil(unhidden / method.unit) * method.unit;
	const filler = random.bytes(filled - LENGTH_BYTES - key.length);
	const keyData = concat(uintBytes(8 * key.length, LENGTH_BYTES), key, filler);
	const text = encodeKeyBlockHeader(header, 2 * (keyData.length + method.macLength), method.unit);
	const [encipherKey, macKey] = protectionKeys(crypto, method, kbpk);
	try {
		const cipher = method.cipher(crypto);
		const mac = cmacOf(cipher, macKey, asciiBytes(text), keyData);
		return text + formatHex(cipher.cbc(encipherKey, mac, keyData, "encipher")) + formatHex(mac);
	} finally {
		wipe(encipherKey, macKey, keyData); // WIPE
	}
}

/** The encipherment key and the MAC key. */
function protectionKeys(crypto: Crypto, method: Method, kbpk: Uint8Array): readonly [Uint8Array, Uint8Array] {
	if (method.binding === "variant")
		return [kbpk.map(byte => byte ^ ENCIPHERMENT_VARIANT), kbpk.map(byte => byte ^ MAC_VARIANT)];
	const derive = (usage: number) => derivedKey(method.cipher(crypto), kbpk, usage);
	return [derive(method.encipherment), derive(MAC)];
}

/**
 * X9.143, 7.3 and 7.4: CMACs over counter, usage, separator, algorithm and length, until the key is as long as the KBPK.
 * The algorithm counts on: 0 and 1 are TDES with 2 and 3 keys, 2 to 4 AES with 128, 192 and 256 bits.
 */
function derivedKey(cipher: BlockCipher, kbpk: Uint8Array, usage: number): Uint8Array {
	const algorithm = (cipher.blockLength === 8 ? 0 : 2) + (kbpk.length - 16) / 8;
	const blocks: Uint8Array[] = [];
	for (let counter = 1; blocks.length * cipher.blockLength < kbpk.length; counter++) {
		const input = concat(
			Uint8Array.of(counter),
			uintBytes(usage, 2),
			Uint8Array.of(0),
			uintBytes(algorithm, 2),
			uintBytes(8 * kbpk.length, 2),
		);
		blocks.push(cmac(cipher, kbpk, input));
	}
	const all = concat(...blocks);
	try {
		return all.slice(0, kbpk.length);
	} finally {
		wipe(all, ...blocks); // WIPE
	}
}

function decipher(
	method: Method,
	crypto: Crypto,
	key: Uint8Array,
	header: Uint8Array,
	mac: Uint8Array,
	data: Uint8Array,
): Uint8Array {
	const cipher = method.cipher(crypto);
	if (method.encipherment === CTR_ENCIPHERMENT) return counterMode(cipher, key, mac, data);
	const iv = method.binding === "variant" ? header.subarray(0, cipher.blockLength) : mac;
	return cipher.cbc(key, iv, data, "decipher");
}

/** NIST SP 800-38A, 6.5. @param first the first counter block */
function counterMode(cipher: BlockCipher, key: Uint8Array, first: Uint8Array, data: Uint8Array): Uint8Array {
	const counter = first.slice();
	const stream: Uint8Array[] = [];
	for (let length = 0; length < data.length; length += cipher.blockLength) {
		stream.push(cipher.ecb(key, counter, "encipher"));
		for (let i = counter.length - 1; i >= 0; i--) {
			counter[i]! += 1;
			if (counter[i] !== 0) break;
		}
	}
	const all = concat(...stream);
	try {
		return xor(data, all);
	} finally {
		wipe(all, ...stream); // WIPE
	}
}

function cmacOf(cipher: BlockCipher, key: Uint8Array, header: Uint8Array, keyData: Uint8Array): Uint8Array {
	const covered = concat(header, keyData);
	try {
		return cmac(cipher, key, covered);
	} finally {
		wipe(covered); // WIPE
	}
}

/** Length in bits, key, random filler. */
function keyOf(keyData: Uint8Array): Uint8Array {
	const bits = readUint(keyData, 0, LENGTH_BYTES);
	const end = LENGTH_BYTES + bits / 8;
	if (bits === 0 || bits % 8 || end > keyData.length) throw new KeyBlockError("the key has a wrong length");
	return keyData.slice(LENGTH_BYTES, end);
}

function hexBytes(text: string): Uint8Array {
	try {
		return parseHex(text);
	} catch (error) {
		if (error instanceof RangeError) throw new KeyBlockError("the block is not hexadecimal after its header");
		throw error;
	}
}
