import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { JournalEntry, TransactionName } from "../../src/journal/entries.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError } from "../../src/journal/journalError.js";
import { settlementTotals } from "../../src/journal/totals.js";
import { closed, LINK, name, opened, reversalOwed, reversed, sent, testSeal, transact } from "./testEntries.js";

/** Everything a journal tells, to compare it with itself after a restart. */
function told(journal: Journal) {
	return {
		counters: [journal.batch, journal.nextStan(), journal.nextInvoice()],
		owed: journal.owed(),
		interrupted: journal.interrupted(),
		batches: journal.batches(),
		totals: journal.batches().map(({ batch }) => journal.totals(batch)),
		transactions: journal.batches().flatMap(({ batch }) => [...journal.transactions(batch)]),
		last: journal.last(),
		recent: journal.recentAmountMinor(LINK),
	};
}

/** Runs the story, then checks that a restart changes nothing of what the journal tells. */
function story(tell: (journal: Journal) => void): Journal {
	const storage = new MemoryDisk();
	const journal = new Journal({ storage, seal: testSeal() });
	tell(journal);
	storage.restart();
	const again = new Journal({ storage, seal: testSeal() });
	expect(told(again)).toEqual(told(journal));
	return again;
}

describe("a transaction's record is the sum of its entries:", () => {
	test("approved, with all that was said of it", () => {
		const journal = story(j =>
			transact(
				j,
				{ amountMinor: 1500, tipMinor: 300, cashbackMinor: 200, operator: "01", requestKey: "order-7" },
				{ receipt: { applicationLabel: "UnionPay", tvr: parseHex("0000008000") }, hostDate: "1122" },
			),
		);
		expect(journal.last()).toMatchObject({
			...{ batch: 1, stan: 1, invoice: 1, state: "approved", outcome: "approved", operation: "sale", sent: true },
			...{ amountMinor: 1500, tipMinor: 300, cashbackMinor: 200, operator: "01", requestKey: "order-7" },
			...{ openedAt: 1_000, closedAt: 3_000, hostDate: "1122", panMasked: "622126******0018", owed: [] },
			receipt: { applicationLabel: "UnionPay", tvr: parseHex("0000008000") },
		});
	});

	test("approved for less than was asked", () => {
		const journal = story(j => transact(j, { amountMinor: 1500 }, { approvedMinor: 1000 }));
		expect(journal.last()).toMatchObject({ amountMinor: 1000, state: "approved" });
		expect(journal.totals()).toEqual([{ operation: "sale", foreign: false, count: 1, amountMinor: 1000 }]);
		expect(journal.recentAmountMinor(LINK)).toBe(1000);
	});

	test.each<[string, (of: TransactionName) => JournalEntry[], string, string[]]>([
		["open while it is under way", () => [], "open", []],
		["declined", of => [closed(of, "declined")], "declined", []],
		["interrupted", of => [closed(of, "interrupted")], "interrupted", []],
		["pending", of => [reversalOwed(of), closed(of, "declined")], "pending", ["reversal"]],
		["reversed", of => [reversalOwed(of), closed(of, "interrupted"), reversed(of)], "reversed", []],
	])("%s", (_name, more, state, owed) => {
		const journal = story(j => {
			const begin = opened(j);
			j.appendAll([begin, sent(begin)]);
			for (const entry of more(begin)) j.append(entry);
		});
		expect(journal.last()).toMatchObject({ state, owed });
		expect(journal.totals()).toEqual([]);
		expect(journal.interrupted().map(each => each.sent)).toEqual(state === "open" ? [true] : []);
	});

	// [MNY-NUM-03]
	test("voided, refunded, incremented and completed by others, when these were approved", () => {
		const journal = story(j => {
			const sale = transact(j, { amountMinor: 500 });
			transact(j, { operation: "saleVoid", original: sale, amountMinor: 500 }, { outcome: "declined" });
			transact(j, { operation: "refund", original: sale, amountMinor: 120 });
			transact(j, { operation: "refund", original: sale, amountMinor: 80 });
			transact(j, { operation: "saleVoid", original: sale, amountMinor: 500 });
			const hotel = transact(j, { operation: "preAuthorisation", amountMinor: 1000 });
			transact(j, { operation: "increment", original: hotel, amountMinor: 250 });
			transact(j, { operation: "completion", original: hotel, amountMinor: 900 });
		});
		expect(journal.byInvoice(1)).toMatchObject({
			state: "voided",
			voidedBy: { batch: 1, stan: 5 },
			refundedMinor: 200,
		});
		expect(journal.byInvoice(6)).toMatchObject({
			state: "approved",
			incrementedMinor: 250,
			completedBy: { batch: 1, stan: 8 },
		});
		expect(journal.byInvoice(2)).toMatchObject({ state: "declined", original: { batch: 1, stan: 1 } });
		expect(settlementTotals(journal.totals(), false)).toEqual({
			debit: { count: 2, amountMinor: 1400 },
			credit: { count: 3, amountMinor: 700 },
		});
		expect(settlementTotals(journal.totals(), true).debit.count).toBe(0);
	});

	test("adjusted: the amount holds from then on, and the totals follow", () => {
		const journal = story(j => {
			const sale = transact(j, { amountMinor: 500 }, { foreign: true });
			const tip = { amountMinor: 575, tipMinor: 75, differenceMinor: 75, foreign: true };
			j.append({ type: "adjusted", ...sale, at: 9, ...tip });
		});
		expect(journal.last()).toMatchObject({ amountMinor: 575, tipMinor: 75 });
		expect(settlementTotals(journal.totals(), true).debit).toEqual({ count: 1, amountMinor: 575 });
	});
});

