/**
 * Numbers modulo 2^255 - 19 (RFC 7748, 4.1). Between the operations they may be off by small multiples of the modulus and
 * negative; `canonical` ends that. No operation compares BigInts with ===, which on XS fails for one that lies in flash.
 */

export const FIELD_ORDER = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffedn;
/** 2^520 divided by the modulus, for Barrett's reduction: half the compute units of the operator % on XS. */
const RECIPROCAL = (1n << 520n) / FIELD_ORDER;

/** The product, between -2 and 3 times the modulus; the factors lie between -8 and 8 times. */
export function times(a: bigint, b: bigint): bigint {
	const product = a * b;
	return product - (((product >> 254n) * RECIPROCAL) >> 266n) * FIELD_ORDER;
}

/** The one from 0 up to the modulus. */
export function canonical(a: bigint): bigint {
	const rest = a % FIELD_ORDER;
	return rest < 0n ? rest + FIELD_ORDER : rest;
}

export function isZero(a: bigint): boolean {
	return !canonical(a);
}

/** `a` to the power of p - 2 = 8 (2^252 - 3) + 3: the inverse, or 0 of 0. */
export function inverse(a: bigint): bigint {
	return times(squared(powerOf2To252Minus3(a), 3), times(times(a, a), a));
}

/** `a` to the power of (p - 5) / 8 = 2^252 - 3, by the same operations whatever `a` is. */
export function powerOf2To252Minus3(a: bigint): bigint {
	const ones2 = times(squared(a, 1), a); // `a` to a number of 2 binary ones
	const ones4 = times(squared(ones2, 2), ones2);
	const ones5 = times(squared(ones4, 1), a);
	const ones10 = times(squared(ones5, 5), ones5);
	const ones20 = times(squared(ones10, 10), ones10);
	const ones40 = times(squared(ones20, 20), ones20);
	const ones80 = times(squared(ones40, 40), ones40);
	const ones160 = times(squared(ones80, 80), ones80);
	const ones240 = times(squared(ones160, 80), ones80);
	const ones250 = times(squared(ones240, 10), ones10);
	return times(squared(ones250, 2), a);
}

function squared(a: bigint, count: number): bigint {
	let result = a;
	for (let i = 0; i < count; i++) result = times(result, result);
	return result;
}
