import { bigIntOf, bytesOf } from "./rsa.js";

/** What RFC 7748 and RFC 8032 share: numbers with the low byte first. */
export function littleEndianNumber(bytes: Uint8Array): bigint {
	return bigIntOf(bytes.slice().reverse());
}

/** The low `length` bytes of `value`, low byte first. */
export function littleEndianBytes(value: bigint, length: number): Uint8Array {
	return bytesOf(value, length).reverse();
}

/** RFC 7748, 5 (decodeScalar25519) and RFC 8032, 5.1.5: a new array with the bits set that make 32 bytes a secret scalar. */
export function clampScalar(bytes: Uint8Array): Uint8Array {
	const clamped = bytes.slice(0, 32);
	clamped[0]! &= 0xf8;
	clamped[31] = (clamped[31]! & 0x7f) | 0x40;
	return clamped;
}
