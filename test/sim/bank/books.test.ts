import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BooksError, holdAccount } from "../../../sim/bank/books.js";
import {
	BOOKS,
	keyOf,
	MERCHANT_ID,
	OPENINGS,
	OTHER_PAN,
	PAN,
	refundOf,
	type TestBooks,
	transaction,
	voidOf,
} from "./booksWorld.js";

describe.each(BOOKS)("books %s", (_name, open) => {
	let books: TestBooks;
	beforeEach(() => {
		books = open();
	});
	// However a test ended, no money was made or lost.
	afterEach(() => {
		expect(books.audit()).toEqual([]);
		expect(books.ledgerRows().reduce((sum, row) => sum + row.amountMinor, 0)).toBe(0);
	});
	const balance = () => books.card(PAN)!.balanceMinor;
	const stateOf = (stan: number) => books.transaction(keyOf(stan))?.state;
	const refused = (work: () => void, why: string | RegExp = /./) => {
		const before = JSON.stringify([books.ledgerRows(), books.transactionsOf("TERM0001", 1)]);
		expect(work).toThrow(BooksError);
		expect(work).toThrow(why);
		expect(JSON.stringify([books.ledgerRows(), books.transactionsOf("TERM0001", 1)])).toBe(before);
	};

	test("a card as it was opened", () => {
		expect(books.card(PAN)).toEqual({ ...OPENINGS[0], pinTriesLeft: 3 });
		expect(books.card("6222029999999999")).toBeUndefined();
	});

	test("a sale moves its amount, and all that was booked is found again", () => {
		expect(books.nextReference()).toBe(1);
		books.record(transaction(1, 300));
		expect(books.nextReference()).toBe(2);
		expect(balance()).toBe(9_700);
		expect(books.balanceMinor(MERCHANT_ID)).toBe(300);
		const booked = { ...transaction(1, 300), id: 1, finalMinor: 300, refundedMinor: 0 };
		expect(books.transaction(keyOf(1))).toEqual(booked);
		expect(books.byReference(1)).toEqual(booked);
		expect(books.byAuthorisationCode(PAN, "123456")).toEqual([booked]);
		expect(books.byAuthorisationCode(OTHER_PAN, "123456")).toEqual([]);
		expect(books.transaction(keyOf(1, 2))).toBeUndefined();
		expect(books.transaction(keyOf(1, 1, "TERM0002"))).toBeUndefined();
	});

	test("one request is there once", () => {
		books.record(transaction(1, 300));
		refused(() => books.record(transaction(1, 300)), /one_of|UNIQUE/);
		books.record(transaction(1, 300, { key: keyOf(1, 2) }));
		expect(balance()).toBe(9_400);
	});

	test("a decline moves nothing", () => {
		books.record(transaction(1, 300, { state: "declined", movements: [] }));
		refused(() => books.record(transaction(2, 300, { state: "declined" })), "only what is approved moves money");
		expect(balance()).toBe(10_000);
	});

	test("an account is overdrawn by an advice only", () => {
		refused(() => books.record(transaction(1, 10_001)), "overdrawn");
		books.record(transaction(1, 10_001, { isAdvice: true }));
		expect(balance()).toBe(-1);
	});

	test("money of an account that is not there does not move", () => {
		const movements = [{ from: "6222029999999999", to: MERCHANT_ID, amountMinor: 1 }];
		refused(() => books.record(transaction(1, 1, { movements })));
		refused(() => books.record(transaction(1, 1, { movements: [{ from: PAN, to: PAN, amountMinor: 1 }] })));
		refused(() => books.record(transaction(1, 1, { movements: [{ from: PAN, to: MERCHANT_ID, amountMinor: 0 }] })));
	});

	test("a reversal gives back once; one of a decline nothing; one of nothing is kept", () => {
		books.record(transaction(1, 300));
		books.record(transaction(2, 300, { state: "declined", movements: [] }));
		books.recordUnseen(keyOf(3), MERCHANT_ID, "sale", PAN, 300);
		for (const stan of [1, 1, 2, 3, 3]) books.reverse(keyOf(stan));
		books.reverse(keyOf(4));
		expect([1, 2, 3, 4].map(stateOf)).toEqual(["reversed", "reversed", "reversed", undefined]);
		expect(balance()).toBe(10_000);
		expect(books.balanceMinor(MERCHANT_ID)).toBe(0);
		refused(() => books.record(transaction(3, 300)));
	});

	test("a void happens once, and not to what is refunded", () => {
		books.record(transaction(1, 300));
		books.record(transaction(2, 200));
		const [first, second] = [1, 2].map(stan => books.transaction(keyOf(stan))!);
		books.record(voidOf(3, first!));
		expect(stateOf(1)).toBe("voided");
		expect(balance()).toBe(9_800);
		refused(() => books.record(voidOf(4, first!)), "the original is not approved");
		refused(() => books.reverse(keyOf(1)), "cannot become this");
		books.record(refundOf(5, second!, 1));
		refused(() => books.record(voidOf(6, second!)), "the original is refunded");
	});

	test("a void that is reversed leaves the sale as it was, which can then be voided again", () => {
		books.record(transaction(1, 300));
		const sale = books.transaction(keyOf(1))!;
		books.record(voidOf(2, sale));
		books.reverse(keyOf(2));
		expect(stateOf(1)).toBe("approved");
		expect(balance()).toBe(9_700);
		books.record(voidOf(3, sale));
		expect(balance()).toBe(10_000);
		refused(() => books.record(voidOf(4, sale)));
	});

	test("refunds stay within the sale, also when one of them is taken back", () => {
		books.record(transaction(1, 300));
		const sale = books.transaction(keyOf(1))!;
		books.record(refundOf(2, sale, 200));
		refused(() => books.record(refundOf(3, sale, 101)), /refunds_within_the_sale/);
		refused(() => books.reverse(keyOf(1)));
		books.record(refundOf(3, sale, 100));
		expect(books.transaction(keyOf(1))!.refundedMinor).toBe(300);
		refused(() => books.record(refundOf(4, sale, 1)));
		books.reverse(keyOf(2));
		expect(books.transaction(keyOf(1))!.refundedMinor).toBe(100);
		expect(balance()).toBe(9_800);
		expect(() => books.record({ ...refundOf(5, sale, 1), original: undefined })).toThrow(BooksError);
	});

	test("a hold is filled, raised, used up by one completion, and stands again when that is voided", () => {
		const hold = holdAccount(keyOf(1));
		const held = { operation: "preAuthorisation", side: undefined } as const;
		books.record(transaction(1, 500, { ...held, movements: [{ from: PAN, to: hold, amountMinor: 500 }] }));
		const original = () => books.transaction(keyOf(1))!;
		const increment = {
			...({ operation: "increment", side: undefined, original: 1, effect: "adjusts", changeMinor: 100 } as const),
			movements: [{ from: PAN, to: hold, amountMinor: 100 }],
		} as const;
		books.record(transaction(2, 100, increment));
		expect(original().finalMinor).toBe(600);
		expect(books.balanceMinor(hold)).toBe(600);
		const complete = (stan: number, amountMinor: number) =>
			transaction(stan, amountMinor, {
				...{ operation: "completion", original: 1, effect: "completes" },
				movements: [
					{ from: hold, to: MERCHANT_ID, amountMinor },
					{ from: hold, to: PAN, amountMinor: 600 - amountMinor },
				],
			});
		refused(() => books.record({ ...complete(3, 100), movements: [{ from: hold, to: PAN, amountMinor: 601 }] }));
		books.record(complete(3, 550));
		expect([original().state, books.balanceMinor(hold), balance()]).toEqual(["completed", 0, 9_450]);
		refused(() => books.record(complete(4, 1)), "the original is not approved");
		refused(() => books.reverse(keyOf(2)));
		books.record(voidOf(5, books.transaction(keyOf(3))!));
		expect([original().state, stateOf(3), books.balanceMinor(hold)]).toEqual(["approved", "voided", 600]);
		// The void itself is taken back: the completion counts again.
		books.reverse(keyOf(5));
		expect([original().state, stateOf(3), books.balanceMinor(hold)]).toEqual(["completed", "approved", 0]);
		books.reverse(keyOf(3));
		expect([original().state, books.balanceMinor(hold), balance()]).toEqual(["approved", 600, 9_400]);
		books.record(complete(6, 600 - 1));
		expect(original().state).toBe("completed");
	});

	test("a tip changes what the sale comes to, and goes when it is reversed", () => {
		books.record(transaction(1, 300));
		const tip = {
			...({
				operation: "tip",
				side: undefined,
				isAdvice: true,
				original: 1,
				effect: "adjusts",
				changeMinor: 45,
			} as const),
			movements: [{ from: PAN, to: MERCHANT_ID, amountMinor: 45 }],
		} as const;
		books.record(transaction(2, 345, tip));
		expect(books.totals("TERM0001", 1).local).toMatchObject({ debitCount: 1, debitMinor: 345 });
		refused(() => books.reverse(keyOf(1)), "cannot become this");
		books.reverse(keyOf(2));
		expect(books.transaction(keyOf(1))!.finalMinor).toBe(300);
		books.reverse(keyOf(1));
		expect(balance()).toBe(10_000);
	});

	test("totals count what is valid, debit and credit, local and foreign", () => {
		books.record(transaction(1, 300));
		books.record(transaction(2, 200));
		books.record(transaction(3, 50, { foreign: true }));
		books.record(transaction(4, 70));
		books.record(transaction(5, 80));
		books.reverse(keyOf(4));
		books.record(voidOf(6, books.transaction(keyOf(5))!));
		books.record(refundOf(7, books.transaction(keyOf(1))!, 100));
		books.record(transaction(8, 1, { key: keyOf(8, 2) }));
		expect(books.totals("TERM0001", 1)).toEqual({
			local: { debitCount: 3, debitMinor: 580, creditCount: 2, creditMinor: 180 },
			foreign: { debitCount: 1, debitMinor: 50, creditCount: 0, creditMinor: 0 },
		});
		expect(books.transactionsOf("TERM0001", 1).map(({ key }) => key.stan)).toEqual([1, 2, 3, 4, 5, 6, 7]);
	});

	test("a settled batch takes nothing more, and is settled once", () => {
		const settlement = { terminalId: "TERM0001", batch: 1, claimed: books.totals("TERM0001", 1) } as const;
		expect(books.settlement("TERM0001", 1)).toMatchObject({ state: "open", verdict: undefined });
		books.record(transaction(1, 300));
		refused(() => books.saveUpload("TERM0001", 1, { stan: 1, amountMinor: 1 }), "not being uploaded");
		books.saveSettlement({ ...settlement, state: "uploading", verdict: undefined });
		books.saveUpload("TERM0001", 1, { stan: 9, amountMinor: 5 });
		books.saveUpload("TERM0001", 1, { stan: 1, amountMinor: 1 });
		books.saveUpload("TERM0001", 1, { stan: 1, amountMinor: 300 });
		expect(books.uploads("TERM0001", 1)).toEqual([
			{ stan: 1, amountMinor: 300 },
			{ stan: 9, amountMinor: 5 },
		]);
		refused(() => books.saveSettlement({ ...settlement, state: "settled", verdict: undefined }));
		const done = { ...settlement, state: "settled", verdict: "differing" } as const;
		books.saveSettlement(done);
		expect(books.settlements()).toEqual([done]);
		refused(() => books.saveSettlement({ ...done, verdict: "equal" }), "the batch is settled");
		refused(() => books.record(transaction(2, 1)), "the batch is settled");
		// A reversal that comes late is not refused: money goes before accounts.
		books.reverse(keyOf(1));
		books.recordUnseen(keyOf(3), MERCHANT_ID, "sale", PAN, 1);
		books.clearUploads("TERM0001", 1);
		expect(books.uploads("TERM0001", 1)).toEqual([]);
	});

	test("counters of cards and of keys are used once", () => {
		expect(books.useAtc("card 1", 7, "rising")).toBe(true);
		expect(books.useAtc("card 1", 7, "rising")).toBe(false);
		expect(books.useAtc("card 1", 6, "rising")).toBe(false);
		expect(books.useAtc("card 1", 5, "any")).toBe(true);
		expect(books.useAtc("card 1", 5, "any")).toBe(false);
		expect(books.useAtc("card 1", 8, "rising")).toBe(true);
		expect(books.useAtc("card 2", 1, "rising")).toBe(true);
		expect(books.useKsn("AA", 1)).toBe(true);
		expect(books.useKsn("AA", 1)).toBe(false);
		expect(books.useKsn("AA", 0)).toBe(false);
		expect(books.useKsn("BB", 1)).toBe(true);
	});

	test("three wrong PINs, a right one makes it three again", () => {
		expect(books.notePin(PAN, false)).toBe(2);
		expect(books.notePin(PAN, true)).toBe(3);
		expect([1, 2, 3, 4].map(() => books.notePin(PAN, false))).toEqual([2, 1, 0, 0]);
		expect(books.card(PAN)!.pinTriesLeft).toBe(0);
	});

	test("what a day has taken from an account", () => {
		books.record(transaction(1, 300));
		books.record(transaction(2, 40, { day: "2026-11-21" }));
		books.record(refundOf(3, books.transaction(keyOf(1))!, 100));
		expect(books.spentMinor(PAN, "2026-11-22")).toBe(200);
		expect(books.spentMinor(PAN, "2026-11-21")).toBe(40);
		expect(books.spentMinor(OTHER_PAN, "2026-11-22")).toBe(0);
	});

	test("what is remembered of a terminal", () => {
		const fresh = { terminalId: "TERM0001", signedOff: false, batch: 1, workKeys: undefined, status: undefined };
		expect(books.terminal("TERM0001")).toEqual(fresh);
		const known = { ...fresh, signedOff: true, batch: 9, workKeys: { pik: "A", mak: "B", tdk: "C" }, status: "fine" };
		books.saveTerminal(known);
		expect(books.terminal("TERM0001")).toEqual(known);
		expect(books.terminal("TERM0002")).toEqual({ ...fresh, terminalId: "TERM0002" });
	});

	test("together: all of it or nothing, an inner part by itself", () => {
		expect(() =>
			books.together(() => {
				books.record(transaction(1, 300));
				throw new Error("in the middle");
			}),
		).toThrow("in the middle");
		expect(stateOf(1)).toBeUndefined();
		expect(balance()).toBe(10_000);
		books.together(() => {
			books.record(transaction(1, 300));
			expect(() =>
				books.together(() => {
					books.record(transaction(2, 300));
					throw new Error("inner");
				}),
			).toThrow("inner");
			books.record(transaction(3, 1));
		});
		expect([1, 2, 3].map(stateOf)).toEqual(["approved", undefined, "approved"]);
		expect(balance()).toBe(9_699);
	});

	test("people see masked card numbers", () => {
		books.record(transaction(1, 300));
		books.reverse(keyOf(1));
		expect(books.ledgerRows().slice(-4)).toEqual([
			{ transaction: 1, kind: "sale", account: "622202******0007", holder: "Wang Fang", amountMinor: -300 },
			{ transaction: 1, kind: "sale", account: MERCHANT_ID, holder: "merchant", amountMinor: 300 },
			{ transaction: 1, kind: "reversal of sale", account: MERCHANT_ID, holder: "merchant", amountMinor: -300 },
			{ transaction: 1, kind: "reversal of sale", account: "622202******0007", holder: "Wang Fang", amountMinor: 300 },
		]);
		expect(books.accountRows()).toContainEqual({
			...{ account: "622202******0007", kind: "card", holder: "Wang Fang", balanceMinor: 10_000, pinTriesLeft: 3 },
		});
		expect(JSON.stringify([books.accountRows(), books.ledgerRows()])).not.toContain(PAN);
	});
});

