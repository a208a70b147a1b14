import { revocationLists } from "../../../src/binding/certificates.js";
import type { CoseSigner } from "../../../src/binding/cose.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { BindingRegistry } from "./registry.js";

/** The acquirer's list as terminals take it; undefined while nothing was revoked. @param now milliseconds since 1970 */
export function signedRevocations(
	registry: BindingRegistry,
	issuer: string,
	now: number,
	signer: CoseSigner,
): Uint8Array | undefined {
	const revoked = registry.revocations();
	if (!revoked.length) return undefined;
	// Certificates are never taken off the list, so that its length is a number that rises.
	const claims = { issuer, issuedAt: Math.floor(now / 1000), number: revoked.length, revoked: revoked.map(parseHex) };
	return revocationLists.sign(claims, signer);
}
