import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { differences } from "../../bench/soak/differences.js";
import { SoakBank, soak } from "../../bench/soak/soak.js";
import { TEST_MERCHANT, testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";

test("200 sales with faults, power cuts and restarts: none lost, none doubled", { timeout: 240_000 }, async () => {
	const seen: number[] = [];
	const folder = mkdtempSync(join(tmpdir(), "kassa-soak-"));
	const ledger = join(folder, "ledger.sqlite");
	const report = await soak({ sales: 200, seed: 20261122, ledger, onProgress: done => seen.push(done) });
	rmSync(folder, { recursive: true });
	expect(report).toMatchObject({ sales: 200, terminals: 1, lost: [], doubled: [], wrong: [] });
	expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
	// It was not an easy life.
	expect(report.approved).toBeGreaterThan(100);
	expect(report.reversed).toBeGreaterThan(5);
	expect(Object.keys(report.troubles).length).toBe(6);
});

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
});

async function threeSales() {
	const terminalId = "SOAK0001";
	const { account } = world;
	const house = new SoakBank(":memory:", [terminalId], world.issuerMasterKeyAc, account);
	const merchant = { ...testMerchant("commandLine", "en"), terminalId };
	const bench = new SaleBench({ ...world, crypto: nodeCrypto, acquirer: house, merchant });
	for (const amountMinor of [100, 200, 300]) {
		expect((await bench.sale(amountMinor)).outcome).toBe("approved");
		bench.removeCard();
	}
	const key = (stan: number) => ({ terminalId, batch: 1, stan });
	return { books: house.books, key, compare: () => differences([{ terminalId, bench }], house.books, account) };
}

test("the comparison agrees after three sales, and counts them", async () => {
	const { compare } = await threeSales();
	expect(compare()).toEqual({ approved: 3, reversed: 0, notApproved: 0, lost: [], doubled: [], wrong: [] });
});

test("the comparison finds a sale that the bank does not have any more", async () => {
	const { books, key, compare } = await threeSales();
	books.reverse(key(2));
	expect(compare()).toMatchObject({
		lost: ["SOAK0001 1/2: reversed"],
		doubled: [],
		wrong: ["the merchant was paid 400 for sales of 600", "the card paid 400 for sales of 600"],
	});
});

test("the comparison finds a sale that the bank has and the terminal has not", async () => {
	const { books, key, compare } = await threeSales();
	const { pan } = world.account;
	books.record({
		...books.transaction(key(1))!,
		key: key(9),
		state: "approved",
		amountMinor: 5,
		movements: [{ from: pan, to: TEST_MERCHANT.merchantId, amountMinor: 5 }],
	});
	expect(compare()).toMatchObject({ lost: [], doubled: ["SOAK0001 1/9: not in the journal"] });
	expect(compare().wrong).toContain("the merchant was paid 605 for sales of 600");
});