/** What a terminal may do, right or wrong, with small numbers so that it hits the same transaction often. */
const step = fc.record({
	what: fc.constantFrom("sale", "void", "refund", "reverse", "unseen"),
	stan: fc.integer({ min: 1, max: 6 }),
	of: fc.integer({ min: 1, max: 6 }),
	amountMinor: fc.integer({ min: 1, max: 6_000 }),
});

test("whatever is done to them, both kinds of books refuse the same and hold the same", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 25 }), steps => {
			const [memory, sqlite] = BOOKS.map(([, open]) => {
				const books = open();
				const refusals = steps.map(({ what, stan, of, amountMinor }) => {
					const original = books.transaction(keyOf(of));
					try {
						if (what === "sale") books.record(transaction(stan, amountMinor));
						else if (what === "reverse") books.reverse(keyOf(stan));
						else if (what === "unseen") books.recordUnseen(keyOf(stan), MERCHANT_ID, "sale", PAN, amountMinor);
						else if (original)
							books.record(what === "void" ? voidOf(stan, original) : refundOf(stan, original, amountMinor));
						return false;
					} catch (error) {
						expect(error).toBeInstanceOf(BooksError);
						return true;
					}
				});
				expect(books.audit()).toEqual([]);
				const states = [1, 2, 3, 4, 5, 6].map(stan => {
					const { state, finalMinor, refundedMinor } = books.transaction(keyOf(stan)) ?? {};
					return [state, finalMinor, refundedMinor];
				});
				return { refusals, states, balance: books.balanceMinor(PAN), merchant: books.balanceMinor(MERCHANT_ID) };
			});
			expect(memory).toEqual(sqlite);
		}),
		{ numRuns: 150 },
	);
});
