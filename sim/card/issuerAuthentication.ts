import { uintBytes, wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { Crypto } from "../../src/ports.js";
import type { ApplicationSession } from "./applicationSession.js";
import { countOfflineAmount, type TransactionValues } from "./cardRiskManagement.js";
import {
	CSU_B2_APPLICATION_BLOCK,
	CSU_B2_CARD_BLOCK,
	CSU_B2_COUNTERS,
	CSU_B2_COUNTERS_ADD,
	CSU_B2_COUNTERS_TO_UPPER_LIMIT,
	CSU_B2_COUNTERS_TO_ZERO,
	CSU_B2_GO_ONLINE_NEXT,
	CSU_B2_UPDATE_PIN_TRY_COUNTER,
	cryptogramKey,
	verifyIssuer,
} from "./cryptogramVersion.js";

/** The key for this transaction's cryptograms; the caller wipes it. */
export function applicationCryptogramKey(
	crypto: Crypto,
	{
		personalisation,
		state,
		cryptogramVersion,
	}: Pick<ApplicationSession, "personalisation" | "state" | "cryptogramVersion">,
): Uint8Array {
	const masterKey = parseHex(personalisation.iccMasterKeys.applicationCryptogram);
	try {
		return cryptogramKey(crypto, cryptogramVersion, masterKey, uintBytes(state.atc, 2));
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
	const key = applicationCryptogramKey(crypto, application);
	try {
		const { arqc } = application.onlineRequest!;
		const status = verifyIssuer(crypto, application.cryptogramVersion, key, arqc, issuerAuthenticationData);
		application.issuerAuthentication = status ? "passed" : "failed";
		application.cardStatusUpdate = status ?? new Uint8Array(0);
		return status !== undefined;
	} finally {
		wipe(key);
	}
}

/** What the card status update orders at once (EMV 4.4 Book 3, Annex C10): it holds for this transaction's last word too. */
export function obeyCardStatusUpdate(application: ApplicationSession): void {
	const [counter, orders] = application.cardStatusUpdate;
	if (counter === undefined || orders === undefined) return;
	application.update({
		...(orders & CSU_B2_CARD_BLOCK && { cardBlocked: true }),
		...(orders & CSU_B2_APPLICATION_BLOCK && { blocked: true }),
		...(orders & CSU_B2_UPDATE_PIN_TRY_COUNTER && {
			pinTryCounter: Math.min(counter & 0x0f, application.personalisation.pinTryLimit),
		}),
		goOnlineNext: (orders & CSU_B2_GO_ONLINE_NEXT) !== 0,
	});
}

/** What becomes of the counters after an online transaction that the card has approved. */
export function updateOfflineCounters(application: ApplicationSession, transaction: TransactionValues): void {
	const [, orders] = application.cardStatusUpdate;
	const { atc } = application.state;
	const { consecutiveOfflineLimits: transactions, cumulativeOfflineLimits: amounts } = application;
	// Without an order, an issuer that answered has seen all there is to see.
	switch (orders === undefined ? CSU_B2_COUNTERS_TO_ZERO : orders & CSU_B2_COUNTERS) {
		case CSU_B2_COUNTERS_TO_ZERO:
			application.update({ lastOnlineAtc: atc, ...(amounts && { cumulativeOfflineMinor: 0 }) });
			break;
		case CSU_B2_COUNTERS_TO_UPPER_LIMIT:
			application.update({
				...(transactions && { lastOnlineAtc: Math.max(0, atc - transactions.upper) }),
				...(amounts && { cumulativeOfflineMinor: amounts.upper }),
			});
			break;
		case CSU_B2_COUNTERS_ADD:
			countOfflineAmount(application, transaction);
			break;
	}
}
