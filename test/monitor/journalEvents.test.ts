import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ReversalReason } from "../../src/host/messageValues.js";
import type { ClosedEntry, JournalEntry, OpenedEntry } from "../../src/journal/entries.js";
import type { TransactionRecord } from "../../src/journal/transactionRecord.js";
import { JournalEvents } from "../../src/monitor/journalEvents.js";

const AT = Date.UTC(2026, 10, 22, 4);
const NAME = { batch: 1, stan: 7 };
const ORIGINAL = { batch: 1, stan: 3 };
const CARD = Uint8Array.of(0, 0, 0, 9, 1, 2, 3, 4);

function opened(operation: OpenedEntry["operation"], more: Partial<OpenedEntry> = {}): OpenedEntry {
	return { type: "opened", ...NAME, at: AT, invoice: 1, operation, amountMinor: 1_000, currency: 156, ...more };
}

function closed(outcome: string, more: Partial<ClosedEntry> = {}): ClosedEntry {
	return {
		type: "closed",
		...NAME,
		at: AT + 5_000,
		outcome,
		online: true,
		panMasked: undefined,
		cardLink: CARD,
		adviceRequired: false,
		scriptResults: undefined,
		responseCode: undefined,
		authorisationCode: undefined,
		retrievalReference: undefined,
		...more,
	};
}

function eventsOf(...entries: readonly JournalEntry[]) {
	const events = new JournalEvents({
		find: ({ stan }) =>
			stan === ORIGINAL.stan ? ({ amountMinor: 400, cardLink: CARD } as TransactionRecord) : undefined,
		isOwnCard: link => link[7] === 5,
	});
	return entries.flatMap(entry => events.take(entry));
}

const kinds = (...entries: readonly JournalEntry[]) => eventsOf(...entries).map(({ kind }) => kind);
const tvr = (...bytes: readonly number[]) => ({ receipt: { tvr: Uint8Array.from(bytes) } });
const sent: JournalEntry = { type: "sent", ...NAME, at: AT, panMasked: undefined, reversal: undefined };
const owed = (reason: ReversalReason) => ({ type: "reversalOwed", ...NAME, at: AT, reason }) as const;
const withCard = tvr(0, 0, 0, 0, 0);
const answered = (responseCode: string) => ({ responseCode, ...withCard });

/** A payment at the bank, from its request to its end. */
const asked = (outcome: string, more: Partial<ClosedEntry>, ...between: readonly JournalEntry[]) => [
	...[opened("sale"), sent, ...between],
	closed(outcome, more),
];
const offline = (outcome: string, more: Partial<ClosedEntry> = withCard) => [
	opened("sale"),
	closed(outcome, { online: false, ...more }),
];
const simply = (outcome: string, ...operations: readonly OpenedEntry["operation"][]) =>
	operations.map(operation => [opened(operation), closed(outcome)]);
const refusedLater = (operation: OpenedEntry["operation"]): JournalEntry[] => [
	{
		...{ type: "adviceRefused", ...ORIGINAL, at: AT, kind: "offlineSale", responseCode: "05" },
		uncounted: { operation, foreign: false, count: 1, amountMinor: 400 },
	},
];

