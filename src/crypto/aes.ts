import { wipe } from "../bytes/bytes.js";
import type { CipherDirection } from "../ports.js";

/**
 * AES (FIPS 197), byte by byte as the standard writes it: 512 bytes of tables, so that it fits where tables of words do
 * not. Its time depends on the data (the S-box is looked up), so it belongs where no one shares the processor: XS in
 * tests. A board and Node have native code.
 */

const BLOCK_LENGTH = 16;

const { SBOX, INVERSE_SBOX } = substitutionBoxes();

/** `data` whole blocks; see `Crypto.aesEcb`. @throws {RangeError} on a wrong length */
export function aesEcb(key: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	return eachBlock(
		key,
		data,
		block => block,
		direction,
		block => block,
	);
}

/** `iv` 16 bytes; see `Crypto.aesCbc`. @throws {RangeError} on a wrong length */
export function aesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	if (iv.length !== BLOCK_LENGTH) throw new RangeError("the initial vector of AES has 16 bytes");
	let chain = iv;
	const xorChain = (block: Uint8Array) => block.map((byte, i) => byte ^ chain[i]!);
	if (direction === "encipher") return eachBlock(key, data, xorChain, direction, block => (chain = block));
	return eachBlock(
		key,
		data,
		block => block,
		direction,
		(block, input) => {
			const plain = xorChain(block);
			chain = input;
			return plain;
		},
	);
}

function eachBlock(
	key: Uint8Array,
	data: Uint8Array,
	before: (block: Uint8Array) => Uint8Array,
	direction: CipherDirection,
	after: (block: Uint8Array, input: Uint8Array) => Uint8Array,
): Uint8Array {
	if (data.length % BLOCK_LENGTH) throw new RangeError("AES works on whole blocks of 16 bytes");
	const schedule = expandKey(key);
	const transform = direction === "encipher" ? encipherBlock : decipherBlock;
	const result = new Uint8Array(data.length);
	try {
		for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
			const input = data.subarray(at, at + BLOCK_LENGTH);
			result.set(after(transform(schedule, before(input)), input), at);
		}
		return result;
	} finally {
		wipe(schedule); // WIPE
	}
}

/** 5.1 */
function encipherBlock(schedule: Uint8Array, input: Uint8Array): Uint8Array {
	const rounds = schedule.length / BLOCK_LENGTH - 1;
	let state = addRoundKey(input.slice(), schedule, 0);
	for (let round = 1; round <= rounds; round++) {
		// 5.1.1 and 5.1.2 in one: row r is shifted left by r columns
		const shifted = new Uint8Array(BLOCK_LENGTH);
		for (let i = 0; i < BLOCK_LENGTH; i++) shifted[i] = SBOX[state[(i + 4 * (i & 3)) & 15]!]!;
		if (round < rounds) mixColumns(shifted, 2, 3, 1, 1);
		state = addRoundKey(shifted, schedule, round);
	}
	return state;
}

/** 5.3 */
function decipherBlock(schedule: Uint8Array, input: Uint8Array): Uint8Array {
	const rounds = schedule.length / BLOCK_LENGTH - 1;
	let state = addRoundKey(input.slice(), schedule, rounds);
	for (let round = rounds - 1; round >= 0; round--) {
		// 5.3.1 and 5.3.2 in one: row r is shifted right by r columns
		const shifted = new Uint8Array(BLOCK_LENGTH);
		for (let i = 0; i < BLOCK_LENGTH; i++) shifted[i] = INVERSE_SBOX[state[(i - 4 * (i & 3)) & 15]!]!;
		state = addRoundKey(shifted, schedule, round);
		if (round > 0) mixColumns(state, 14, 11, 13, 9);
	}
	return state;
}

/** 5.1.4; changes `state`. */
function addRoundKey(state: Uint8Array, schedule: Uint8Array, round: number): Uint8Array {
	for (let i = 0; i < BLOCK_LENGTH; i++) state[i]! ^= schedule[BLOCK_LENGTH * round + i]!;
	return state;
}

/** 5.1.3 and 5.3.3: each column times the polynomial that the four factors rotate through; changes `state`. */
function mixColumns(state: Uint8Array, f0: number, f1: number, f2: number, f3: number): void {
	const column = new Uint8Array(4);
	for (let at = 0; at < BLOCK_LENGTH; at += 4) {
		column.set(state.subarray(at, at + 4));
		for (let row = 0; row < 4; row++)
			state[at + row] =
				times(column[row]!, f0) ^
				times(column[(row + 1) & 3]!, f1) ^
				times(column[(row + 2) & 3]!, f2) ^
				times(column[(row + 3) & 3]!, f3);
	}
}

/** 5.2 */
function expandKey(key: Uint8Array): Uint8Array {
	if (key.length !== 16 && key.length !== 24 && key.length !== 32)
		throw new RangeError("an AES key has 16, 24 or 32 bytes");
	const schedule = new Uint8Array(BLOCK_LENGTH * (key.length / 4 + 7));
	const word = new Uint8Array(4);
	schedule.set(key);
	let roundConstant = 1;
	for (let at = key.length; at < schedule.length; at += 4) {
		word.set(schedule.subarray(at - 4, at));
		if (at % key.length === 0) {
			const first = word[0]!;
			for (let i = 0; i < 4; i++) word[i] = SBOX[i < 3 ? word[i + 1]! : first]!;
			word[0]! ^= roundConstant;
			roundConstant = times(roundConstant, 2);
		} else if (key.length === 32 && at % 32 === 16) {
			for (let i = 0; i < 4; i++) word[i] = SBOX[word[i]!]!;
		}
		for (let i = 0; i < 4; i++) schedule[at + i] = schedule[at + i - key.length]! ^ word[i]!;
	}
	wipe(word); // WIPE
	return schedule;
}

/** 4.2: multiplication in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
function times(a: number, b: number): number {
	let product = 0;
	for (let power = a, rest = b; rest; rest >>= 1) {
		if (rest & 1) product ^= power;
		power = (power << 1) ^ (power & 0x80 ? 0x11b : 0);
	}
	return product;
}

/** 5.1.1: the inverse in GF(2^8), then the affine transformation. */
function substitutionBoxes(): { SBOX: Uint8Array; INVERSE_SBOX: Uint8Array } {
	const sbox = new Uint8Array(256);
	const inverse = new Uint8Array(256);
	// 3 generates the field and F6 is its inverse: both walk through all elements but 0 in opposite directions.
	for (let step = 0, value = 1, reciprocal = 1; step < 255; step++) {
		let image = 0x63;
		for (let turn = 0; turn < 5; turn++) image ^= ((reciprocal << turn) | (reciprocal >> (8 - turn))) & 0xff;
		sbox[value] = image;
		value = times(value, 0x03);
		reciprocal = times(reciprocal, 0xf6);
	}
	sbox[0] = 0x63;
	for (let i = 0; i < 256; i++) inverse[sbox[i]!] = i;
	return { SBOX: sbox, INVERSE_SBOX: inverse };
}
