import { canonical, FIELD_ORDER, inverse, isZero, powerOf2To252Minus3, times } from "./field25519.js";
import { littleEndianBytes, littleEndianNumber } from "./littleEndian.js";

/**
 * The curve edwards25519 (RFC 8032, 5.1) on native BigInt. Own code because @noble/curves does not fit a board: loaded into
 * RAM it takes 3,500 of 4,928 slots and 47 of 77 KB, and laid down in flash it fails, since it compares BigInts with ===
 * (see `field25519.ts`). It also keeps no tables, of which the library's smallest holds 87 KB.
 */

/** 2^252 + 27742317777372353535851937790883648493, the order of the base point. */
export const GROUP_ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
/** 2^((p - 1) / 4) */
const SQRT_MINUS_1 = 0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0n;

/** In extended homogeneous coordinates (5.1.4). */
export interface EdwardsPoint {
	readonly x: bigint;
	readonly y: bigint;
	readonly z: bigint;
	readonly t: bigint;
}

const NEUTRAL: EdwardsPoint = Object.freeze({ x: 0n, y: 1n, z: 1n, t: 0n });
const BASE: EdwardsPoint = Object.freeze(
	affine(
		0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
		0x6666666666666666666666666666666666666666666666666666666666666658n,
	),
);

/** What an addition needs of its second point. */
interface Addend {
	readonly difference: bigint;
	readonly sum: bigint;
	readonly t2d: bigint;
	readonly z2: bigint;
}

const WINDOW_BITS = 4;
const WINDOWS = 64;

/** `scalar` times the base point, by the same operations on points whatever the scalar, which is below 2^255. */
export function timesBase(scalar: bigint): EdwardsPoint {
	return sumOfProducts([{ scalar, multiples: firstMultiples(BASE) }]);
}

/** `s` times the base point minus `k` times `point`. */
export function baseMinus(s: bigint, k: bigint, point: EdwardsPoint): EdwardsPoint {
	const { x, y, z, t } = point;
	return sumOfProducts([
		{ scalar: s, multiples: firstMultiples(BASE) },
		{ scalar: k, multiples: firstMultiples({ x: -x, y, z, t: -t }) },
	]);
}

/** All products share one chain of doublings. */
function sumOfProducts(
	products: readonly { readonly scalar: bigint; readonly multiples: readonly Addend[] }[],
): EdwardsPoint {
	let sum = NEUTRAL;
	const bytes = products.map(({ scalar }) => littleEndianBytes(scalar, WINDOWS / 2));
	for (let window = WINDOWS - 1; window >= 0; window--) {
		for (let i = 0; i < WINDOW_BITS; i++) sum = double(sum);
		for (let i = 0; i < products.length; i++) {
			const digit = (bytes[i]![window >> 1]! >> (WINDOW_BITS * (window & 1))) & 15;
			sum = add(sum, products[i]!.multiples[digit]!);
		}
	}
	return sum;
}

/** 0 to 15 times the point. */
function firstMultiples(point: EdwardsPoint): Addend[] {
	const first = addend(point);
	const multiples = [addend(NEUTRAL), first];
	for (let sum = point; multiples.length < 16; ) {
		sum = add(sum, first);
		multiples.push(addend(sum));
	}
	return multiples;
}

/** 5.1.4: the first formula. It has no exceptions on this curve. */
function add(p: EdwardsPoint, q: Addend): EdwardsPoint {
	const a = times(p.y - p.x, q.difference);
	const b = times(p.y + p.x, q.sum);
	const c = times(p.t, q.t2d);
	const d = times(p.z, q.z2);
	const e = b - a;
	const f = d - c;
	const g = d + c;
	const h = b + a;
	return { x: times(e, f), y: times(g, h), z: times(f, g), t: times(e, h) };
}

function addend({ x, y, z, t }: EdwardsPoint): Addend {
	return { difference: y - x, sum: y + x, t2d: times(t, 2n * D), z2: 2n * z };
}

/** 5.1.4: the second formula. */
function double({ x, y, z }: EdwardsPoint): EdwardsPoint {
	const a = times(x, x);
	const b = times(y, y);
	const h = a + b;
	const e = h - times(x + y, x + y);
	const g = a - b;
	const f = 2n * times(z, z) + g;
	return { x: times(e, f), y: times(g, h), z: times(f, g), t: times(e, h) };
}

/** The eightfold is the neutral element. */
export function isOfSmallOrder(point: EdwardsPoint): boolean {
	const { x, y, z } = double(double(double(point)));
	return isZero(x) && isZero(y - z);
}

/** 5.1.2 */
export function encodePoint({ x, y, z }: EdwardsPoint): Uint8Array {
	const reciprocal = inverse(z);
	const bytes = littleEndianBytes(canonical(times(y, reciprocal)), 32);
	if (canonical(times(x, reciprocal)) & 1n) bytes[31]! |= 0x80;
	return bytes;
}

/** 5.1.3. @returns undefined when the 32 bytes are no point */
export function decodePoint(bytes: Uint8Array): EdwardsPoint | undefined {
	const isOdd = (bytes[31]! & 0x80) !== 0;
	const y = BigInt.asUintN(255, littleEndianNumber(bytes));
	if (y >= FIELD_ORDER) return undefined;
	const u = times(y, y) - 1n;
	const v = times(times(y, y), D) + 1n;
	const v3 = times(times(v, v), v);
	let x = times(times(u, v3), powerOf2To252Minus3(times(u, times(times(v3, v3), v))));
	const vx2 = times(v, times(x, x));
	if (!isZero(vx2 - u)) {
		if (!isZero(vx2 + u)) return undefined;
		x = times(x, SQRT_MINUS_1);
	}
	x = canonical(x);
	if (isOdd && !x) return undefined;
	return affine(isOdd === Boolean(x & 1n) ? x : FIELD_ORDER - x, y);
}

function affine(x: bigint, y: bigint): EdwardsPoint {
	return { x, y, z: 1n, t: times(x, y) };
}
