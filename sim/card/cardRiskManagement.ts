import { numericValue } from "../../src/bytes/bcd.js";
import { equal } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { ApplicationSession } from "./applicationSession.js";
import { CSU_B2_APPROVES } from "./cryptogramVersion.js";

export type CryptogramType = "AAC" | "TC" | "ARQC";

/** Data objects of the transaction by tag, of which the amount and its currency matter here. */
export type TransactionValues = ReadonlyMap<string, Uint8Array>;

/**
 * The card's part in the first decision (EMV 4.4 Book 3, 9.2 and 10.8): it gives what was asked for, or less.
 * @param requested by the terminal
 */
export function firstCryptogramType(
	requested: CryptogramType,
	application: ApplicationSession,
	transaction: TransactionValues,
): CryptogramType {
	// EMV 4.4 Book 3, 6.5.1: a blocked application answers every GENERATE AC with an AAC.
	if (application.blocked) return "AAC";
	const most = application.personalisation.cardAction?.first;
	if (requested === "AAC" || most === "AAC") return "AAC";
	const wantsIssuer = most === "ARQC" || application.state.goOnlineNext === true;
	return wantsIssuer || exceedsOfflineLimits(application, "lower", transaction) ? "ARQC" : requested;
}

/**
 * The card's last word (EMV 4.4 Book 3, 9.3 and 10.11).
 * @param unableToGoOnline the terminal had no answer from the issuer
 */
export function secondCryptogramType(
	requested: "AAC" | "TC",
	application: ApplicationSession,
	transaction: TransactionValues,
	unableToGoOnline: boolean,
): "AAC" | "TC" {
	if (requested === "AAC" || application.blocked || application.personalisation.cardAction?.second) return "AAC";
	if (unableToGoOnline) return exceedsOfflineLimits(application, "upper", transaction) ? "AAC" : "TC";
	switch (application.issuerAuthentication) {
		case "passed": {
			const [, status] = application.cardStatusUpdate;
			return status === undefined || status & CSU_B2_APPROVES ? "TC" : "AAC";
		}
		case "failed":
			return "AAC";
		case "not performed":
			return application.personalisation.issuerAuthenticationMandatory ? "AAC" : "TC";
	}
}

function exceedsOfflineLimits(
	application: ApplicationSession,
	limit: "lower" | "upper",
	transaction: TransactionValues,
): boolean {
	return exceedsOfflineLimit(application, limit) || exceedsOfflineAmount(application, limit, transaction);
}

/** Transactions since the last one online are more than the limit (EMV 4.4 Book 3, 10.6.3); never, without a limit. */
export function exceedsOfflineLimit(application: ApplicationSession, limit: "lower" | "upper"): boolean {
	const { state, consecutiveOfflineLimits: limits } = application;
	return limits !== null && state.atc - state.lastOnlineAtc > limits[limit];
}

/**
 * What the card has approved alone would exceed the limit with this amount; never, without a limit.
 * CHOICE: an amount in another currency cannot be added up, and counts as too much.
 */
export function exceedsOfflineAmount(
	application: ApplicationSession,
	limit: "lower" | "upper",
	transaction: TransactionValues,
): boolean {
	const { state, cumulativeOfflineLimits: limits } = application;
	if (limits === null) return false;
	const amountMinor = ownAmountMinor(application, transaction);
	return amountMinor === undefined || (state.cumulativeOfflineMinor ?? 0) + amountMinor > limits[limit];
}

/** The card has approved without its issuer. */
export function countOfflineAmount(application: ApplicationSession, transaction: TransactionValues): void {
	const amountMinor = ownAmountMinor(application, transaction);
	if (application.cumulativeOfflineLimits === null || amountMinor === undefined) return;
	application.update({ cumulativeOfflineMinor: (application.state.cumulativeOfflineMinor ?? 0) + amountMinor });
}

/** 9F02; undefined when 5F2A is not the card's currency or the amount is none. */
function ownAmountMinor({ personalisation }: ApplicationSession, transaction: TransactionValues): number | undefined {
	const own = parseHex(personalisation.currencyCode);
	if (!equal(own, transaction.get("5F2A")!)) return undefined;
	try {
		return numericValue(transaction.get("9F02")!);
	} catch {
		return undefined; // not decimal
	}
}
