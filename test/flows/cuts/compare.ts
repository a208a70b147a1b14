import { readUint } from "../../../src/bytes/bytes.js";
import type { TransactionRecord } from "../../../src/journal/transactionRecord.js";
import { compareTerminal, recordsOf, sumsOf } from "./compareTerminal.js";
import type { CutWorld, SentMessage } from "./cutWorld.js";

/**
 * Compares the journal as it is on the medium, the bank's ledger and the card when all has been finished.
 * @returns what does not agree, one sentence each; empty when nothing is lost, doubled or still open
 */
export function compare(w: CutWorld): string[] {
	const journal = w.journal();
	const { books, desk } = w.bench;
	const records = recordsOf(journal);
	const { terminalId, shownApproved } = w;
	const verdicts = [desk.disputeTotals ? "reconciled" : "equal"] as const;
	const found = compareTerminal({ terminalId, journal, books, shownApproved, verdicts }, records);
	const wrong = [...books.audit(), ...found.map(({ what }) => what)];
	return [...wrong, ...compareMoney(w, records), ...compareMessages(w), ...compareCard(w, records)];
}

/** The accounts, against the sum of what stands in the journal. */
function compareMoney(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const wrong: string[] = [];
	const { merchantMinor, heldMinor } = sumsOf(records);
	if (w.bench.merchantMinor !== merchantMinor)
		wrong.push(`the merchant has ${w.bench.merchantMinor}, the journal says ${merchantMinor}`);
	const cardMinor = w.bench.books.balanceMinor(w.account.pan);
	if (cardMinor !== w.account.balanceMinor - merchantMinor - heldMinor)
		wrong.push(`the card has ${cardMinor}, the journal says ${w.account.balanceMinor - merchantMinor - heldMinor}`);
	return wrong;
}

/** No number twice for two things on the line. */
function compareMessages(w: CutWorld): string[] {
	const wrong: string[] = [];
	const first = new Map<number, SentMessage>();
	for (const message of w.sent) {
		const { stan, content, about, isReversal } = message;
		const before = first.get(stan) ?? message;
		first.set(stan, before);
		const differs = !isReversal && !before.isReversal && about !== before.about;
		if (content !== before.content || differs) wrong.push(`STAN ${stan} was "${before.content}" and "${content}"`);
	}
	const ksns = w.sent.flatMap(({ keySerialNumber }) => keySerialNumber ?? []);
	if (new Set(ksns).size !== ksns.length) wrong.push("a key serial number was used twice");
	return wrong;
}

/** Counters of the card, and its own log of what it approved. */
function compareCard(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const wrong: string[] = [];
	const cards = Object.values(w.bench.cardState ?? {});
	const highest = Math.max(0, ...cards.map(({ atc }) => atc));
	const seen = w.sent.map(({ atc }) => atc);
	if (Math.max(0, ...seen) > highest) wrong.push(`the bank saw counters ${seen.join()}, the card is at ${highest}`);
	const logged = cards.flatMap(({ log = [] }) => log.map(entry => Number.parseInt(entry.slice(0, 4), 16)));
	let before = 0;
	for (const { operation, receipt, state, batch, stan } of records) {
		if (!receipt?.atc) continue;
		const atc = readUint(receipt.atc);
		if (atc <= before || atc > highest) wrong.push(`${batch}/${stan}: counter ${atc} after ${before} of ${highest}`);
		before = atc;
		// Of a refund the card has only given its AAC.
		if ((state === "approved" || state === "voided") && operation !== "refund" && !logged.includes(atc))
			wrong.push(`${batch}/${stan}: approved, and the card has no ${atc} in its log`);
	}
	return wrong;
}