test("a change and a settlement are found by their keys, each with what became of it", () => {
	const tip = { amountMinor: 575, tipMinor: 75, differenceMinor: 75, requestKey: "tip-7" };
	const journal = story(j => {
		const sale = transact(j, { amountMinor: 500, requestKey: "sale-7" });
		j.appendAll([
			{ type: "adjusted", ...sale, at: 9, ...tip },
			{ type: "adviceOwed", ...sale, at: 9, kind: "tip", sealed: LINK },
		]);
	});
	const sale = { batch: 1, stan: 1 };
	const owed = { sale, kind: "tip", at: 9, amountMinor: 575, tipMinor: 75, state: "owed", responseCode: undefined };
	expect(journal.changeByRequestKey("tip-7")).toEqual(owed);
	expect(journal.byRequestKey("tip-7")).toBeUndefined();
	expect(journal.changeByRequestKey("sale-7")).toBeUndefined();
	journal.append({ type: "adviceRefused", ...sale, at: 10, kind: "tip", responseCode: "12" });
	// The next change has an end of its own.
	const adjust = { amountMinor: 400, tipMinor: 0, differenceMinor: -100, requestKey: "adjust-7" };
	journal.appendAll([
		{ type: "adjusted", ...sale, at: 11, ...adjust },
		{ type: "adviceOwed", ...sale, at: 11, kind: "adjust", sealed: LINK },
	]);
	journal.append({ type: "adviceDelivered", ...sale, at: 12, kind: "adjust", responseCode: "00" });
	expect(journal.changeByRequestKey("tip-7")).toMatchObject({ state: "refused", responseCode: "12" });
	expect(journal.changeByRequestKey("adjust-7")).toMatchObject({ kind: "adjust", state: "delivered" });
	const totals = journal.totals();
	journal.append({ type: "settling", batch: 1, at: 13, totals, requestKey: "settle-7" });
	const settlement = { batch: 1, at: 13, totals, isSettled: false, verdict: undefined };
	expect(journal.settlementByRequestKey("settle-7")).toEqual(settlement);
	journal.append({ type: "settled", batch: 1, at: 14, verdict: "equal" });
	expect(journal.settlementByRequestKey("settle-7")).toEqual({ ...settlement, isSettled: true, verdict: "equal" });
	for (const key of ["sale-7", "tip-7", "adjust-7", "settle-7"])
		expect(() => transact(journal, { requestKey: key })).toThrow("repeats a request key");
});

