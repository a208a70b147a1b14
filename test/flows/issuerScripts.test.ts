import { beforeAll, expect, test } from "vitest";
import { checkScriptOrder } from "../../sim/bank/issuerScript.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
});

const bench = (pins: readonly string[] = ["1234"]) => new SaleBench({ ...world, crypto: nodeCrypto, pins });

// EMV 4.4 Book 3, 10.10; results: Book 4, Annex A5
// [EMV-SCR-01 EMV-SCR-04 EMV-SCR-06]
test("72 after the last cryptogram: the PIN is changed, the sale stands, the result is kept", async () => {
	const b = bench(["1234", "4321"]);
	b.acquirer.orderScript(
		checkScriptOrder({
			template: "72",
			identifier: "00000007",
			commands: [{ command: "PIN CHANGE", pin: "4321" }],
		}),
	);
	const result = await b.sale(100);
	expect(result).toMatchObject({ outcome: "approved", reversal: "none" });
	expect(formatHex(result.card!.scriptResults)).toBe("2000000007");
	expect(result.card!.tsi[0]! & 0x04).toBe(0x04);
	expect(b.entries.find(entry => entry.type === "closed")).toMatchObject({
		type: "closed",
		scriptResults: result.card!.scriptResults,
	});
	b.removeCard();
	expect(await b.sale(100)).toMatchObject({ outcome: "approved" }); // with the new PIN
});

// [EMV-ONL-05 EMV-SCR-01 MNY-REV-06]
test("71 before it: a blocked card gives no TC, what the bank had approved is taken back, the next sale is refused", async () => {
	const b = bench();
	b.acquirer.orderScript(
		checkScriptOrder({ template: "71", identifier: "00000001", commands: [{ command: "CARD BLOCK" }] }),
	);
	expect(await b.sale(100)).toMatchObject({ outcome: "declined", reversal: "owed" });
	b.removeCard();
	expect(await b.sale(100)).toMatchObject({ outcome: "cardBlocked", online: false });
	expect(b.merchantMinor).toBe(0);
});

// [EMV-SCR-01]
test.each([
	["71", 0x20],
	["72", 0x10],
] as const)("a script %s whose MAC is wrong fails, and the sale goes on", async (template, bit) => {
	const b = bench();
	b.acquirer.orderScript(
		checkScriptOrder({ template, identifier: "00000002", commands: [{ command: "PIN UNBLOCK" }], wrongMac: true }),
	);
	const result = await b.sale(100);
	expect(result.outcome).toBe("approved");
	expect(formatHex(result.card!.scriptResults)).toBe("1100000002");
	expect(result.card!.tvr[4]! & bit).toBe(bit);
});