/** What docs/monitoring.md says of each end, and journals that end so. "its end" stands for an approved sale. */
const ENDS: readonly (readonly [says: string, events: string, ...journals: readonly (readonly JournalEntry[])[]])[] = [
	[
		"sale, cashback, cash, offline or telephoned sale approved",
		"`sale`",
		...simply("approved", "sale", "saleWithCashback", "cash", "offlineSale", "voiceAuthorisedSale"),
		asked("approved", answered("00")),
	],
	[
		"pre-authorisation or increment approved",
		"`preAuthorisation`",
		...simply("approved", "preAuthorisation", "increment"),
	],
	["completion approved", "`completion`", ...simply("approved", "completion", "completionAdvice")],
	["refund approved", "`refund`", ...simply("approved", "refund")],
	["sale voided", "`void` `cancelledAfterApproval`", ...simply("approved", "saleVoid")],
	["pre-authorisation or completion voided", "`void`", ...simply("approved", "preAuthorisationVoid", "completionVoid")],
	[
		"payment declined by the bank",
		"`decline`",
		asked("declined", answered("05")),
		asked("declined", { responseCode: "51" }),
		[opened("preAuthorisation"), sent, closed("declined", answered("05"))],
		[opened("increment"), sent, closed("declined", answered("05"))],
		[opened("cash"), sent, closed("declined", answered("05"))],
	],
	["payment declined by the card, or by the terminal with the card in it", "`decline`", offline("declined")],
	[
		"payment approved by the bank, declined by the card",
		"`reversal` `decline`",
		asked("declined", answered("00"), owed("other")),
	],
	["payment approved offline, refused by the bank later", "`decline`", refusedLater("sale")],
	[
		"any other thing declined or refused",
		"none",
		...(["refund", "saleVoid", "completion", "balance"] as const).map(operation => [
			...[opened(operation), sent],
			closed("declined", answered("05")),
		]),
		refusedLater("completionAdvice"),
		refusedLater("adjust"),
		[{ type: "adviceRefused", ...ORIGINAL, at: AT, kind: "declineAdvice", responseCode: "05" }],
	],
	["values that fit into no message", "none", offline("declined", {})],
	["no bank was reached, nothing approved", "`linkFault`", asked("declined", { ...withCard, online: false })],
	["no bank was reached, the card approved offline", "`linkFault` `sale`", asked("approved", { online: false })],
	["no bank was reached, then the card failed", "`linkFault` `cardFault`", asked("cardError", { online: false })],
	[
		"no answer, or one with a wrong MAC",
		"`reversal` `linkFault`",
		asked("declined", withCard, owed("noResponse")),
		asked("declined", {}, owed("macError")),
	],
	["no answer to what needs no reversal", "`linkFault`", [opened("balance"), sent, closed("declined", withCard)]],
	[
		"declined by the bank for a wrong PIN, or too many",
		"`pinFailure` `decline`",
		asked("declined", answered("55")),
		asked("declined", answered("75")),
	],
	[
		"PIN not entered, not taken by the PIN pad, or no try left for it",
		"its end",
		offline("approved", tvr(0, 0, 0x20, 0, 0)),
		offline("approved", tvr(0, 0, 0x88, 0, 0)),
		offline("approved", tvr(0, 0, 0x90, 0, 0)),
	],
	["forced online", "`forcedOnline` and its end", asked("approved", { responseCode: "00", ...tvr(0, 0, 0, 8, 0) })],
	["stripe read", "`fallback` and its end", offline("approved", { receipt: { entryMode: "magstripe" } })],
	["card failed", "`cardFault`", offline("cardError")],
	[
		"card failed after the bank's approval",
		"`reversal` `cardFault`",
		asked("cardError", answered("00"), owed("other")),
	],
	["card not accepted, or blocked", "none", ...simply("notAccepted", "sale"), ...simply("cardBlocked", "sale")],
	[
		"cancelled, timed out or card pulled before an approval",
		"`cancelled`",
		...["cancelled", "timedOut", "cardRemoved"].map(outcome => offline(outcome)),
	],
	[
		"card pulled after the bank's approval",
		"`reversal` `cancelledAfterApproval`",
		asked("cardRemoved", answered("00"), owed("other")),
	],
	["a fault of the terminal itself", "none", offline("fault", {})],
	["power cut before anything was sent", "none", [closed("interrupted")]],
	["power cut after that", "`reversal`", [owed("noResponse"), closed("interrupted")]],
	[
		"a delivery that failed",
		"`linkFault`",
		[{ type: "attempt", ...NAME, at: AT, kind: "reversal", problem: "no answer" }],
	],
	["signed in", "`signIn`", [{ type: "signedIn", at: AT, batch: 2 }]],
];

describe("what a transaction comes to", () => {
	const rows = ENDS.map(([says, events, ...journals]) => ({ says, events, journals }));

	test.each(rows)("$says: $events", ({ events, journals }) => {
		const expected = [...events.matchAll(/`([A-Za-z]+)`/g)].map(([, kind]) => kind);
		if (events.includes("its end")) expected.push("sale");
		expect(journals.length).toBeGreaterThan(0);
		for (const journal of journals) expect(kinds(...journal)).toEqual(expected);
	});

	test("is the table in the page for people", () => {
		const page = readFileSync(new URL("../../docs/monitoring.md", import.meta.url), "utf8");
		const [, after] = page.split("| in the journal | events |\n|---|---|\n");
		expect(after!.split("\n\n")[0]!.split("\n")).toEqual(ENDS.map(([says, events]) => `| ${says} | ${events} |`));
	});
});

test("an approved sale is one event, with its card and what the bank approved", () => {
	expect(eventsOf(opened("sale"), closed("approved", { approvedMinor: 900 }))).toEqual([
		{ kind: "sale", at: AT + 5_000, amountMinor: 900, card: 9 },
	]);
});

test("a refund says of what: 0 without its sale", () => {
	expect(eventsOf(opened("refund", { original: ORIGINAL }), closed("approved"))[0]).toMatchObject({
		originalMinor: 400,
	});
	expect(eventsOf(opened("refund"), closed("approved"))[0]).not.toHaveProperty("originalMinor");
});

test("the card that the terminal is bound to is named as such", () => {
	const own = Uint8Array.of(0, 0, 0, 9, 1, 2, 3, 5);
	expect(eventsOf(opened("sale"), closed("declined", { cardLink: own, responseCode: "05" }))[0]).toMatchObject({
		kind: "decline",
		ownCard: 1,
	});
});

test("what a request asks of the bank and what it comes to do not run over into the next", () => {
	const first = asked("declined", { ...withCard, online: false }, owed("other"));
	const next = [opened("sale", { stan: 8 }), closed("cardRemoved", { stan: 8 })];
	expect(kinds(...first, ...next)).toEqual(["reversal", "linkFault", "cancelled"]);
});

test("a reversal tells of how much", () => {
	expect(eventsOf(opened("sale"), owed("noResponse"))).toEqual([{ kind: "reversal", at: AT, amountMinor: 1_000 }]);
	const { batch, stan } = ORIGINAL;
	expect(eventsOf({ ...owed("noResponse"), batch, stan })).toMatchObject([{ kind: "reversal", amountMinor: 400 }]);
});

test("what the bank refuses later tells of which card, and how much", () => {
	expect(eventsOf(...refusedLater("sale"))).toEqual([{ kind: "decline", at: AT, amountMinor: 400, card: 9 }]);
});

test("an end whose beginning was before the restart tells of nothing", () => {
	expect(kinds(closed("interrupted"))).toEqual([]);
});