describe("what is owed", () => {
	// [MNY-REV-08]
	test("stays until the bank has it, with the number of tries, oldest first", () => {
		let names: TransactionName[] = [];
		const journal = story(j => {
			const first = opened(j);
			j.appendAll([first, sent(first)]);
			j.appendAll([reversalOwed(first), closed(first, "declined")]);
			const second = transact(j);
			j.append({ type: "adviceOwed", ...second, at: 5, kind: "scriptResult", sealed: Uint8Array.of(1) });
			j.append({ type: "adviceOwed", ...second, at: 5, kind: "offlineSale", sealed: Uint8Array.of(2) });
			j.append({ type: "attempt", ...name(first), at: 6, kind: "reversal", problem: "no answer" });
			names = [name(first), second];
		});
		const [first, second] = names as [TransactionName, TransactionName];
		expect(journal.owed()).toEqual([
			{ ...first, kind: "reversal", reason: "noResponse", attempts: 1 },
			{ ...second, kind: "scriptResult", reason: "", attempts: 0 },
			{ ...second, kind: "offlineSale", reason: "", attempts: 0 },
		]);
		expect(journal.owed().map(each => [...journal.sealed(each)])).toEqual([[1, 0xaa], [1], [2]]);
		journal.append(reversed(first));
		journal.append({ type: "adviceRefused", ...second, at: 7, kind: "scriptResult", responseCode: "30" });
		journal.append({ type: "adviceDelivered", ...second, at: 7, kind: "offlineSale", responseCode: "00" });
		expect(journal.owed()).toEqual([]);
		expect(journal.transaction(second)).toMatchObject({
			state: "approved",
			owed: [],
			refused: [{ kind: "scriptResult", responseCode: "30" }],
		});
	});

	test("may bring its own reversal, newer than the one kept before sending", () => {
		const journal = new Journal({ storage: new MemoryDisk(), seal: testSeal() });
		const begin = opened(journal);
		const newer = { ...reversalOwed(begin), sealed: Uint8Array.of(9) } as JournalEntry;
		journal.appendAll([begin, sent(begin), newer, closed(begin, "declined")]);
		expect(journal.sealed(journal.owed()[0]!)).toEqual(Uint8Array.of(9));
	});
});

describe("numbers", () => {
	// [MNY-NUM-01]
	test("a STAN that was taken or opened never comes again, also after a power cut", () => {
		const storage = new MemoryDisk();
		const used = new Set<string>();
		const use = (journal: Journal, stan: number) => {
			const number = `${journal.batch}/${stan}`;
			expect(used).not.toContain(number);
			used.add(number);
		};
		for (let round = 0; round < 12; round++) {
			const journal = new Journal({ storage, seal: testSeal() });
			for (let i = 0; i <= round % 4; i++) use(journal, journal.takeStan());
			const begin = opened(journal);
			use(journal, begin.stan);
			journal.append(begin);
			journal.append(closed(begin));
			for (let i = 0; i < round * 3; i++) use(journal, journal.takeStan());
			storage.restart();
		}
	});

	test("transactions alone leave no gaps", () => {
		const journal = story(j => {
			for (let i = 0; i < 3; i++) transact(j);
		});
		expect(told(journal).counters).toEqual([1, 4, 4]);
	});

	// [MNY-NUM-01]
	test("STAN 999999 is followed by 1 in a new batch; the old one still waits for its settlement", () => {
		const journal = story(j => {
			transact(j, { stan: 999_998 });
			expect(j.nextStan()).toBe(999_999);
			transact(j);
			expect([j.nextStan(), j.batch]).toEqual([1, 2]);
			transact(j);
		});
		expect(told(journal).counters).toEqual([2, 2, 4]);
		expect(journal.batches().map(({ batch, phase, count }) => [batch, phase, count])).toEqual([
			[1, "open", 2],
			[2, "open", 1],
		]);
	});

	test("without its journal a terminal begins a new batch", () => {
		const storage = new MemoryDisk();
		transact(new Journal({ storage, seal: testSeal() }));
		for (const file of storage.list()) if (file !== "batch") storage.remove(file);
		expect(new Journal({ storage, seal: testSeal() }).batch).toBe(2);
	});

	test("the bank's batch number holds from sign-in on", () => {
		const journal = story(j => {
			transact(j);
			j.append({ type: "signedIn", at: 1, batch: 77 });
			transact(j);
		});
		expect(journal.last()).toMatchObject({ batch: 77, stan: 2 });
		expect(journal.transaction({ batch: 1, stan: 1 })).toMatchObject({ invoice: 1 });
	});
});

