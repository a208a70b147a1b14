import { concat, uintBytes, wipe } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import type { Crypto } from "../ports.js";
import { aesCipher } from "./blockCipher.js";
import { cbcMac, padMethod2 } from "./mac.js";

const BLOCK_LENGTH = 16;
const KEY_LENGTH = 32;
const SEED_LENGTH = KEY_LENGTH + BLOCK_LENGTH;
/** NIST SP 800-90A Rev. 1, table 3: 2^19 bits in one request. */
const MAX_REQUEST_LENGTH = 0x10000;

/**
 * CTR_DRBG with AES-256 and the derivation function (NIST SP 800-90A Rev. 1, 10.2.1). On XS 32 bytes take 29 k compute units;
 * the three HMACs that an HMAC_DRBG needs for them take 240 k. Additional input and prediction resistance are left out:
 * nothing here asks for them.
 */
export class CtrDrbg {
	readonly #crypto: Crypto;
	#key: Uint8Array = new Uint8Array(KEY_LENGTH);
	#v: Uint8Array = new Uint8Array(BLOCK_LENGTH);

	/** 10.2.1.3.2. @param seed entropy input and nonce, together 48 bytes of entropy or more */
	constructor(crypto: Crypto, seed: Uint8Array) {
		this.#crypto = crypto;
		this.reseed(seed);
	}

	/** 10.2.1.4.2: mixes fresh entropy input into the state. */
	reseed(entropyInput: Uint8Array): void {
		const material = derive(this.#crypto, entropyInput);
		const blocks = this.#blocks(SEED_LENGTH / BLOCK_LENGTH);
		for (let i = 0; i < SEED_LENGTH; i++) blocks[i]! ^= material[i]!;
		this.#replaceState(blocks);
		wipe(material, blocks); // WIPE
	}

	/** 10.2.1.5.2. @throws {RangeError} when more is asked than one request may give */
	bytes(length: number): Uint8Array {
		if (length > MAX_REQUEST_LENGTH) throw new RangeError(`at most ${MAX_REQUEST_LENGTH} random bytes at a time`);
		const count = Math.ceil(length / BLOCK_LENGTH);
		// The blocks for the update of the state (10.2.1.2) follow those that are returned, under the same key.
		const blocks = this.#blocks(count + SEED_LENGTH / BLOCK_LENGTH);
		this.#replaceState(blocks.subarray(count * BLOCK_LENGTH));
		const result = blocks.slice(0, length);
		wipe(blocks); // WIPE
		return result;
	}

	/** The next `count` values of the counter, enciphered. */
	#blocks(count: number): Uint8Array {
		const counters = new Uint8Array(count * BLOCK_LENGTH);
		for (let at = 0; at < counters.length; at += BLOCK_LENGTH) {
			increment(this.#v);
			counters.set(this.#v, at);
		}
		return this.#crypto.aesEcb(this.#key, counters, "encipher");
	}

	#replaceState(material: Uint8Array): void {
		wipe(this.#key, this.#v); // WIPE
		this.#key = material.slice(0, KEY_LENGTH);
		this.#v = material.slice(KEY_LENGTH);
	}
}

/** The block as a number, plus 1; changes `block`. */
function increment(block: Uint8Array): void {
	for (let i = block.length - 1; i >= 0; i--) {
		block[i]!++;
		if (block[i] !== 0) return;
	}
}

/** 10.3.2, Block_Cipher_df: 48 bytes from an input of any length. */
function derive(crypto: Crypto, input: Uint8Array): Uint8Array {
	const aes = aesCipher(crypto);
	const framed = padMethod2(concat(uintBytes(input.length, 4), uintBytes(SEED_LENGTH, 4), input), BLOCK_LENGTH);
	const firstKey = Uint8Array.from({ length: KEY_LENGTH }, (_, i) => i);
	const parts = [0, 1, 2].map(i => {
		const counted = concat(uintBytes(i, 4), new Uint8Array(BLOCK_LENGTH - 4), framed);
		const part = cbcMac(aes, firstKey, counted);
		wipe(counted); // WIPE
		return part;
	});
	const key = concat(parts[0]!, parts[1]!);
	const result = new Uint8Array(SEED_LENGTH);
	let block: Uint8Array = parts[2]!;
	for (let at = 0; at < SEED_LENGTH; at += BLOCK_LENGTH) {
		block = aes.ecb(key, block, "encipher");
		result.set(block, at);
	}
	wipe(framed, key, ...parts, block); // WIPE
	return result;
}

/**
 * The known-answer test that SP 800-90A, 11.3 asks for at start: instantiate, generate, reseed, generate.
 * The vector is the first one of NIST CAVP with reseeding, AES-256 with derivation function.
 */
export function knowsItsAnswer(crypto: Crypto): boolean {
	const entropyInput = "5A194D5E2B31581454DEF675FB7958FEC7DB873E5689FC9D03217C68D8033820";
	const drbg = new CtrDrbg(crypto, parseHex(`${entropyInput}1B54B8FF0642BFF521F15C1C0B665F3F`));
	const first = formatHex(drbg.bytes(16));
	drbg.reseed(parseHex("F9E65E04D856F3A9C44A4CBDC1D00846F5983D771C1B137E4E0F9D8EF409F92E"));
	return (
		first === "3F6DB52DFF53AE68E92ABCD8131EF8BF" && formatHex(drbg.bytes(16)) === "A054303D8A7EA9889D903E077C6F218F"
	);
}
