import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { FIELD_ORDER, powerOf2To252Minus3 } from "./edwards25519.js";
import { clampScalar } from "./littleEndian.js";

/** X25519 (RFC 7748, 5) with the ladder of @noble/curves: 1.0 M compute units on XS, where tweetnacl takes 12 M. */
const curve = montgomery({
	P: FIELD_ORDER,
	type: "x25519",
	adjustScalarBytes: clampScalar,
	// To the power of p - 2 = 8 (2^252 - 3) + 3
	powPminus2(x) {
		const cubed = (((x * x) % FIELD_ORDER) * x) % FIELD_ORDER;
		const to4 = (powerOf2To252Minus3(x) ** 2n % FIELD_ORDER) ** 2n % FIELD_ORDER;
		return (((to4 * to4) % FIELD_ORDER) * cubed) % FIELD_ORDER;
	},
});

/** @param secretKey 32 secret random bytes */
export function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
	return curve.getPublicKey(secretKey);
}

/** @returns the 32 bytes shared with the owner of `publicKey`; undefined when that key is of low order (6.1) */
export function x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
	if (secretKey.length !== 32 || publicKey.length !== 32) throw new RangeError("an X25519 key has 32 bytes");
	try {
		return curve.getSharedSecret(secretKey, publicKey);
	} catch {
		return undefined;
	}
}