// [MNY-NUM-03]
test("settlement: the batch closes at once, and its state survives", () => {
	const journal = story(j => {
		transact(j, { amountMinor: 300 });
		j.append({ type: "settling", batch: 1, at: 5, totals: j.totals() });
		transact(j, { amountMinor: 50 });
		j.append({ type: "uploading", batch: 1, at: 6, position: 1 });
	});
	expect(journal.batches()).toMatchObject([
		{ batch: 1, phase: "uploading", position: 1, count: 1 },
		{ batch: 2, phase: "open", count: 1 },
	]);
	journal.append({ type: "settled", batch: 1, at: 7, verdict: "equal" });
	expect(journal.batches()[0]).toMatchObject({ phase: "settled", verdict: "equal", settledAt: 7 });
	expect(journal.totals(1)).toEqual([{ operation: "sale", foreign: false, count: 1, amountMinor: 300 }]);
	expect(journal.totals()).toEqual([{ operation: "sale", foreign: false, count: 1, amountMinor: 50 }]);
	expect([...journal.transactions(1)].map(({ amountMinor }) => amountMinor)).toEqual([300]);
});

// [MNY-ONE-01]
test("a request key finds its transaction, and no second one begins with it", () => {
	const journal = story(j => transact(j, { requestKey: "order-7" }));
	expect(journal.byRequestKey("order-7")).toMatchObject({ stan: 1 });
	expect(journal.byRequestKey("order-8")).toBeUndefined();
	expect(() => journal.append(opened(journal, { requestKey: "order-7" }))).toThrow(JournalError);
	expect(journal.last()).toMatchObject({ stan: 1 });
});

// [EMV-TRM-02]
test("the last approved amount of a card counts, no other", () => {
	const other = parseHex("FFFFFFFFFFFFFFFF");
	const journal = story(j => {
		transact(j, { amountMinor: 500 });
		transact(j, { amountMinor: 700 });
		transact(j, { amountMinor: 900 }, { outcome: "declined" });
		transact(j, { amountMinor: 300 }, { cardLink: other });
		transact(j, { amountMinor: 50 }, { cardLink: undefined });
	});
	expect([LINK, other, parseHex("0000000000000000")].map(link => journal.recentAmountMinor(link))).toEqual([
		700, 300, 0,
	]);
});

test("who listens sees entries that are on the medium", () => {
	const storage = new MemoryDisk();
	const flushed: boolean[] = [];
	const journal = new Journal(
		{ storage, seal: testSeal() },
		{
			onEntry: entry => {
				const copy = new Journal({ storage, seal: testSeal() });
				flushed.push(entry.type === "opened" && copy.last() !== undefined);
			},
		},
	);
	journal.append(opened(journal));
	expect(flushed).toEqual([true]);
});

