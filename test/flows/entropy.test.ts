import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import type { Entropy } from "../../src/ports.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
});

/** Good noise for the first readings, zeros from then on. */
function failingAfter(readings: number): Entropy {
	const random = new SeededRandom(6);
	let left = readings;
	return { samples: count => (left-- > 0 ? random.samples(count) : new Uint8Array(count)) };
}

/** The test of the source, the seed, and once more when the terminal is ready. */
const START_UP_READINGS = 3;

// [EMV-GAC-08 RND-02]
test("a terminal whose noise source is stuck does not start", () => {
	for (const readings of [0, 1, 2])
		expect(() => new SaleBench({ ...world, crypto: nodeCrypto, entropy: failingAfter(readings) }).terminal).toThrow(
			"the source of random numbers has failed: do not use the terminal and have it repaired",
		);
});

// [EMV-GAC-08 RND-02]
test("a terminal whose noise source fails later begins no other sale", async () => {
	const bench = new SaleBench({ ...world, crypto: nodeCrypto, entropy: failingAfter(START_UP_READINGS + 1) });
	expect((await bench.sale(1)).outcome).toBe("approved");
	bench.removeCard();
	const { length: entries } = bench.entries;
	await expect(bench.sale(1)).rejects.toMatchObject({ name: "EntropyError" });
	expect(bench.bank.received.filter(mti => mti === "0200")).toHaveLength(1);
	expect(bench.entries).toHaveLength(entries);

	const person = bench.terminal.run();
	bench.pressKey("1");
	bench.pressKey("enter");
	await expect(person).rejects.toMatchObject({ name: "EntropyError" });
	expect(bench.screens.at(-1)).toMatchObject({ name: "fault" });
});
