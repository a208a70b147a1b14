import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

/** Makes a test key with exponent 3, off the main thread. */
export async function generateRsaPrivateKey(modulusBits: number): Promise<RsaPrivateKey> {
	const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: modulusBits, publicExponent: 3 });
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
