import { describe, expect, test } from "vitest";
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
		find: ({ stan }) => (stan === ORIGINAL.stan ? ({ amountMinor: 400 } as TransactionRecord) : undefined),
		isOwnCard: link => link[7] === 5,
	});
	return entries.flatMap(entry => events.take(entry));
}

const kinds = (...entries: readonly JournalEntry[]) => eventsOf(...entries).map(({ kind }) => kind);
const tvr = (...bytes: readonly number[]) => ({ receipt: { tvr: Uint8Array.from(bytes) } });

test("an approved sale is one event, with its card and what the bank approved", () => {
	expect(eventsOf(opened("sale"), closed("approved", { approvedMinor: 900 }))).toEqual([
		{ kind: "sale", at: AT + 5_000, amountMinor: 900, card: 9 },
	]);
});

test.each([
	["sale", "approved", ["sale"]],
	["saleWithCashback", "approved", ["sale"]],
	["preAuthorisation", "approved", ["preAuthorisation"]],
	["completion", "approved", ["completion"]],
	["preAuthorisationVoid", "approved", ["void"]],
	["saleVoid", "approved", ["void", "cancelledAfterApproval"]],
	["saleVoid", "declined", []],
	["balance", "approved", []],
	["sale", "declined", ["decline"]],
	["preAuthorisation", "declined", ["decline"]],
	["refund", "declined", []],
	["sale", "cardError", ["cardFault"]],
	["sale", "cancelled", ["cancelled"]],
	["sale", "timedOut", ["cancelled"]],
	["sale", "interrupted", []],
] as const)("%s, %s: %j", (operation, outcome, expected) => {
	expect(kinds(opened(operation), closed(outcome))).toEqual(expected);
});

test("a refund says of what: 0 without its sale", () => {
	expect(eventsOf(opened("refund", { original: ORIGINAL }), closed("approved"))[0]).toMatchObject({
		originalMinor: 400,
	});
	expect(eventsOf(opened("refund"), closed("approved"))[0]).not.toHaveProperty("originalMinor");
});

test("the card that the terminal is bound to is named as such", () => {
	const own = Uint8Array.of(0, 0, 0, 9, 1, 2, 3, 5);
	expect(eventsOf(opened("sale"), closed("declined", { cardLink: own }))[0]).toMatchObject({
		kind: "decline",
		ownCard: 1,
	});
});

describe("on the way", () => {
	test("a wrong PIN, said by the bank or by the card", () => {
		expect(kinds(opened("sale"), closed("declined", { responseCode: "55" }))).toEqual(["pinFailure", "decline"]);
		const wrongOffline = { receipt: { tvr: Uint8Array.of(0, 0, 0x80, 0, 0), cvmResults: Uint8Array.of(0x41, 3, 1) } };
		expect(kinds(opened("sale"), closed("approved", wrongOffline))).toEqual(["pinFailure", "sale"]);
		const signature = { receipt: { tvr: Uint8Array.of(0, 0, 0x80, 0, 0), cvmResults: Uint8Array.of(0x1e, 3, 1) } };
		expect(kinds(opened("sale"), closed("approved", signature))).toEqual(["sale"]);
	});

	test("forced online, and the stripe", () => {
		expect(kinds(opened("sale"), closed("approved", tvr(0, 0, 0, 8, 0)))).toEqual(["forcedOnline", "sale"]);
		expect(kinds(opened("sale"), closed("approved", { receipt: { entryMode: "magstripe" } }))).toEqual([
			"fallback",
			"sale",
		]);
	});

	test("a reversal; taken back after approval only where the bank had approved", () => {
		const owed = (reason: string) => ({ type: "reversalOwed", ...NAME, at: AT, reason }) as const;
		expect(kinds(opened("sale"), owed("noResponse"), closed("declined"))).toEqual(["reversal", "linkFault", "decline"]);
		expect(kinds(opened("sale"), owed("customerCancellation"), closed("cardRemoved"))).toEqual([
			"reversal",
			"cancelled",
		]);
		expect(
			kinds(opened("sale"), owed("customerCancellation"), closed("cardRemoved", { authorisationCode: "A1" })),
		).toEqual(["reversal", "cancelledAfterApproval"]);
		expect(eventsOf(opened("sale"), owed("noResponse"))[0]).toMatchObject({ amountMinor: 1_000 });
	});

	test("a failed delivery, a sign-in", () => {
		expect(kinds({ type: "attempt", ...NAME, at: AT, kind: "reversal", problem: "no answer" })).toEqual(["linkFault"]);
		expect(kinds({ type: "signedIn", at: AT, batch: 2 })).toEqual(["signOn"]);
	});
});

test("an end whose beginning was before the restart tells of nothing", () => {
	expect(kinds(closed("interrupted"))).toEqual([]);
});
