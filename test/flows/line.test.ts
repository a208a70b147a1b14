import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { ContactReaderOptions } from "../../src/card/contactReader.js";
import { withCheck } from "../card/t1Blocks.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld("cda")).cda!;
});

const NEGOTIATING: ContactReaderOptions = { negotiatesFactors: true };

// About 2,300 characters of 12 etu, in initial etu; D / F shrinks them.
// [ISO-ATR-11 ISO-PPS-04 ISO-T1-04]
test.each<[string, string, ContactReaderOptions, number, number]>([
	["T=0", "3B600000", {}, 26_000, 32_000],
	["T=0, specific mode, F 372, D 4", "3B90131000", {}, 6_500, 8_000],
	["T=0, offering F 512, D 32, not asked", "3B1096", {}, 26_000, 32_000],
	["T=0, PPS to F 512, D 32", "3B1096", NEGOTIATING, 1_100, 1_600],
	["T=1", "3BE000FF81317C4192", {}, 25_000, 32_000],
	["T=1, specific mode, F 372, D 2", withCheck("3B9012910171FE4100"), {}, 12_500, 16_000],
	["T=1, PPS to F 512, D 32", withCheck("3BF09600FF81317C41"), NEGOTIATING, 1_100, 1_600],
	["T=1 chosen of both by PPS", withCheck("3B808031FE41"), { protocol: 1 }, 25_000, 32_000],
	["T=1, blocks of 16 bytes to the card", withCheck("3BE000FF81311041"), {}, 25_000, 36_000],
])("a whole sale over %s", async (_name, atr, reader, leastEtu, mostEtu) => {
	const personalisation = { ...world.personalisation, atr, nullBytes: 0 };
	const bench = new SaleBench({ ...world, personalisation, crypto: nodeCrypto, reader });
	expect(await bench.sale(1234)).toMatchObject({ outcome: "approved" });
	expect(bench.slot.elapsedEtu).toBeGreaterThan(leastEtu);
	expect(bench.slot.elapsedEtu).toBeLessThan(mostEtu);
	expect(bench.slot.damagedCharacters).toBe(0);
});
