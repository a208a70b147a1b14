import { formatHex } from "../bytes/hex.js";
import { TAG_9F34_CVM_RESULTS, TAG_84_DF_NAME } from "../emv/tags.js";
import type { Transaction } from "../emv/transaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";

/** When the terminal may approve without the issuer, and so lend the merchant's money until the upload. */
export interface OfflinePolicy {
	/** Of one sale. */
	readonly mostAmountMinor: number;
	/** Of sales that the acquirer has not heard of yet. */
	readonly mostCount: number;
	readonly mostTotalMinor: number;
	/** Only after the card itself has verified the PIN, not after a signature or nothing. */
	readonly offlinePinRequired: boolean;
	/** Beginnings of the AIDs that may, in hexadecimal; empty for all. */
	readonly aids: readonly string[];
}

/** Whether this transaction may be approved offline; without a policy none may. */
export function mayApproveOffline(c: FlowContext, order: Order, t: Transaction): boolean {
	const policy = c.offlinePolicy;
	const answer = policy ? (objection(c, policy, order, t) ?? "yes") : "no policy";
	c.why?.({
		section: "docs/sale.md",
		rule: "may the terminal approve offline",
		inputs: { amountMinor: String(order.amountMinor) },
		result: answer,
	});
	return answer === "yes";
}

function objection(c: FlowContext, policy: OfflinePolicy, order: Order, t: Transaction): string | undefined {
	if (order.operation !== "sale" || !c.link.profile.operations.offlineSale) return "only a sale that can be uploaded";
	if (order.amountMinor > policy.mostAmountMinor) return "above the amount of one sale";
	const waiting = c.journal.owed().filter(({ kind }) => kind === "offlineSale");
	if (waiting.length >= policy.mostCount) return "too many sales wait for the acquirer";
	let totalMinor = order.amountMinor;
	for (const name of waiting) totalMinor += c.journal.transaction(name)?.amountMinor ?? 0;
	if (totalMinor > policy.mostTotalMinor) return "above the total that may wait for the acquirer";
	if (policy.offlinePinRequired && !isOfflinePin(t)) return "the card has verified no PIN";
	const aid = formatHex(t.data.card(TAG_84_DF_NAME) ?? new Uint8Array(0));
	if (policy.aids.length && !policy.aids.some(allowed => aid.startsWith(allowed))) return "not for this kind of card";
	return undefined;
}

/** Plaintext or enciphered PIN verified by the card, successfully (EMV 4.4 Book 3, Annex C3; Book 4, Annex A4). */
function isOfflinePin(t: Transaction): boolean {
	const results = t.data.get(TAG_9F34_CVM_RESULTS);
	if (results?.[2] !== 2) return false;
	const method = results[0]! & 0x3f;
	return method === 0x01 || method === 0x03 || method === 0x04 || method === 0x05;
}
