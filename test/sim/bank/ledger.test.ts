import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holdAccount } from "../../../sim/bank/books.js";
import { Ledger } from "../../../sim/bank/ledger.js";
import { keyOf, MERCHANT_ID, OPENINGS, PAN, refundOf, transaction, voidOf } from "./booksWorld.js";

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "kassa-ledger-"));
	path = join(folder, "ledger.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => new Ledger(path, [MERCHANT_ID], OPENINGS);

test("balances, answers, counters and PIN tries outlive the process; opening balances are not paid twice", () => {
	const first = open();
	first.record(transaction(1, 300));
	expect(first.useAtc(PAN, 7, "rising")).toBe(true);
	first.notePin(PAN, false);
	first.close();

	const second = open();
	expect(second.card(PAN)).toEqual({ ...OPENINGS[0], balanceMinor: 9_700, pinTriesLeft: 2 });
	expect(second.transaction(keyOf(1))?.answer).toEqual(transaction(1, 300).answer);
	expect(second.nextReference()).toBe(2);
	expect(second.useAtc(PAN, 7, "rising")).toBe(false);
	expect(second.audit()).toEqual([]);
	second.close();
});

test("what was booked is on the medium although the process never said good-bye", () => {
	const first = open();
	first.record(transaction(1, 300));
	// The same file as another process finds it.
	const second = open();
	expect(second.card(PAN)!.balanceMinor).toBe(9_700);
	first.close();
	second.close();
});

test("a ledger that cannot be written, or is of another version, is refused", () => {
	expect(() => new Ledger(join(folder, "missing", "ledger.sqlite"), [MERCHANT_ID], OPENINGS)).toThrow();
	expect(() => new Ledger(folder, [MERCHANT_ID], OPENINGS)).toThrow();
	const old = new Libsql(path);
	old.exec("CREATE TABLE accounts (id TEXT)");
	old.close();
	expect(open).toThrow("it is of another version of Kassa: start again with --fresh");
});

describe("whoever writes into the tables, the rules hold", () => {
	let db: Libsql.Database;
	const HOLD = holdAccount(keyOf(4));

	/** 1 a sale that is refunded in part by 2; 3 a sale voided by 5; 4 a hold; 6 declined; 7 reversed; batch 2 is settled. */
	beforeEach(() => {
		const ledger = open();
		ledger.record(transaction(1, 300));
		ledger.record(refundOf(2, ledger.transaction(keyOf(1))!, 100));
		ledger.record(transaction(3, 200));
		const movements = [{ from: PAN, to: HOLD, amountMinor: 500 }];
		ledger.record(transaction(4, 500, { operation: "preAuthorisation", side: undefined, movements }));
		ledger.record(voidOf(5, ledger.transaction(keyOf(3))!));
		ledger.record(transaction(6, 50, { state: "declined", movements: [] }));
		ledger.record(transaction(7, 60));
		ledger.reverse(keyOf(7));
		const claimed = ledger.totals("TERM0001", 2);
		ledger.saveSettlement({ terminalId: "TERM0001", batch: 2, state: "settled", claimed, verdict: "equal" });
		expect(ledger.audit()).toEqual([]);
		ledger.close();
		db = new Libsql(path);
		db.pragma("foreign_keys = ON");
	});
	afterEach(() => db.close());

	const insert = (columns: Record<string, string | number | null>) => {
		const row = {
			...{ terminal_id: "TERM0001", batch: 1, stan: 99, merchant_id: MERCHANT_ID, operation: "sale", pan: PAN },
			...{ amount_minor: 1, change_minor: 0, state: "approved", day: "2026-11-22", is_foreign: 0, is_advice: 0 },
			...{ response_code: "00", original: null, effect: null },
			...columns,
		};
		const names = Object.keys(row);
		const marks = names.map(() => "?").join(", ");
		db.prepare(`INSERT INTO transactions (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
	};
	const move = (columns: Record<string, string | number | null>) => {
		const row = {
			...{ transaction_id: 1, leg: 1, is_return: 0, from_account: PAN, to_account: MERCHANT_ID, amount_minor: 1 },
			...columns,
		};
		const names = Object.keys(row);
		const marks = names.map(() => "?").join(", ");
		db.prepare(`INSERT INTO movements (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
	};
	const run = (sql: string) => db.prepare(sql).run();

	test.each<[string, () => void, RegExp]>([
		["one request booked twice", () => insert({ stan: 1 }), /UNIQUE.*terminal_id/],
		["money moved twice", () => move({ leg: 0, amount_minor: 300 }), /UNIQUE.*leg/],
		["money back twice", () => move(backOf7), /UNIQUE.*leg/],
		[
			"money back of what stands",
			() => move({ ...backOf7, transaction_id: 1 }),
			/only what a reversed transaction moved/,
		],
		[
			"more back than was moved",
			() => move({ ...backOf7, leg: 1, amount_minor: 61 }),
			/only what a reversed transaction/,
		],
		["money of a decline", () => move({ transaction_id: 6 }), /only what is approved moves money/],
		["money of no transaction", () => move({ transaction_id: 999 }), /only what is approved moves money/],
		["an opening balance twice", () => move({ ...opening, to_account: PAN }), /UNIQUE.*to_account/],
		["an opening balance out of another's pocket", () => move({ ...opening, from_account: PAN }), /comes from equity/],
		["nothing moved", () => move({ amount_minor: 0 }), /CHECK/],
		["less than nothing moved", () => move({ amount_minor: -1 }), /CHECK/],
		["money from an account to itself", () => move({ to_account: PAN }), /CHECK.*two_accounts/],
		["money to nobody", () => move({ to_account: "nobody" }), /FOREIGN KEY/],
		["an account overdrawn", () => move({ amount_minor: 1_000_000 }), /overdrawn/],
		["a hold below zero", () => move({ from_account: HOLD, amount_minor: 501 }), /CHECK.*hold_not_below_zero/],
		["a movement changed", () => run("UPDATE movements SET amount_minor = 1"), /a movement is never changed/],
		["a movement removed", () => run("DELETE FROM movements"), /a movement is never removed/],
		["a transaction changed", () => run("UPDATE transactions SET amount_minor = 1"), /a transaction is never changed/],
		["a transaction given away", () => run("UPDATE transactions SET pan = '1'"), /a transaction is never changed/],
		["a transaction removed", () => run("DELETE FROM transactions"), /a transaction is never removed/],
		["an account removed", () => run("DELETE FROM accounts"), /an account is never removed/],
		[
			"a refund above its sale",
			() => insert({ amount_minor: 201, original: 1, effect: "refunds" }),
			/refunds_within_the_sale/,
		],
		["a refund without a sale", () => insert({ state: "declined", effect: "refunds" }), /effect_needs_original/],
		["a refund of nothing there", () => insert({ original: 999, effect: "refunds" }), /the original is not approved/],
		["a void twice", () => insert({ original: 3, effect: "voids" }), /the original is not approved/],
		["a void of a decline", () => insert({ original: 6, effect: "voids" }), /the original is not approved/],
		["a void of what was reversed", () => insert({ original: 7, effect: "voids" }), /the original is not approved/],
		["a void of what is refunded", () => insert({ original: 1, effect: "voids" }), /the original is refunded/],
		[
			"an adjustment below the refunds",
			() => insert({ original: 1, effect: "adjusts", change_minor: -201 }),
			/refunds_within/,
		],
		["a decline approved", () => state(6, "approved"), /cannot become this/],
		["a reversed one approved", () => state(7, "approved"), /cannot become this/],
		["a voided one approved while its void stands", () => state(3, "approved"), /cannot become this/],
		["a voided one reversed", () => state(3, "reversed"), /cannot become this/],
		["voided without a void", () => state(1, "voided"), /cannot become this/],
		["a refunded one reversed", () => state(1, "reversed"), /cannot become this/],
		["a state that is none", () => state(1, "lost"), /CHECK|cannot become this/],
		["a sale in a settled batch", () => insert({ batch: 2 }), /the batch is settled/],
		[
			"a settled batch opened",
			() => run("UPDATE settlements SET state = 'open', verdict = NULL"),
			/the batch is settled/,
		],
		["a batch settled twice", () => run(`INSERT INTO settlements ${BATCH_2}`), /UNIQUE/],
		["a settlement without a verdict", () => run(`INSERT INTO settlements ${NO_VERDICT}`), /settled_has_a_verdict/],
		[
			"an upload that nobody asked for",
			() => run("INSERT INTO uploads VALUES ('TERM0001', 2, 1, 1)"),
			/not being uploaded/,
		],
		["text for an amount", () => insert({ amount_minor: "much" }), /cannot store TEXT/],
	])("refused: %s", (_what, work, why) => {
		const before = all();
		expect(work).toThrow(why);
		expect(all()).toEqual(before);
	});

	const backOf7 = {
		transaction_id: 7,
		leg: 0,
		is_return: 1,
		from_account: MERCHANT_ID,
		to_account: PAN,
		amount_minor: 60,
	};
	const opening = { transaction_id: null, from_account: "equity" };
	const BATCH_2 = "(terminal_id, batch, state, verdict) VALUES ('TERM0001', 2, 'settled', 'equal')";
	const NO_VERDICT = "(terminal_id, batch, state) VALUES ('TERM0001', 3, 'settled')";
	const state = (id: number, to: string) => run(`UPDATE transactions SET state = '${to}' WHERE id = ${id}`);
	const all = () =>
		["accounts", "transactions", "movements", "settlements"].map(table =>
			db.prepare(`SELECT * FROM ${table}`).raw().all(),
		);

	test("a second void is refused by its index as well, whatever the first one's state says", () => {
		expect(() => {
			db.exec("DROP TRIGGER original_is_approved; DROP TRIGGER state_follows_a_path");
			insert({ original: 3, effect: "voids" });
		}).toThrow(/UNIQUE.*original/);
	});

	test("the audit finds a balance that was written by hand, and a posting without its money", () => {
		run(`UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = '${PAN}'`);
		insert({ stan: 77, amount_minor: 5, side: "debit" });
		const ledger = open();
		expect(ledger.audit()).toEqual([
			expect.stringMatching(/^account 6222021234560007 has \d+, its movements make \d+$/),
			"transaction 8 (sale, approved) moved something else than its amount",
		]);
		ledger.close();
	});
});
