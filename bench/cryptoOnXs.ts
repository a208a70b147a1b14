import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { blake2b as nobleBlake2b } from "@noble/hashes/blake2.js";
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha1 as nobleSha1 } from "@noble/hashes/legacy.js";
import { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { AES } from "@stablelib/aes";
import { sign as stableSign, verify as stableVerify } from "@stablelib/ed25519";
import { secretBox as stableBox } from "@stablelib/nacl";
import { hash as stableSha256 } from "@stablelib/sha256";
import { hash as stableSha512 } from "@stablelib/sha512";
import { scalarMultBase as stablePublicKey, sharedKey as stableSharedKey } from "@stablelib/x25519";
import des from "des.js";
import nacl from "tweetnacl";
import { SeededRandom } from "../sim/world/seededRandom.js";
import { formatHex } from "../src/bytes/hex.js";
import { blake2b } from "../src/crypto/blake2b.js";
import { aesCipher, tdesCipher } from "../src/crypto/blockCipher.js";
import { CtrDrbg } from "../src/crypto/ctrDrbg.js";
import { ed25519Sign, ed25519Verify } from "../src/crypto/ed25519.js";
import { hmac } from "../src/crypto/hmac.js";
import { cmac, padMethod2, retailMac } from "../src/crypto/mac.js";
import { bigIntOf, bytesOf, rsaRecover } from "../src/crypto/rsa.js";
import { sealBox } from "../src/crypto/sealedBox.js";
import { secretbox } from "../src/crypto/secretbox.js";
import { softwareCrypto as crypto } from "../src/crypto/software.js";
import { x25519PublicKey, x25519SharedSecret } from "../src/crypto/x25519.js";
import { tell } from "./tell.js";

const random = new SeededRandom(1152);
const data = random.bytes(250);
const kilobyte = random.bytes(1024);
const [key16, key32, seed, block, nonce] = [16, 32, 32, 16, 24].map(length => random.bytes(length)) as [
	Uint8Array,
	Uint8Array,
	Uint8Array,
	Uint8Array,
	Uint8Array,
];
const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(seed);
const signature = nacl.sign.detached(data, secretKey);
const other = nacl.scalarMult.base(key32);
const drbgSeed = random.bytes(48);
let drbg: CtrDrbg | undefined;

function rsa(length: number, exponent: number) {
	const modulus = random
		.bytes(length)
		.fill(0xc7, 0, 1)
		.fill(1, length - 1);
	const input = random.bytes(length).fill(0, 0, 1);
	return {
		kassa: () => rsaRecover({ modulus, exponent }, input),
		"operator %": () => {
			const [n, base] = [bigIntOf(modulus), bigIntOf(input)];
			let result = 1n;
			let square = base;
			for (let rest = exponent; rest; rest >>= 1) {
				if (rest & 1) result = (result * square) % n;
				if (rest > 1) square = (square * square) % n;
			}
			return bytesOf(result, length);
		},
	};
}

function desJs(): Uint8Array {
	const key = [...key16, ...key16.subarray(0, 8)];
	const cipher = des.EDE.create({ type: "encrypt", key, padding: false });
	return Uint8Array.from([...cipher.update(block.subarray(0, 8)), ...cipher.final()]);
}

function stableAes(): Uint8Array {
	const result = new Uint8Array(16);
	new AES(key16).encryptBlock(block, result);
	return result;
}

/** Seeded on first use, so that the tables of AES count there. */
function drbgBytes(): Uint8Array {
	drbg ??= new CtrDrbg(crypto, drbgSeed);
	return drbg.bytes(32);
}

const truth = (isValid: boolean) => Uint8Array.of(isValid ? 1 : 0);

/** What `npm run bench` measures: each operation by Kassa and by libraries, with the same result. */
const operations: Record<string, Record<string, () => Uint8Array>> = {
	"SHA-1 of 250 bytes": { kassa: () => crypto.sha1(data), "@noble": () => nobleSha1(data) },
	"SHA-256 of 250 bytes": {
		kassa: () => crypto.sha256(data),
		"@noble": () => nobleSha256(data),
		"@stablelib": () => stableSha256(data),
	},
	"SHA-512 of 250 bytes": {
		kassa: () => crypto.sha512(data),
		"@noble": () => nobleSha512(data),
		tweetnacl: () => nacl.hash(data),
		"@stablelib": () => stableSha512(data),
	},
	"HMAC-SHA-256 of 250 bytes": {
		kassa: () => hmac(crypto, "sha256", key32, data),
		"@noble": () => nobleHmac(nobleSha256, key32, data),
	},
	"BLAKE2b of 64 bytes": {
		kassa: () => blake2b(data.subarray(0, 64), 24),
		"@noble": () => nobleBlake2b(data.subarray(0, 64), { dkLen: 24 }),
	},
	"AES-128, key and one block": { kassa: () => crypto.aesEcb(key16, block, "encipher"), "@stablelib": stableAes },
	"triple DES, key and one block": {
		kassa: () => crypto.desEcb(key16, block.subarray(0, 8), "encipher"),
		"des.js": desJs,
	},
	"AES-CMAC of 250 bytes": { kassa: () => cmac(aesCipher(crypto), key16, data) },
	"TDES-CMAC of 250 bytes": { kassa: () => cmac(tdesCipher(crypto), key16, data) },
	"retail MAC of 250 bytes": { kassa: () => retailMac(crypto, key16, padMethod2(data)) },
	"Ed25519 signature of 250 bytes": {
		kassa: () => ed25519Sign(crypto, data, secretKey),
		tweetnacl: () => nacl.sign.detached(data, secretKey),
		"@noble": () => ed25519.sign(data, seed),
		"@stablelib": () => stableSign(secretKey, data),
	},
	"Ed25519 check of 250 bytes": {
		kassa: () => truth(ed25519Verify(crypto, data, signature, publicKey)),
		tweetnacl: () => truth(nacl.sign.detached.verify(data, signature, publicKey)),
		"@noble": () => truth(ed25519.verify(signature, data, publicKey)),
		"@stablelib": () => truth(stableVerify(publicKey, data, signature)),
	},
	"X25519 shared secret": {
		kassa: () => x25519SharedSecret(key32, other)!,
		tweetnacl: () => nacl.scalarMult(key32, other),
		"@noble": () => x25519.getSharedSecret(key32, other),
		"@stablelib": () => stableSharedKey(key32, other),
	},
	"X25519 public key": {
		kassa: () => x25519PublicKey(key32),
		tweetnacl: () => nacl.scalarMult.base(key32),
		"@noble": () => x25519.getPublicKey(key32),
		"@stablelib": () => stablePublicKey(key32),
	},
	"secretbox of 1 KB": {
		kassa: () => secretbox(kilobyte, nonce, key32),
		tweetnacl: () => nacl.secretbox(kilobyte, nonce, key32),
		"@noble": () => xsalsa20poly1305(key32, nonce).encrypt(kilobyte),
		"@stablelib": () => stableBox(key32, nonce, kilobyte),
	},
	"sealed box of 250 bytes": { kassa: () => sealBox(new SeededRandom(1), data, other) },
	"CTR_DRBG, 32 bytes": { kassa: drbgBytes },
	"RSA 1152 bits, exponent 3": rsa(144, 3),
	"RSA 1984 bits, exponent 3": rsa(248, 3),
	"RSA 1984 bits, exponent 65537": rsa(248, 65537),
};

Object.assign(globalThis, {
	tellOperations: () => tell(Object.entries(operations).map(([name, by]) => [name, Object.keys(by)])),
	nothing: () => undefined,
	run(name: string, by: string) {
		operations[name]![by]!();
	},
	tellResult: (name: string, by: string) => tell(formatHex(operations[name]![by]!())),
});
