import { wipe } from "../../bytes/bytes.js";
import type { CipherDirection } from "../../ports.js";

/**
 * DES and triple DES (FIPS 46-3, SP 800-67), the S-boxes and the permutation P as one table of words. Own code because of
 * its cost on XS: 28 k compute units for a double-length key and one block, where des.js takes 178 k. Its time depends on the
 * data, so it belongs where no one shares the processor: XS in tests. A board and Node have native code.
 */

const BLOCK_LENGTH = 8;

/** FIPS 46-3, appendix 1: S1 to S8, four rows of sixteen hexadecimal digits each. */
const S_BOXES = Object.freeze([
	"e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
	"f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
	"a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
	"7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
	"2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
	"c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
	"4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
	"d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
]);
const P = Object.freeze([
	16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]);
/** Appendix 2: the key bits of C and of D. */
const PC1 = Object.freeze([
	[57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36],
	[63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4],
] as const);
/** Six bits for each of S1 to S4, which come from C, and of S5 to S8, which come from D, counted from 1 in either. */
const PC2 = Object.freeze([
	[14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2],
	[13, 24, 3, 9, 19, 27, 2, 12, 23, 17, 5, 20, 16, 21, 11, 28, 6, 25, 18, 14, 22, 8, 1, 4],
] as const);
const ROTATED_TWICE = 0x7efc; // rounds in which C and D turn by two bits, round 1 the lowest bit but one

/** Where in the key the key of each pass lies, by the length of the key. */
const PASSES: Readonly<Record<number, readonly number[]>> = Object.freeze({ 8: [0], 16: [0, 8, 0], 24: [0, 8, 16] });

const SP = combinedBoxes();
const [C_CHOICE, D_CHOICE] = PC2.map(choiceTable) as [Int32Array, Int32Array];

/** See `Crypto.desEcb`. @throws {RangeError} on a wrong length */
export function desEcb(key: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	return eachBlock(key, undefined, data, direction);
}

/** See `Crypto.desCbc`. @throws {RangeError} on a wrong length */
export function desCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array {
	if (iv.length !== BLOCK_LENGTH) throw new RangeError("the initial vector of DES has 8 bytes");
	return eachBlock(key, iv, data, direction);
}

function eachBlock(
	key: Uint8Array,
	iv: Uint8Array | undefined,
	data: Uint8Array,
	direction: CipherDirection,
): Uint8Array {
	if (data.length % BLOCK_LENGTH) throw new RangeError("DES works on whole blocks of 8 bytes");
	const schedule = openSchedule(key, direction);
	const input = new DataView(data.buffer, data.byteOffset, data.length);
	const result = new Uint8Array(data.length);
	const output = new DataView(result.buffer);
	const block = new Int32Array(2);
	const chain = new Int32Array(2);
	if (iv) for (let i = 0; i < 2; i++) chain[i] = new DataView(iv.buffer, iv.byteOffset).getInt32(4 * i);
	for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
		const high = input.getInt32(at);
		const low = input.getInt32(at + 4);
		if (!iv || direction === "decipher") {
			block[0] = high;
			block[1] = low;
			transform(schedule, block);
			output.setInt32(at, block[0]! ^ chain[0]!);
			output.setInt32(at + 4, block[1]! ^ chain[1]!);
			if (iv) chain.set([high, low]);
		} else {
			block[0] = high ^ chain[0]!;
			block[1] = low ^ chain[1]!;
			transform(schedule, block);
			output.setInt32(at, block[0]!);
			output.setInt32(at + 4, block[1]!);
			chain.set(block);
		}
	}
	wipe(new Uint8Array(schedule.buffer), new Uint8Array(block.buffer)); // WIPE
	return result;
}

/**
 * One block, changed in place. Both halves are kept turned left by one bit, so that the six bits for S2, S4, S6 and S8 lie
 * in the four bytes of a half, and those for S1, S3, S5 and S7 likewise when it is turned back by four.
 */
function transform(schedule: Int32Array, block: Int32Array): void {
	let left = block[0]!;
	let right = block[1]!;
	// The initial permutation as five exchanges of bits between the halves
	let swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
	right ^= swap;
	left ^= swap << 4;
	swap = ((left >>> 16) ^ right) & 0x0000ffff;
	right ^= swap;
	left ^= swap << 16;
	swap = ((right >>> 2) ^ left) & 0x33333333;
	left ^= swap;
	right ^= swap << 2;
	swap = ((right >>> 8) ^ left) & 0x00ff00ff;
	left ^= swap;
	right ^= swap << 8;
	swap = ((left >>> 1) ^ right) & 0x55555555;
	right ^= swap;
	left ^= swap << 1;
	left = (left << 1) | (left >>> 31);
	right = (right << 1) | (right >>> 31);
	for (let k = 0; k < schedule.length; ) {
		let odd = ((right >>> 4) | (right << 28)) ^ schedule[k++]!;
		let even = right ^ schedule[k++]!;
		left ^=
			SP[(odd >>> 24) & 63]! ^
			SP[64 + ((even >>> 24) & 63)]! ^
			SP[128 + ((odd >>> 16) & 63)]! ^
			SP[192 + ((even >>> 16) & 63)]! ^
			SP[256 + ((odd >>> 8) & 63)]! ^
			SP[320 + ((even >>> 8) & 63)]! ^
			SP[384 + (odd & 63)]! ^
			SP[448 + (even & 63)]!;
		odd = ((left >>> 4) | (left << 28)) ^ schedule[k++]!;
		even = left ^ schedule[k++]!;
		right ^=
			SP[(odd >>> 24) & 63]! ^
			SP[64 + ((even >>> 24) & 63)]! ^
			SP[128 + ((odd >>> 16) & 63)]! ^
			SP[192 + ((even >>> 16) & 63)]! ^
			SP[256 + ((odd >>> 8) & 63)]! ^
			SP[320 + ((even >>> 8) & 63)]! ^
			SP[384 + (odd & 63)]! ^
			SP[448 + (even & 63)]!;
		// The halves change places after sixteen rounds; the permutations between two passes of triple DES cancel out.
		if (k % 32 === 0) {
			swap = left;
			left = right;
			right = swap;
		}
	}
	left = (left >>> 1) | (left << 31);
	right = (right >>> 1) | (right << 31);
	swap = ((left >>> 1) ^ right) & 0x55555555;
	right ^= swap;
	left ^= swap << 1;
	swap = ((right >>> 8) ^ left) & 0x00ff00ff;
	left ^= swap;
	right ^= swap << 8;
	swap = ((right >>> 2) ^ left) & 0x33333333;
	left ^= swap;
	right ^= swap << 2;
	swap = ((left >>> 16) ^ right) & 0x0000ffff;
	right ^= swap;
	left ^= swap << 16;
	swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
	right ^= swap;
	left ^= swap << 4;
	block[0] = left;
	block[1] = right;
}

