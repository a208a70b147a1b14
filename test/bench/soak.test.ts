import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { soak } from "../../bench/soak/soak.js";
import { SoakBank } from "../../bench/soak/soakBank.js";
import { TEST_MERCHANT, testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { parseHex } from "../../src/bytes/hex.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Journal } from "../../src/journal/journal.js";
import { type BenchOptions, SaleBench } from "../flows/bench.js";
import { compareTerminal, recordsOf, sumsOf } from "../flows/cuts/compareTerminal.js";
import { makeSaleWorld } from "../flows/saleWorld.js";

test("200 orders with faults, power cuts and restarts: none lost, none doubled", { timeout: 240_000 }, async () => {
	const seen: number[] = [];
	const folder = mkdtempSync(join(tmpdir(), "kassa-soak-"));
	const ledger = join(folder, "ledger.sqlite");
	// Four terminals: both profiles, both cards, one over TLS.
	const report = await soak({
		...{ sales: 200, seed: 20261122, ordersOfTerminal: 50, ledger },
		onProgress: done => seen.push(done),
	});
	rmSync(folder, { recursive: true });
	expect(report).toMatchObject({ sales: 200, terminals: 4, lost: [], doubled: [], wrong: [] });
	expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
	// It was not an easy life.
	expect(report.ends["sale approved"]).toBeGreaterThan(40);
	expect(report.ends["sale reversed"]).toBeGreaterThan(5);
	expect(report.ends["saleVoid approved"]).toBeGreaterThan(2);
	expect(report.ends["refund approved"]).toBeGreaterThan(2);
	expect(report.repeated).toBeGreaterThan(5);
	expect(Object.keys(report.troubles).length).toBe(8);
});

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
});

async function threeSales() {
	const terminalId = "SOAK0001";
	const { account, issuerMasterKeyAc } = world;
	const house = new SoakBank({
		...{ ledger: ":memory:", terminalIds: [terminalId], accounts: [account] },
		issuerKeys: { issuerMasterKeyAc: parseHex(issuerMasterKeyAc) },
	});
	const { books } = house;
	const merchant = { ...testMerchant("commandLine", "en"), terminalId };
	const bench = new SaleBench({ ...world, crypto: nodeCrypto, acquirer: house.side(unionPay), merchant });
	for (const amountMinor of [100, 200, 300]) {
		expect((await bench.sale(amountMinor)).outcome).toBe("approved");
		bench.removeCard();
	}
	await bench.terminal.serve({ service: "settle" });
	const key = (stan: number) => ({ terminalId, batch: 1, stan });
	const compare = () => {
		const journal = new Journal(bench.journalPorts);
		const records = recordsOf(journal);
		const verdicts = ["equal"] as const;
		const found = compareTerminal({ terminalId, journal, books, shownApproved: new Set(), verdicts }, records);
		return { found: found.map(({ kind, what }) => `${kind}: ${what}`), sums: sumsOf(records) };
	};
	return { books, key, compare };
}

test("the comparison agrees after three sales, and sums them", async () => {
	const { compare, books } = await threeSales();
	expect(compare()).toEqual({ found: [], sums: { merchantMinor: 600, heldMinor: 0 } });
	expect(books.balanceMinor(TEST_MERCHANT.merchantId)).toBe(600);
});

test("the comparison finds a sale that the bank does not have", async () => {
	const { books, key, compare } = await threeSales();
	const transaction = books.transaction.bind(books);
	books.transaction = asked => (asked.stan === key(2).stan ? undefined : transaction(asked));
	expect(compare().found).toEqual(["lost: sale 1/2: lost: unknown at the bank"]);
});

test("the comparison finds a sale that the bank has and the terminal has not", async () => {
	const { books, key, compare } = await threeSales();
	const transactionsOf = books.transactionsOf.bind(books);
	books.transactionsOf = (terminalId, batch) => {
		const all = transactionsOf(terminalId, batch);
		return batch === 1 ? [...all, { ...all[0]!, key: key(9) }] : all;
	};
	expect(compare().found).toEqual(["doubled: sale 1/9: doubled: the terminal does not know of it"]);
});

test("the comparison finds an amount that differs, and a batch that the bank has not settled", async () => {
	const { books, compare } = await threeSales();
	const transaction = books.transaction.bind(books);
	books.transaction = asked => {
		const found = transaction(asked);
		return found && asked.stan === 3 ? { ...found, finalMinor: 301 } : found;
	};
	const settlement = books.settlement.bind(books);
	books.settlement = (terminalId, batch) => ({ ...settlement(terminalId, batch), verdict: "differing" });
	expect(compare().found).toEqual([
		"wrong: sale 1/3: 300 at the terminal, 301 at the bank",
		"wrong: batch 1: settled at the terminal, differing at the bank",
	]);
});
