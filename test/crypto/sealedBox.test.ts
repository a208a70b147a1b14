import { blake2b as reference } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { blake2b } from "../../src/crypto/blake2b.js";
import { openSealedBox, sealBox } from "../../src/crypto/sealedBox.js";
import { hsalsa20 } from "../../src/crypto/secretbox.js";
import { x25519PublicKey, x25519SharedSecret } from "../../src/crypto/x25519.js";

const secretKey = new SeededRandom(1).bytes(32);
const publicKey = x25519PublicKey(secretKey);

test("a sealed box is a crypto_box under the nonce that libsodium defines", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (plain, seed) => {
			const sealed = sealBox(new SeededRandom(seed), plain, publicKey);
			expect(sealed).toHaveLength(plain.length + 48);
			const ephemeral = sealed.subarray(0, 32);
			const nonce = reference(Uint8Array.from([...ephemeral, ...publicKey]), { dkLen: 24 });
			expect(nacl.box.open(sealed.subarray(32), nonce, ephemeral, secretKey)).toEqual(plain);
			expect(openSealedBox(sealed, { publicKey, secretKey })).toEqual(plain);
		}),
		{ numRuns: 10 },
	);
});

test("a changed, cut or foreign box opens for nobody", () => {
	const sealed = sealBox(new SeededRandom(9), Uint8Array.of(1, 2, 3), publicKey);
	for (const at of [0, 31, 32, sealed.length - 1]) {
		const changed = sealed.slice();
		changed[at]! ^= 1;
		expect(openSealedBox(changed, { publicKey, secretKey })).toBeUndefined();
	}
	for (const length of [0, 31, 32, 47, sealed.length - 1])
		expect(openSealedBox(sealed.slice(0, length), { publicKey, secretKey })).toBeUndefined();
	const stranger = new SeededRandom(2).bytes(32);
	expect(openSealedBox(sealed, { publicKey: x25519PublicKey(stranger), secretKey: stranger })).toBeUndefined();
	expect(openSealedBox(new Uint8Array(60), { publicKey, secretKey })).toBeUndefined(); // a sender's key of low order
});

test("nothing is sealed to a key of low order", () => {
	expect(() => sealBox(new SeededRandom(3), new Uint8Array(1), new Uint8Array(32))).toThrow("low order");
});

test("the key of a box is that of tweetnacl", () => {
	const shared = x25519SharedSecret(secretKey, publicKey)!;
	expect(hsalsa20(shared, new Uint8Array(16))).toEqual(nacl.box.before(publicKey, secretKey));
});

test.each([0, 1, 64, 127, 128, 129, 256, 300])("BLAKE2b of %i bytes is that of @noble/hashes", length => {
	const data = new SeededRandom(length + 1).bytes(length);
	for (const dkLen of [1, 24, 32, 64]) expect(blake2b(data, dkLen)).toEqual(reference(data, { dkLen }));
});
