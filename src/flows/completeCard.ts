import { asciiBytes } from "../bytes/bytes.js";
import { CardError } from "../card/cardError.js";
import { setBit, TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC } from "../emv/fields.js";
import { generateSecondAc } from "../emv/generateAc.js";
import { type IssuerData, readIssuerData } from "../emv/iccData.js";
import { issuerAuthentication } from "../emv/issuerAuthentication.js";
import { issuerScripts } from "../emv/issuerScripts.js";
import { type Outcome, outcome } from "../emv/outcome.js";
import {
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_89_AUTHORISATION_CODE,
	TAG_91_ISSUER_AUTHENTICATION_DATA,
} from "../emv/tags.js";
import { unableToGoOnline } from "../emv/terminalActionAnalysis.js";
import type { Transaction } from "../emv/transaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Answered, UnderWay } from "./underWay.js";

/** How the card's part ended. */
export interface Ended {
	readonly outcome: Outcome | { readonly kind: "fault"; readonly reason: string };
	/** The authorisation code that the issuer gave by telephone. */
	readonly voiceCode: string | undefined;
}

export function ended(how: Ended["outcome"], voiceCode?: string): Ended {
	return { outcome: how, voiceCode };
}

/** What a fault of the card, or of the terminal itself, comes to. */
export function cardFailure(error: unknown): Ended {
	if (!(error instanceof CardError))
		return ended({ kind: "fault", reason: error instanceof Error ? error.message : "unknown fault" });
	if (error.reason === "removed") return ended(outcome("cardRemoved", error.message));
	return ended(outcome(error.reason === "notAccepted" ? "notAccepted" : "cardError", error.message));
}

/** The bank said yes; only with the card's TC is it approved (EMV 4.4 Book 3, 10.11). */
export async function approve(u: UnderWay, t: Transaction, answer: Answered): Promise<Ended> {
	const mustReverse = u.owed !== undefined;
	if (mustReverse) u.owed = "other";
	if (answer.authorisationCode) t.data.set(TAG_89_AUTHORISATION_CODE, asciiBytes(answer.authorisationCode));
	const stopped = await complete(t, answer.responseCode, readIssuerData(answer.iccData), "TC");
	if (stopped) return ended(stopped);
	// An inquiry moves nothing: what the bank has told is told, whatever the card thinks of it.
	if (t.cryptogram !== "TC" && mustReverse)
		return ended(outcome("declined", "the card declined what the bank had approved"));
	u.owed = undefined;
	return ended(outcome("approved", "bank and card approved"));
}

/** No, whatever the card still says; it is told so that its counters are right. @param answer undefined: none that is valid */
export async function decline(
	c: FlowContext,
	u: UnderWay,
	t: Transaction,
	answer: Answered | undefined,
): Promise<Ended> {
	if (answer) u.owed = undefined;
	try {
		await complete(t, answer?.responseCode ?? "Z3", readIssuerData(answer?.iccData), "AAC");
	} catch (error) {
		if (!(error instanceof CardError)) throw error;
		c.log.line("terminal", `the card was not told of the decline: ${error.message}`);
	}
	const reason = answer ? `the bank declined: ${answer.responseCode}` : "the bank gave no valid answer";
	return ended(outcome("declined", reason));
}

/** EMV 4.4 Book 3, 10.9 and Book 4, 12.2.1: no byte left the terminal, so the default action codes decide. */
export async function unableToGoOnlineOutcome(t: Transaction): Promise<Ended> {
	const type = unableToGoOnline(t);
	const stopped = await complete(t, type === "TC" ? "Y3" : "Z3", {}, type);
	if (stopped) return ended(stopped);
	return ended(
		t.cryptogram === "TC"
			? outcome("approved", "approved offline, the bank could not be reached")
			: outcome("declined", "the bank could not be reached"),
	);
}

/** Issuer authentication, scripts 71, second GENERATE AC, scripts 72 (EMV 4.4 Book 3, 10.9 to 10.11). */
export async function complete(
	t: Transaction,
	responseCode: string,
	issuer: IssuerData,
	type: "TC" | "AAC",
): Promise<Outcome | undefined> {
	t.data.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, asciiBytes(responseCode));
	if (issuer.authenticationData) t.data.set(TAG_91_ISSUER_AUTHENTICATION_DATA, issuer.authenticationData);
	await issuerAuthentication(t);
	await issuerScripts(t, issuer.scripts71 ?? [], TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC);
	const stopped = await generateSecondAc(t, type);
	if (stopped) return stopped;
	try {
		await issuerScripts(t, issuer.scripts72 ?? [], TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	} catch (error) {
		// The card has given its last word: what it decided stands, whatever becomes of a script.
		if (!(error instanceof CardError)) throw error;
		setBit(t.data.tvr, TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	}
	return undefined;
}
