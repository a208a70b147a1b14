import type { ApplicationSession } from "./applicationSession.js";

export type CryptogramType = "AAC" | "TC" | "ARQC";

/**
 * The card's part in the first decision (EMV 4.4 Book 3, 9.2 and 10.7): it gives what was asked for, or less.
 * @param requested by the terminal
 */
export function firstCryptogramType(requested: CryptogramType, application: ApplicationSession): CryptogramType {
	// EMV 4.4 Book 3, 6.5.1: a blocked application answers every GENERATE AC with an AAC.
	if (application.blocked) return "AAC";
	return requested === "TC" && exceedsOfflineLimit(application, "lower") ? "ARQC" : requested;
}

/**
 * The card's last word (EMV 4.4 Book 3, 9.3 and 10.11).
 * @param unableToGoOnline the terminal had no answer from the issuer
 */
export function secondCryptogramType(
	requested: "AAC" | "TC",
	application: ApplicationSession,
	unableToGoOnline: boolean,
): "AAC" | "TC" {
	if (requested === "AAC" || application.blocked) return "AAC";
	if (unableToGoOnline) return exceedsOfflineLimit(application, "upper") ? "AAC" : "TC";
	switch (application.issuerAuthentication) {
		case "passed":
			return "TC";
		case "failed":
			return "AAC";
		case "not performed":
			return application.personalisation.issuerAuthenticationMandatory ? "AAC" : "TC";
	}
}

/** Transactions since the last one online are more than the limit (EMV 4.4 Book 3, 10.6.3); never, without a limit. */
export function exceedsOfflineLimit(application: ApplicationSession, limit: "lower" | "upper"): boolean {
	const { state, consecutiveOfflineLimits: limits } = application;
	return limits !== null && state.atc - state.lastOnlineAtc > limits[limit];
}
