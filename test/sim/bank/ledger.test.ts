import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Ledger } from "../../../sim/bank/ledger.js";
import { MERCHANT, OPENINGS, PAN } from "./bankWorld.js";

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "kassa-ledger-"));
	path = join(folder, "ledger.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = { terminalId: "TERM0001", batch: "000001", stan: "000001" };
const approved = { state: "approved", pan: PAN, amountMinor: 300, answer: Uint8Array.of(1, 2, 3) } as const;
const open = () => new Ledger(path, MERCHANT.merchantId, OPENINGS);
const sum = (ledger: Ledger) => ledger.ledgerRows().reduce((total, row) => total + row.amountMinor, 0);

test("every movement has two halves", () => {
	const ledger = open();
	ledger.record(key, approved);
	ledger.reverse(key, PAN, 300);
	expect(sum(ledger)).toBe(0);
	expect(ledger.ledgerRows().slice(-4)).toMatchObject([
		{ kind: "authorisation", account: "622202******0007", holder: "Wang Fang", amountMinor: -300 },
		{ kind: "authorisation", account: "MERCHANT0000001", amountMinor: 300 },
		{ kind: "reversal", account: "MERCHANT0000001", amountMinor: -300 },
		{ kind: "reversal", account: "622202******0007", amountMinor: 300 },
	]);
	ledger.close();
});

test("balances, answers and counters outlive the process; opening balances are not paid twice", () => {
	const first = open();
	first.record(key, approved);
	expect(first.useAtc(PAN, 7)).toBe(true);
	first.close();

	const second = open();
	expect(second.find(PAN)).toEqual({ pan: PAN, pin: "1234", balanceMinor: 9_700 });
	expect(second.transaction(key)).toEqual(approved);
	expect(second.useAtc(PAN, 7)).toBe(false);
	expect(second.useAtc(PAN, 8)).toBe(true);
	expect(sum(second)).toBe(0);
	second.close();
});

test("a movement that cannot be finished does not happen", () => {
	const ledger = open();
	const before = ledger.ledgerRows();
	expect(() => ledger.record(key, { ...approved, pan: "6222029999999999" })).toThrow();
	expect(ledger.transaction(key)).toBeUndefined();
	ledger.record(key, approved);
	expect(() => ledger.record(key, approved)).toThrow();
	expect(ledger.ledgerRows().length).toBe(before.length + 2);
	ledger.close();
});

test("a ledger that cannot be written is refused", () => {
	expect(() => new Ledger(join(folder, "missing", "ledger.sqlite"), MERCHANT.merchantId, OPENINGS)).toThrow();
	expect(() => new Ledger(folder, MERCHANT.merchantId, OPENINGS)).toThrow();
});
