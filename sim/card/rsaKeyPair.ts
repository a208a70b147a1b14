import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

export interface RsaKeyKind {
	readonly modulusBits: number;
	/** EMV 4.4 Book 2, 11.2.2: no others. */
	readonly publicExponent: 3 | 65537;
}

/** What a key is for: two keys of one card are never the same. */
export type KeyUse = "issuer" | "ICC" | "ICC PIN";

/** Where a card's keys come from. */
export type RsaKeySource = (kind: RsaKeyKind, use: KeyUse) => Promise<RsaPrivateKey>;

/** A new key each time. */
export const freshKeys: RsaKeySource = kind => generateRsaPrivateKeyOf(kind);

/** Makes a test key with exponent 3, off the main thread. */
export function generateRsaPrivateKey(modulusBits: number): Promise<RsaPrivateKey> {
	return generateRsaPrivateKeyOf({ modulusBits, publicExponent: 3 });
}

/** Makes a test key of this kind, off the main thread. */
async function generateRsaPrivateKeyOf(kind: RsaKeyKind): Promise<RsaPrivateKey> {
	const { modulusBits: modulusLength, publicExponent } = kind;
	const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength, publicExponent });
	const jwk = privateKey.export({ format: "jwk" });
	return {
		modulus: hexOf(jwk.n),
		publicExponent: hexOf(jwk.e),
		prime1: hexOf(jwk.p),
		prime2: hexOf(jwk.q),
		exponent1: hexOf(jwk.dp),
		exponent2: hexOf(jwk.dq),
		coefficient: hexOf(jwk.qi),
	};
}

/**
 * Keys that the cards of one test world share, one of each kind and use: making RSA keys takes most of the time in which a
 * card is made, and test keys protect nothing.
 * @param known from an earlier run
 * @param onNew called with each key that had to be made
 */
export function sharedKeys(
	known: Readonly<Record<string, RsaPrivateKey>> = {},
	onNew: (name: string, key: RsaPrivateKey) => void = () => {},
): RsaKeySource {
	const keys = new Map(Object.entries(known).map(([name, key]) => [name, Promise.resolve(key)]));
	return ({ modulusBits, publicExponent }, use) => {
		const name = `${use} ${modulusBits} ${publicExponent}`;
		const there = keys.get(name);
		if (there) return there;
		const made = generateRsaPrivateKeyOf({ modulusBits, publicExponent }).then(key => {
			onNew(name, key);
			return key;
		});
		keys.set(name, made);
		return made;
	};
}

function hexOf(base64url: string | undefined): string {
	return Buffer.from(base64url ?? "", "base64url")
		.toString("hex")
		.toUpperCase();
}