/** The words of all rounds in the order of their use: 32 for DES, 96 for triple DES. */
function openSchedule(key: Uint8Array, direction: CipherDirection): Int32Array {
	const passes = PASSES[key.length];
	if (!passes) throw new RangeError("a DES key has 8, 16 or 24 bytes");
	const schedule = new Int32Array(32 * passes.length);
	passes.forEach((at, pass) => {
		// Encipher, decipher, encipher with the three parts; all turned round to decipher
		const isReversed = (pass === 1) !== (direction === "decipher");
		const place = direction === "decipher" ? passes.length - 1 - pass : pass;
		expandKey(key.subarray(at, at + 8), schedule.subarray(32 * place, 32 * place + 32), isReversed);
	});
	return schedule;
}

/** Two words for each round: the bits for S1, S3, S5 and S7, then those for S2, S4, S6 and S8. */
function expandKey(key: Uint8Array, words: Int32Array, isReversed: boolean): void {
	let c = chosenBits(key, PC1[0]);
	let d = chosenBits(key, PC1[1]);
	for (let round = 0; round < 16; round++) {
		const turn = (ROTATED_TWICE >> round) & 1 ? 2 : 1;
		c = ((c << turn) | (c >>> (28 - turn))) & 0x0fffffff;
		d = ((d << turn) | (d >>> (28 - turn))) & 0x0fffffff;
		const fromC = choose(C_CHOICE, c);
		const fromD = choose(D_CHOICE, d);
		const at = 2 * (isReversed ? 15 - round : round);
		words[at] = (fromC & 0x3f3f0000) | (fromD >>> 16);
		words[at + 1] = ((fromC & 0x3f3f) << 16) | (fromD & 0x3f3f);
	}
}

function chosenBits(key: Uint8Array, bits: readonly number[]): number {
	let value = 0;
	for (const bit of bits) value = (value << 1) | ((key[(bit - 1) >> 3]! >> (7 - ((bit - 1) & 7))) & 1);
	return value;
}

function choose(table: Int32Array, half: number): number {
	return (
		table[half >>> 21]! |
		table[128 + ((half >>> 14) & 127)]! |
		table[256 + ((half >>> 7) & 127)]! |
		table[384 + (half & 127)]!
	);
}

/** PC-2 for one half of the key, seven bits at a time: the six-bit groups one, three, two, four as bytes. */
function choiceTable(choice: readonly number[]): Int32Array {
	const table = new Int32Array(512);
	choice.forEach((bit, i) => {
		const byte = [3, 1, 2, 0][Math.floor(i / 6)]!;
		table[128 * Math.floor((bit - 1) / 7) + (1 << (6 - ((bit - 1) % 7)))] = 1 << (8 * byte + 5 - (i % 6));
	});
	return withSums(table, 128);
}

/** S-box and P of each six-bit group, turned left by one bit. */
function combinedBoxes(): Int32Array {
	const image = new Int32Array(32);
	P.forEach((from, i) => {
		image[from - 1] = i === 0 ? 1 : 1 << (32 - i);
	});
	const nibbles = new Int32Array(128);
	for (let i = 0; i < 32; i++) nibbles[16 * (i >> 2) + (8 >> (i & 3))] = image[i]!;
	withSums(nibbles, 16);
	const table = new Int32Array(512);
	for (let box = 0; box < 8; box++)
		for (let x = 0; x < 64; x++) {
			const digit = S_BOXES[box]![16 * (((x >> 4) & 2) | (x & 1)) + ((x >> 1) & 15)]!;
			table[64 * box + x] = nibbles[16 * box + Number.parseInt(digit, 16)]!;
		}
	return table;
}

/** Fills each part of a table, given for single bits, by adding up the bits of the index. */
function withSums(table: Int32Array, partLength: number): Int32Array {
	for (let i = 0; i < table.length; i++) {
		const index = i % partLength;
		const rest = index & (index - 1);
		if (rest) table[i] = table[i - index + rest]! | table[i - rest]!;
	}
	return table;
}
