import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders } from "@auth0/cose";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { CoseError, type CoseSigner, coseSign1, kidOf, openCoseSign1, unverified } from "../../src/binding/cose.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { type CborValue, encodeDeterministic } from "../../src/bytes/cbor.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair, ed25519Sign } from "../../src/crypto/ed25519.js";

const SEED = new Uint8Array(32).fill(3);
const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, SEED);
const KID = kidOf(nodeCrypto, publicKey);
const sign = (message: Uint8Array) => ed25519Sign(nodeCrypto, message, secretKey);
const signer: CoseSigner = { kid: KID, sign };
const CONTEXT = "kassa test";
const open = (message: Uint8Array, context = CONTEXT) => openCoseSign1(nodeCrypto, message, () => publicKey, context);

/** The same key as Node has it: PKCS #8 of RFC 8410. */
const privateKey = createPrivateKey({
	key: Buffer.from(concat(parseHex("302e020100300506032b657004220420"), SEED)),
	format: "der",
	type: "pkcs8",
});

test("@auth0/cose takes what Kassa signs, with its context only", async () => {
	const payload = asciiBytes("what is signed");
	const theirs = Sign1.decode(coseSign1(payload, signer, CONTEXT));
	expect(theirs.alg).toBe(Algorithms.EdDSA);
	expect(new Uint8Array(theirs.kid!)).toEqual(KID);
	expect(new Uint8Array(theirs.payload)).toEqual(payload);
	const key = createPublicKey(privateKey) as KeyObject;
	await theirs.verify(key, { externalAAD: asciiBytes(CONTEXT) });
	await expect(theirs.verify(key, { externalAAD: asciiBytes("kassa other") })).rejects.toThrow();
	await expect(theirs.verify(key)).rejects.toThrow();
});

test("Kassa takes what @auth0/cose signs", async () => {
	const payload = asciiBytes("signed elsewhere");
	const headers = new ProtectedHeaders([
		[Headers.Algorithm, Algorithms.EdDSA],
		[Headers.KeyID, KID],
	]);
	const theirs = await Sign1.sign(headers, new UnprotectedHeaders(), payload, privateKey);
	const encoded = new Uint8Array(theirs.encode());
	expect(openCoseSign1(nodeCrypto, encoded, kid => (kid.join() === KID.join() ? publicKey : undefined), "")).toEqual(
		payload,
	);
	expect(() => open(encoded)).toThrow("the signature of the message is wrong");
});

test("what was signed opens, and tells who signed it", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 500 }), payload => {
			const message = coseSign1(payload, signer, CONTEXT);
			expect(open(message)).toEqual(payload);
			expect(unverified(message)).toEqual({ kid: KID, payload });
		}),
		{ numRuns: 20 },
	);
});

test("every byte altered is refused, and every message cut short", () => {
	const message = coseSign1(asciiBytes("a payload of some length"), signer, CONTEXT);
	const byKid = (kid: Uint8Array) => (kid.join() === KID.join() ? publicKey : undefined);
	for (let at = 0; at < message.length; at++) {
		const altered = message.slice();
		altered[at]! ^= 1 << (at % 8);
		expect(() => openCoseSign1(nodeCrypto, altered, byKid, CONTEXT), `byte ${at}`).toThrow(CoseError);
		expect(() => openCoseSign1(nodeCrypto, message.slice(0, at), byKid, CONTEXT), `cut at ${at}`).toThrow(CoseError);
	}
	expect(() => open(concat(message, Uint8Array.of(0)))).toThrow("follow the end");
});

describe("refuses", () => {
	const header = (...entries: [number, CborValue][]) => encodeDeterministic(new Map(entries));
	const good = header([1, -8], [4, KID]);
	const whole = (parts: CborValue) => concat(Uint8Array.of(0xd2), encodeDeterministic(parts));
	const signature = new Uint8Array(64);
	const none = new Uint8Array(0);
	test.each<[string, Uint8Array, string]>([
		["no tag", encodeDeterministic([good, new Map(), none, signature]), "no COSE_Sign1"],
		["three parts", whole([good, new Map(), none]), "no COSE_Sign1 of the form"],
		["an unprotected header", whole([good, new Map([[4, KID]]), none, signature]), "no COSE_Sign1 of the form"],
		["no payload", whole([good, new Map(), null, signature]), "no COSE_Sign1 of the form"],
		["another algorithm", whole([header([1, -7], [4, KID]), new Map(), none, signature]), "in another way than EdDSA"],
		["no algorithm", whole([header([3, -8], [4, KID]), new Map(), none, signature]), "in another way than EdDSA"],
		["no key name", whole([header([1, -8]), new Map(), none, signature]), "no COSE_Sign1 of the form"],
		["critical headers", whole([header([1, -8], [2, [9]], [4, KID]), new Map(), none, signature]), "of the form"],
		["a short signature", whole([good, new Map(), none, signature.slice(1)]), "the signature of the message is wrong"],
		["a header of no map", whole([encodeDeterministic([1]), new Map(), none, signature]), "no COSE_Sign1 of the form"],
	])("%s", (_what, message, why) => {
		expect(() => open(message)).toThrow(why);
	});

	test("a signer that is not known", () => {
		const message = coseSign1(none, signer, CONTEXT);
		expect(() => openCoseSign1(nodeCrypto, message, () => undefined, CONTEXT)).toThrow("not known here");
	});
});
