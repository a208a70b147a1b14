import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;

beforeAll(async () => {
	worlds = await makeSaleWorld("cda", "unsigned-cda", "foreign-signature");
});

function bench(card: string, changes: object = {}): SaleBench {
	const world = worlds[card]!;
	return new SaleBench({
		...world,
		configuration: { ...(world.configuration as object), ...changes },
		crypto: nodeCrypto,
	});
}

/** P1 of the GENERATE AC commands, from the card's log. */
const requests = (b: SaleBench) => b.log.flatMap(line => /GENERATE AC > 80AE([0-9A-F]{2})/.exec(line)?.[1] ?? []);

describe("EMV 4.4 Book 4, 6.3.2.1: CDA modes", () => {
	// [EMV-ODA-21 EMV-ODA-26 EMV-ODA-28 EMV-GAC-10]
	test.each([
		[1, ["90", "50"]],
		[2, ["90", "40"]],
		[3, ["80", "40"]],
		[4, ["80", "50"]],
	])("mode %i asks for %j", async (cdaMode, p1) => {
		const b = bench("cda", { cdaMode });
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "approved", online: true });
		expect(requests(b)).toEqual(p1);
		expect(result.card!.tvr[0]).toBe(0x00);
		expect(result.card!.tsi[0]! & 0x80).toBe(p1.some(each => each === "90" || each === "50") ? 0x80 : 0x00);
	});
});

describe("EMV 4.4 Book 2, 6.6.2: a signature that is missing or wrong", () => {
	// [EMV-ODA-23]
	test.each(["unsigned-cda", "foreign-signature"])("%s: declined without the bank, the card is told", async card => {
		const b = bench(card);
		const result = await b.sale(100);
		expect(result.outcome).toBe("declined");
		expect(result.online).toBe(false);
		expect(result.card!.tvr[0]! & 0x04).toBe(0x04);
		expect(b.bank.received).toEqual([]);
		expect(requests(b)).toEqual(["90", "00"]);
	});

	// [EMV-ODA-06 EMV-ODA-25]
	test("a CA key that has expired: GENERATE AC is not asked to sign, the TVR says so, and the reason is told", async () => {
		const { caPublicKeys } = worlds.cda!.configuration as { caPublicKeys: object[] };
		const b = bench("cda", { caPublicKeys: caPublicKeys.map(key => ({ ...key, expiry: "200101" })) });
		const result = await b.sale(100);
		expect(result.card!.tvr[0]! & 0x04).toBe(0x04);
		expect(requests(b)[0]).toBe("80");
		expect(b.decisions.map(decision => decision.rule)).toContain("the CA key has expired");
	});
});
