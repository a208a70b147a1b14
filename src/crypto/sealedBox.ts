import { concat, wipe } from "../bytes/bytes.js";
import type { Random } from "../ports.js";
import { blake2b } from "./blake2b.js";
import { hsalsa20, openSecretbox, SECRETBOX_NONCE_LENGTH, secretbox } from "./secretbox.js";
import { x25519PublicKey, x25519SharedSecret } from "./x25519.js";

const PUBLIC_KEY_LENGTH = 32;

/**
 * A box that only the owner of `publicKey` opens and that does not tell who sealed it, as libsodium's `crypto_box_seal`.
 * @param publicKey X25519, 32 bytes
 * @returns 48 bytes more than `plain`
 * @throws {RangeError} when `publicKey` is no key that a box can be sealed to
 */
export function sealBox(random: Random, plain: Uint8Array, publicKey: Uint8Array): Uint8Array {
	const secretKey = random.bytes(32);
	try {
		const ephemeral = x25519PublicKey(secretKey);
		const key = boxKey(secretKey, publicKey);
		if (!key) throw new RangeError("no box can be sealed to a key of low order");
		try {
			return concat(ephemeral, secretbox(plain, sealNonce(ephemeral, publicKey), key));
		} finally {
			wipe(key); // WIPE
		}
	} finally {
		wipe(secretKey); // WIPE
	}
}

/** @returns undefined when the box was sealed to another key or was changed since */
export function openSealedBox(
	sealed: Uint8Array,
	keyPair: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
): Uint8Array | undefined {
	if (sealed.length < PUBLIC_KEY_LENGTH) return undefined;
	const ephemeral = sealed.slice(0, PUBLIC_KEY_LENGTH);
	const key = boxKey(keyPair.secretKey, ephemeral);
	if (!key) return undefined;
	try {
		return openSecretbox(sealed.slice(PUBLIC_KEY_LENGTH), sealNonce(ephemeral, keyPair.publicKey), key);
	} finally {
		wipe(key); // WIPE
	}
}

/** The key of NaCl's crypto_box. */
function boxKey(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
	const shared = x25519SharedSecret(secretKey, publicKey);
	try {
		return shared && hsalsa20(shared, new Uint8Array(16));
	} finally {
		wipe(shared); // WIPE
	}
}

function sealNonce(ephemeral: Uint8Array, publicKey: Uint8Array): Uint8Array {
	return blake2b(concat(ephemeral, publicKey), SECRETBOX_NONCE_LENGTH);
}
