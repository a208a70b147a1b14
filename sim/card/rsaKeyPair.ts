import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

export interface RsaKeyKind {
	readonly modulusBits: number;
	/** EMV 4.4 Book 2, 11.2.2: no others. */
	readonly publicExponent: 3 | 65537;
}

/** Makes a test key with exponent 3, off the main thread. */
export function generateRsaPrivateKey(modulusBits: number): Promise<RsaPrivateKey> {
	return generateRsaPrivateKeyOf({ modulusBits, publicExponent: 3 });
}

/** Makes a test key of this kind, off the main thread. */
export async function generateRsaPrivateKeyOf(kind: RsaKeyKind): Promise<RsaPrivateKey> {
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

function hexOf(base64url: string | undefined): string {
	return Buffer.from(base64url ?? "", "base64url")
		.toString("hex")
		.toUpperCase();
}
