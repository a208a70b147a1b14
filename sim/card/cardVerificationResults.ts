import { concat } from "../../src/bytes/bytes.js";
import type { ApplicationSession } from "./applicationSession.js";
import { type CryptogramType, exceedsOfflineLimit } from "./cardRiskManagement.js";

/**
 * The card verification results: what the card reports to its issuer of this transaction, 4 bytes: length 03, then three
 * bytes of bits. The layout is the issuer's own matter in EMV; this one follows the custom of UnionPay debit cards.
 * @param first type of the first cryptogram
 * @param second type of the second, once it was asked for
 * @param unableToGoOnline the second GENERATE AC came with Y3 or Z3
 */
export function cardVerificationResults(
	application: ApplicationSession,
	first: CryptogramType,
	second?: CryptogramType,
	unableToGoOnline = false,
): Uint8Array {
	const { state, offlinePin, issuerAuthentication } = application;
	const byte2 =
		(second === undefined ? NOT_REQUESTED : TYPE_BITS[second] << 6) |
		(TYPE_BITS[first] << 4) |
		bit(4, issuerAuthentication === "failed") |
		bit(3, offlinePin !== "not performed") |
		bit(2, offlinePin === "failed") |
		bit(1, unableToGoOnline);
	const byte3 =
		bit(7, state.pinTryCounter === 0) |
		bit(6, exceedsOfflineLimit(application, "lower")) |
		bit(5, state.lastOnlineAtc === 0) |
		bit(3, second !== undefined && !unableToGoOnline && issuerAuthentication === "not performed");
	const byte4 = bit(2, application.dynamicDataAuthenticationPerformed);
	return Uint8Array.of(3, byte2, byte3, byte4);
}

/**
 * Issuer application data (9F10), 8 bytes: length 07, derivation key index 01, cryptogram version 01, the card
 * verification results, algorithm 01 (triple DES).
 */
export function issuerApplicationData(cvr: Uint8Array): Uint8Array {
	return concat(Uint8Array.of(7, 1, 1), cvr, Uint8Array.of(1));
}

const TYPE_BITS = Object.freeze({ AAC: 0b00, TC: 0b01, ARQC: 0b10 } as const);
const NOT_REQUESTED = 0b10 << 6;

/** Bit number as the Books count: b8 is the highest. */
function bit(number: number, set: boolean): number {
	return set ? 1 << (number - 1) : 0;
}
