import { concat, equal, wipe } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { baseMinus, decodePoint, encodePoint, GROUP_ORDER, isOfSmallOrder, timesBase } from "./edwards25519.js";
import { clampScalar, littleEndianBytes, littleEndianNumber } from "./littleEndian.js";

/** Ed25519 (RFC 8032, 5.1). */
export interface Ed25519KeyPair {
	readonly publicKey: Uint8Array;
	/** 64 bytes as in NaCl: the seed, then the public key. */
	readonly secretKey: Uint8Array;
}

const SEED_LENGTH = 32;
const SIGNATURE_LENGTH = 64;

/** 5.1.5. @param seed 32 secret random bytes */
export function ed25519KeyPair(crypto: Crypto, seed: Uint8Array): Ed25519KeyPair {
	if (seed.length !== SEED_LENGTH) throw new RangeError("the seed of an Ed25519 key has 32 bytes");
	const hash = crypto.sha512(seed);
	try {
		const publicKey = encodePoint(timesBase(secretScalar(hash)));
		return { publicKey, secretKey: concat(seed, publicKey) };
	} finally {
		wipe(hash); // WIPE
	}
}

/** 5.1.6. @param secretKey 64 bytes from `ed25519KeyPair` @returns 64 bytes */
export function ed25519Sign(crypto: Crypto, message: Uint8Array, secretKey: Uint8Array): Uint8Array {
	// Seed and public key travel together: signing under one with the other would give the secret scalar away.
	if (secretKey.length !== 64) throw new RangeError("an Ed25519 secret key has 64 bytes");
	const hash = crypto.sha512(secretKey.subarray(0, SEED_LENGTH));
	const prefixed = concat(hash.subarray(32), message);
	try {
		const publicKey = secretKey.subarray(SEED_LENGTH);
		const r = scalarOf(crypto.sha512(prefixed));
		const commitment = encodePoint(timesBase(r));
		const challenge = scalarOf(crypto.sha512(concat(commitment, publicKey, message)));
		const response = (r + challenge * secretScalar(hash)) % GROUP_ORDER;
		return concat(commitment, littleEndianBytes(response, 32));
	} finally {
		wipe(hash, prefixed); // WIPE
	}
}

/**
 * 5.1.7, the check without cofactor. A key of small order, under which one signature fits many messages, is refused.
 * @returns false for every signature and key that is not as it must be
 */
export function ed25519Verify(
	crypto: Crypto,
	message: Uint8Array,
	signature: Uint8Array,
	publicKey: Uint8Array,
): boolean {
	if (signature.length !== SIGNATURE_LENGTH || publicKey.length !== 32) return false;
	const commitment = signature.subarray(0, 32);
	const response = littleEndianNumber(signature.subarray(32));
	if (response >= GROUP_ORDER) return false;
	const key = decodePoint(publicKey);
	if (!key || isOfSmallOrder(key)) return false;
	const challenge = scalarOf(crypto.sha512(concat(commitment, publicKey, message)));
	return equal(encodePoint(baseMinus(response, challenge, key)), commitment);
}

/** 5.1.5, steps 2 and 3; as a multiple of the base point it is the same modulo the group order. */
function secretScalar(hash: Uint8Array): bigint {
	const clamped = clampScalar(hash.subarray(0, 32));
	try {
		return littleEndianNumber(clamped) % GROUP_ORDER;
	} finally {
		wipe(clamped); // WIPE
	}
}

function scalarOf(hash: Uint8Array): bigint {
	return littleEndianNumber(hash) % GROUP_ORDER;
}
