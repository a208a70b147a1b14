import { concat, uintBytes } from "../../src/bytes/bytes.js";
import type { ApplicationSession } from "./applicationSession.js";
import {
	type CryptogramType,
	exceedsOfflineAmount,
	exceedsOfflineLimit,
	type TransactionValues,
} from "./cardRiskManagement.js";

/** What the card reports to its issuer of this transaction. */
export interface CardDecision {
	/** Type of the first cryptogram. */
	readonly first: CryptogramType;
	/** Type of the second, once it was asked for. */
	readonly second?: CryptogramType;
	/** The second GENERATE AC came with Y3 or Z3. */
	readonly unableToGoOnline?: boolean;
	/** The answer is signed for CDA. */
	readonly signed?: boolean;
	readonly transaction: TransactionValues;
}

/**
 * Issuer application data (9F10): what names keys and cryptogram version, the card verification results, and in a common
 * core card its counters (cryptogramVersion.ts has the lengths).
 */
export function issuerApplicationData(application: ApplicationSession, decision: CardDecision): Uint8Array {
	const { iadHead, iadLength, cvrLength } = application.cryptogramVersion;
	const iad = new Uint8Array(iadLength);
	iad.set(iadHead);
	if (cvrLength === 5) {
		iad.set(commonCoreResults(application, decision), iadHead.length);
		iad.set(commonCoreCounters(application), COMMON_CORE_COUNTERS_AT);
		// Book 3, Annex C9.2: 15 bytes for the issuer's own use follow; this card has none.
		iad[COMMON_CORE_COUNTERS_AT + 8] = 15;
		return iad;
	}
	iad.set(cardVerificationResults(application, decision), iadHead.length);
	// Of UnionPay's layout the last byte names the algorithm: 01 is triple DES.
	if (iadLength > iadHead.length + cvrLength) iad[iadLength - 1] = 1;
	return iad;
}

const COMMON_CORE_COUNTERS_AT = 8;

/**
 * 4 bytes: length 03, then three bytes of bits. The layout is the issuer's own matter in EMV; this one follows the custom of
 * UnionPay and Visa.
 */
function cardVerificationResults(
	application: ApplicationSession,
	{ first, second, unableToGoOnline = false, transaction }: CardDecision,
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
		bit(6, exceedsOfflineLimit(application, "lower") || exceedsOfflineAmount(application, "lower", transaction)) |
		bit(5, state.lastOnlineAtc === 0) |
		bit(3, second !== undefined && !unableToGoOnline && issuerAuthentication === "not performed");
	const byte4 = bit(2, application.dynamicDataAuthenticationPerformed);
	return Uint8Array.of(3, byte2, byte3, byte4);
}

/** 5 bytes (EMV 4.4 Book 3, Annex C9.3, for common core cards). */
function commonCoreResults(
	application: ApplicationSession,
	{ first, second, unableToGoOnline = false, signed = false, transaction }: CardDecision,
): Uint8Array {
	const { state, offlinePin, issuerAuthentication } = application;
	const { processed, failed } = state.scripts ?? { processed: 0, failed: false };
	return Uint8Array.of(
		(second === undefined ? NOT_REQUESTED : TYPE_BITS[second] << 6) |
			(TYPE_BITS[first] << 4) |
			bit(4, signed) |
			bit(3, application.dynamicDataAuthenticationPerformed) |
			bit(2, second !== undefined && issuerAuthentication === "not performed") |
			bit(1, issuerAuthentication === "failed"),
		((state.pinTryCounter & 0x0f) << 4) |
			bit(4, offlinePin !== "not performed") |
			bit(3, offlinePin === "failed") |
			bit(2, state.pinTryCounter === 0),
		bit(8, exceedsOfflineLimit(application, "lower")) |
			bit(7, exceedsOfflineLimit(application, "upper")) |
			bit(6, exceedsOfflineAmount(application, "lower", transaction)) |
			bit(5, exceedsOfflineAmount(application, "upper", transaction)),
		(Math.min(processed, 15) << 4) | bit(4, failed) | bit(2, state.goOnlineNext === true) | bit(1, unableToGoOnline),
		0,
	);
}

/** 8 bytes. CHOICE: what they hold is the issuer's; here transactions without it (2) and their amount in minor units (6). */
function commonCoreCounters({ state }: ApplicationSession): Uint8Array {
	return concat(uintBytes(state.atc - state.lastOnlineAtc, 2), uintBytes(state.cumulativeOfflineMinor ?? 0, 6));
}

const TYPE_BITS = Object.freeze({ AAC: 0b00, TC: 0b01, ARQC: 0b10 } as const);
const NOT_REQUESTED = 0b10 << 6;

/** Bit number as the Books count: b8 is the highest. */
function bit(number: number, set: boolean): number {
	return set ? 1 << (number - 1) : 0;
}
