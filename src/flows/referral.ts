import { readIssuerData } from "../emv/iccData.js";
import { outcome } from "../emv/outcome.js";
import type { Transaction } from "../emv/transaction.js";
import { complete, type Ended, ended } from "./completeCard.js";
import { enterDigits } from "./enterDigits.js";
import type { FlowContext } from "./flowContext.js";
import { notOffered } from "./notOffered.js";
import type { Answered, UnderWay } from "./underWay.js";

/** The issuer wants to be telephoned (ISO 8583:1987, field 39). */
const REFERRALS = Object.freeze(["01", "02"]);
const LONGEST_CODE = 6;

/**
 * A referral of the issuer (EMV 4.4 Book 4, 12.2.1): the attendant telephones and keys in the authorisation code.
 * @returns undefined when it is no referral or no code was given: then it is a decline
 */
export async function referral(
	c: FlowContext,
	u: UnderWay,
	t: Transaction,
	answer: Answered,
): Promise<Ended | undefined> {
	// Only of a sale can the acquirer be told afterwards, and only an attendant can telephone (tag 9F35, Annex A1).
	const isAttended = (c.configuration.terminalType & 0x0f) <= 3;
	if (!REFERRALS.includes(answer.responseCode) || u.order.operation !== "sale") return undefined;
	if (notOffered(c, "voiceAuthorisedSale") || !isAttended) return undefined;
	u.owed = undefined; // the bank has refused, for now
	const code = await enterDigits(c, "enterAuthorisationCode", 1, LONGEST_CODE);
	if (code === undefined) return undefined;
	const stopped = await complete(t, answer.responseCode, readIssuerData(answer.iccData), "TC");
	if (stopped) return ended(stopped);
	if (t.cryptogram !== "TC")
		return ended(outcome("declined", "the card declined what the issuer had approved by telephone"));
	return ended(outcome("approved", "approved by telephone"), code.padStart(LONGEST_CODE, "0"));
}
