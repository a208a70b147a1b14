import { uintBytes, wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { Crypto } from "../../src/ports.js";
import type { ApplicationSession } from "./applicationSession.js";
import { commonSessionKey, verifyIssuerAuthenticationData } from "./cryptogram.js";

/** The key for this transaction's cryptograms; the caller wipes it. */
export function applicationSessionKey(
	crypto: Crypto,
	{ personalisation, state }: Pick<ApplicationSession, "personalisation" | "state">,
): Uint8Array {
	const masterKey = parseHex(personalisation.iccMasterKeys.applicationCryptogram);
	try {
		return commonSessionKey(crypto, masterKey, uintBytes(state.atc, 2));
	} finally {
		wipe(masterKey);
	}
}

/**
 * Checks tag 91 against the ARQC of this transaction (EMV 4.4 Book 2, 8.2) and remembers the result.
 * @returns whether the issuer is authentic
 */
export function authenticateIssuer(
	crypto: Crypto,
	application: ApplicationSession,
	issuerAuthenticationData: Uint8Array,
): boolean {
	const sessionKey = applicationSessionKey(crypto, application);
	try {
		const { arqc } = application.onlineRequest!;
		const passed = verifyIssuerAuthenticationData(crypto, sessionKey, arqc, issuerAuthenticationData);
		application.issuerAuthentication = passed ? "passed" : "failed";
		return passed;
	} finally {
		wipe(sessionKey);
	}
}