// [MNY-JRN-04]
describe("an entry that does not belong is refused, with all that were to be written with it:", () => {
	const of = { batch: 1, stan: 1 };
	const settling: JournalEntry = { type: "settling", batch: 1, at: 5, totals: [] };
	test.each<[string, (j: Journal) => void, (j: Journal) => JournalEntry[]]>([
		["nothing at all", () => {}, () => []],
		["sent without a beginning", () => {}, () => [sent(of)]],
		["sent twice", j => j.appendAll([opened(j), sent(of)]), () => [sent(of)]],
		["closed twice", j => transact(j), () => [closed(of)]],
		["closed twice in one write", j => j.append(opened(j)), () => [closed(of), closed(of)]],
		["opened again", j => transact(j), j => [opened(j, { stan: 1 })]],
		["opened with the STAN of another", j => transact(j, { stan: 5 }), j => [opened(j, { stan: 3 })]],
		["opened with a STAN that a message took", j => j.takeStan(), j => [opened(j, { stan: 1 })]],
		["opened with STAN 1000000", () => {}, j => [opened(j, { stan: 1_000_000 })]],
		["opened with another invoice number", () => {}, j => [opened(j, { invoice: 7 })]],
		["opened in another batch", () => {}, j => [opened(j, { batch: 2 })]],
		["two opened at once", () => {}, j => [opened(j), opened(j, { stan: 2, invoice: 2 })]],
		["reversed without being owed", j => transact(j), () => [reversed(of)]],
		["a reversal of an approved one", j => transact(j), () => [reversalOwed(of)]],
		["an approval of what is to be reversed", j => j.append(opened(j)), () => [reversalOwed(of), closed(of)]],
		["a reversal owed twice", j => j.append(opened(j)), () => [reversalOwed(of), reversalOwed(of)]],
		[
			"a try of what is not owed",
			j => transact(j),
			() => [{ type: "attempt", ...of, at: 1, kind: "offlineSale", problem: "" }],
		],
		[
			"an advice delivered twice",
			j => {
				transact(j);
				j.append({ type: "adviceOwed", ...of, at: 1, kind: "tip", sealed: LINK });
			},
			() => [
				{ type: "adviceDelivered", ...of, at: 1, kind: "tip", responseCode: "00" },
				{ type: "adviceDelivered", ...of, at: 1, kind: "tip", responseCode: "00" },
			],
		],
		[
			"an adjustment of what was declined",
			j => transact(j, {}, { outcome: "declined" }),
			() => [{ type: "adjusted", ...of, at: 1, amountMinor: 1, tipMinor: 1, differenceMinor: 1 }],
		],
		[
			"an adjustment with the key of a sale",
			j => transact(j, { requestKey: "order-1" }),
			() => [
				{ type: "adjusted", ...of, at: 1, amountMinor: 1, tipMinor: 0, differenceMinor: -1, requestKey: "order-1" },
			],
		],
		[
			"a settlement with the key of a sale",
			j => transact(j, { requestKey: "order-1" }),
			() => [{ ...settling, requestKey: "order-1" } as JournalEntry],
		],
		["settling while a transaction is open", j => j.append(opened(j)), () => [settling]],
		["uploading before settling", j => transact(j), () => [{ type: "uploading", batch: 1, at: 5, position: 0 }]],
		["settled before settling", j => transact(j), () => [{ type: "settled", batch: 1, at: 5, verdict: "equal" }]],
		["settling an unknown batch", j => transact(j), () => [{ ...settling, batch: 9 } as JournalEntry]],
		[
			"settled twice",
			j => {
				transact(j);
				j.append(settling);
			},
			() => [
				{ type: "settled", batch: 1, at: 5, verdict: "equal" },
				{ type: "settled", batch: 1, at: 5, verdict: "equal" },
			],
		],
		["batch 0", () => {}, () => [{ type: "signedIn", at: 1, batch: 0 }]],
		["STANs taken downwards", j => j.takeStan(), () => [{ type: "stansTaken", upTo: 3 }]],
		["the second of two", () => {}, j => [opened(j), sent({ batch: 1, stan: 9 })]],
	])("%s", (_name, before, entries) => {
		const storage = new MemoryDisk();
		const journal = new Journal({ storage, seal: testSeal() });
		before(journal);
		const [tells, operations] = [told(journal), storage.operations];
		expect(() => journal.appendAll(entries(journal))).toThrow(JournalError);
		expect(storage.operations).toBe(operations);
		expect(told(journal)).toEqual(tells);
		expect(told(new Journal({ storage, seal: testSeal() })).transactions).toEqual(tells.transactions);
	});
});
