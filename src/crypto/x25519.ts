import { equal, wipe } from "../bytes/bytes.js";
import { canonical, inverse, times } from "./field25519.js";
import { clampScalar, littleEndianBytes, littleEndianNumber } from "./littleEndian.js";

/** X25519 (RFC 7748, 5) on native BigInt. Why not a library: see `edwards25519.ts`. */

const KEY_LENGTH = 32;
/** (486662 - 2) / 4 */
const A24 = 121665n;

/** @param secretKey 32 secret random bytes */
export function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
	const basePoint = new Uint8Array(KEY_LENGTH);
	basePoint[0] = 9;
	return scalarProduct(secretKey, basePoint);
}

/** @returns the 32 bytes shared with the owner of `publicKey`; undefined when that key is of low order (6.1) */
export function x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
	const secret = scalarProduct(secretKey, publicKey);
	return equal(secret, new Uint8Array(KEY_LENGTH)) ? undefined : secret;
}

/** 5, the Montgomery ladder: the same operations whatever the scalar. */
function scalarProduct(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
	if (secretKey.length !== KEY_LENGTH || publicKey.length !== KEY_LENGTH)
		throw new RangeError("an X25519 key has 32 bytes");
	const scalar = clampScalar(secretKey);
	const x1 = canonical(BigInt.asUintN(255, littleEndianNumber(publicKey)));
	let x2 = 1n;
	let z2 = 0n;
	let x3 = x1;
	let z3 = 1n;
	let last = 0;
	for (let t = 254; t >= 0; t--) {
		const bit = (scalar[t >> 3]! >> (t & 7)) & 1;
		const isSwap = bit !== last;
		const xa = isSwap ? x3 : x2;
		const za = isSwap ? z3 : z2;
		const xb = isSwap ? x2 : x3;
		const zb = isSwap ? z2 : z3;
		last = bit;
		const a = xa + za;
		const b = xa - za;
		const aa = times(a, a);
		const bb = times(b, b);
		const e = aa - bb;
		const da = times(xb - zb, a);
		const cb = times(xb + zb, b);
		const sum = da + cb;
		const difference = da - cb;
		x3 = times(sum, sum);
		z3 = times(x1, times(difference, difference));
		x2 = times(aa, bb);
		z2 = times(e, aa + times(A24, e));
	}
	wipe(scalar); // WIPE
	// The lowest bit of a scalar is always 0 (decodeScalar25519), so that nothing is left swapped.
	return littleEndianBytes(canonical(times(x2, inverse(z2))), KEY_LENGTH);
}
