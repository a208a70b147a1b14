/**
 * BLAKE2b without a key (RFC 7693), for the nonce of a sealed box. Own code because of its cost on XS: 49 k compute units
 * for 64 bytes, where @noble/hashes takes 123 k. Its time depends on the data, which is public.
 */

const BLOCK_LENGTH = 128;

/** 2.6. Made anew each time: the linker of the Moddable SDK cannot lay BigInts in arrays down in flash. */
const initialState = () =>
	BigUint64Array.of(
		0x6a09e667f3bcc908n,
		0xbb67ae8584caa73bn,
		0x3c6ef372fe94f82bn,
		0xa54ff53a5f1d36f1n,
		0x510e527fade682d1n,
		0x9b05688c2b3e6c1fn,
		0x1f83d9abfb41bd6bn,
		0x5be0cd19137e2179n,
	);

/** 2.7: for each round the order in which it takes the words of the message, a hexadecimal digit each. */
const MESSAGE_ORDER = Object.freeze([
	"0123456789abcdef",
	"ea489fd61c02b753",
	"b8c052fdae367194",
	"7931dcbe265a40f8",
	"905724afe1bc683d",
	"2c6a0b834d75fe19",
	"c51fed4a0763928b",
	"db7ec13950f4862a",
	"6fe9b308c2d714a5",
	"a2847615fb9e3cd0",
	"0123456789abcdef",
	"ea489fd61c02b753",
]);

/** 3.2: the words that each of the eight steps of a round mixes, first the columns, then the diagonals. */
const MIXED_WORDS = Object.freeze([
	[0, 4, 8, 12],
	[1, 5, 9, 13],
	[2, 6, 10, 14],
	[3, 7, 11, 15],
	[0, 5, 10, 15],
	[1, 6, 11, 12],
	[2, 7, 8, 13],
	[3, 4, 9, 14],
] as const);

/** 3.3. @param length of the hash, 1 to 64 bytes */
export function blake2b(data: Uint8Array, length: number): Uint8Array {
	const state = initialState();
	state[0]! ^= 0x01010000n ^ BigInt(length); // 2.5: fan-out and depth 1, no key
	const block = new Uint8Array(BLOCK_LENGTH);
	for (let at = 0; at === 0 || at < data.length; at += BLOCK_LENGTH) {
		const part = data.subarray(at, at + BLOCK_LENGTH);
		block.fill(0);
		block.set(part);
		compress(state, block, at + part.length, at + BLOCK_LENGTH >= data.length);
	}
	const hash = new DataView(new ArrayBuffer(64));
	for (let i = 0; i < 8; i++) hash.setBigUint64(8 * i, state[i]!, true);
	return new Uint8Array(hash.buffer).slice(0, length);
}

/** 3.2; changes `state`. */
function compress(state: BigUint64Array, block: Uint8Array, count: number, isLast: boolean): void {
	const view = new DataView(block.buffer);
	const words = new BigUint64Array(16);
	for (let i = 0; i < 16; i++) words[i] = view.getBigUint64(8 * i, true);
	const v = new BigUint64Array(16);
	v.set(state);
	v.set(initialState(), 8);
	v[12]! ^= BigInt(count);
	if (isLast) v[14]! ^= 0xffffffffffffffffn;
	for (const order of MESSAGE_ORDER)
		for (let step = 0; step < 8; step++) {
			const x = words[Number.parseInt(order[2 * step]!, 16)]!;
			const y = words[Number.parseInt(order[2 * step + 1]!, 16)]!;
			mix(v, MIXED_WORDS[step]!, x, y);
		}
	for (let i = 0; i < 8; i++) state[i]! ^= v[i]! ^ v[i + 8]!;
}

/** 3.1; an array of 64-bit words keeps the low 64 bits of what is stored in it. */
function mix(v: BigUint64Array, [a, b, c, d]: (typeof MIXED_WORDS)[number], x: bigint, y: bigint): void {
	v[a] = v[a]! + v[b]! + x;
	let word = v[d]! ^ v[a]!;
	v[d] = (word >> 32n) | (word << 32n);
	v[c] = v[c]! + v[d]!;
	word = v[b]! ^ v[c]!;
	v[b] = (word >> 24n) | (word << 40n);
	v[a] = v[a]! + v[b]! + y;
	word = v[d]! ^ v[a]!;
	v[d] = (word >> 16n) | (word << 48n);
	v[c] = v[c]! + v[d]!;
	word = v[b]! ^ v[c]!;
	v[b] = (word >> 63n) | (word << 1n);
}
