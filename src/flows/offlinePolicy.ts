import { equal } from "../bytes/bytes.js";
import type { StoreAndForward } from "../emv/configuration.js";
import { TAG_9F34_CVM_RESULTS, TAG_84_DF_NAME } from "../emv/tags.js";
import type { Transaction } from "../emv/transaction.js";
import type { FlowContext } from "./flowContext.js";
import { notOffered } from "./notOffered.js";
import type { Order } from "./order.js";

/** Whether this transaction may be approved offline; without a policy none may. */
export function mayApproveOffline(c: FlowContext, order: Order, t: Transaction): boolean {
	const policy = c.configuration.storeAndForward;
	const answer = policy ? (objection(c, policy, order, t) ?? "yes") : "no policy";
	c.why?.({
		section: "docs/sale.md",
		rule: "may the terminal approve offline",
		inputs: { amountMinor: String(order.amountMinor) },
		result: answer,
	});
	return answer === "yes";
}

function objection(c: FlowContext, policy: StoreAndForward, order: Order, t: Transaction): string | undefined {
	if (order.operation !== "sale" || notOffered(c, "offlineSale")) return "only a sale that can be uploaded";
	if (c.update?.rules.approvesOffline === false) return "an update is overdue that offline approvals need";
	if (order.amountMinor > policy.mostAmountMinor) return "above the amount of one sale";
	const waiting = c.journal.owed().filter(({ kind }) => kind === "offlineSale");
	if (waiting.length >= policy.mostCount) return "too many sales wait for the acquirer";
	let totalMinor = order.amountMinor;
	for (const name of waiting) totalMinor += c.journal.transaction(name)?.amountMinor ?? 0;
	if (totalMinor > policy.mostTotalMinor) return "above the total that may wait for the acquirer";
	if (policy.offlinePinRequired && !isOfflinePin(t)) return "the card has verified no PIN";
	if (t.onlinePinBlock) return "nobody has verified the PIN that was entered for the issuer";
	const name = t.data.card(TAG_84_DF_NAME) ?? new Uint8Array(0);
	const isOfKind = policy.aids.some(aid => equal(name.subarray(0, aid.length), aid));
	if (policy.aids.length && !isOfKind) return "not for this kind of card";
	return undefined;
}

/** Plaintext or enciphered PIN verified by the card, successfully (EMV 4.4 Book 3, Annex C3; Book 4, Annex A4). */
function isOfflinePin(t: Transaction): boolean {
	const results = t.data.get(TAG_9F34_CVM_RESULTS);
	if (results?.[2] !== 2) return false;
	const method = results[0]! & 0x3f;
	return method === 0x01 || method === 0x03 || method === 0x04 || method === 0x05;
}
