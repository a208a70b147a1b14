import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type CardFault, type CardFaultName, INSTRUCTIONS } from "../../sim/card/cardFault.js";
import { cardFault } from "../../sim/card/faultCheck.js";
import { FAULT_FORMS } from "../../sim/card/faultForms.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARDS = [
	"unionpay-debit",
	"unionpay-online-pin",
	"plaintext-pin",
	"cda",
	"sda",
	"t1",
	"t1-short-blocks",
	"common-core",
];
let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorld(...CARDS);
});

const hex = (least: number, most: number) =>
	fc.uint8Array({ minLength: least, maxLength: most }).map(bytes => Buffer.from(bytes).toString("hex").toUpperCase());
/** The tags that decide something. */
const TAGS = [
	"4F",
	"50",
	"57",
	"5A",
	"5F24",
	"5F2A",
	"5F34",
	"82",
	"84",
	"87",
	"8C",
	"8D",
	"8E",
	"8F",
	"90",
	"92",
	"93",
	"94",
];
const MORE_TAGS = [
	"9F07",
	"9F08",
	"9F0D",
	"9F0E",
	"9F0F",
	"9F10",
	"9F17",
	"9F26",
	"9F27",
	"9F36",
	"9F38",
	"9F42",
	"9F46",
	"9F4B",
];

const PARAMETERS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
	instruction: fc.constantFrom(...Object.keys(INSTRUCTIONS)),
	apdu: fc.integer({ min: 1, max: 25 }),
	statusWord: fc.oneof(
		hex(2, 2),
		fc.constantFrom("9000", "6A81", "6A82", "6A83", "6283", "63C0", "6985", "6983", "6300", "61FF"),
	),
	tag: fc.constantFrom(...TAGS, ...MORE_TAGS),
	offset: fc.integer({ min: 0, max: 40 }),
	value: hex(1, 4),
	length: fc.integer({ min: 0, max: 240 }),
	etu: fc.integer({ min: 1, max: 40_000 }),
	byte: fc.integer({ min: 1, max: 2000 }),
	character: fc.integer({ min: 1, max: 1500 }),
	times: fc.integer({ min: 1, max: 8 }),
};

/** Any fault with any of its parameters. */
const anyFault: fc.Arbitrary<CardFault> = fc
	.constantFrom(...(Object.keys(FAULT_FORMS) as CardFaultName[]))
	.chain(name => {
		const { takes } = FAULT_FORMS[name];
		const fields = Object.entries(takes).map(([parameter, need]) => [
			parameter,
			need === "needed" ? PARAMETERS[parameter]! : fc.option(PARAMETERS[parameter]!, { nil: undefined }),
		]);
		return fc
			.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>)
			.map(given => ({ fault: name, ...given }));
	})
	.filter(isFault);

function isFault(json: unknown): json is CardFault {
	try {
		cardFault(json, "fault");
		return true;
	} catch {
		return false;
	}
}

/** More than any honest card needs, far less than a hang. */
const MOST_APDUS = 1_000;
const MOST_BYTES = 200_000;

describe("whatever faults a card has at once", () => {
	// [EMV-END-02 MNY-END-01]
	test("a sale ends, approved only where card and bank agree, and nothing secret gets out", async () => {
		const outcomes = new Map<string, number>();
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...CARDS),
				fc.array(anyFault, { minLength: 1, maxLength: 4 }),
				async (card, faults) => {
					const world = worlds[card]!;
					const b = new SaleBench({ ...world, crypto: nodeCrypto, faults });
					const result = await b.sale(100); // never throws
					outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
					// never "fault", which would be the terminal's own
					expect(["approved", "declined", "notAccepted", "cardError", "cardBlocked", "cardRemoved"]).toContain(
						result.outcome,
					);
					expect(result.apdus).toBeLessThan(MOST_APDUS);
					expect(result.bytesToCard + result.bytesFromCard).toBeLessThan(MOST_BYTES);
					// the ledger has the money exactly where the terminal says so, or owes it back
					const isPaid = b.merchantMinor === 100;
					expect(isPaid || b.merchantMinor === 0).toBe(true);
					expect(isPaid).toBe(result.outcome === "approved" || result.reversal === "owed");
					if (result.outcome === "approved") expect(result).toMatchObject({ online: true, reversal: "none" });
					const told = [...b.log, result.reason, ...b.entries.map(formatJournalEntry)].join("\n");
					expect(told).not.toContain(world.account.pan);
					expect(told).not.toMatch(/PIN 1234|241234F/);
					expect(b.slot.powered).toBe(false);
				},
			),
			{ numRuns: 300, seed: 20261122 },
		);
		// the faults are not all so bad that nothing but errors is seen
		expect(outcomes.size).toBeGreaterThanOrEqual(5);
	}, 120_000);

	// [MNY-END-01]
	test("what was booked and not sold comes back with the next sale", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...CARDS),
				fc.array(anyFault, { minLength: 1, maxLength: 3 }),
				async (card, faults) => {
					const b = new SaleBench({ ...worlds[card]!, crypto: nodeCrypto, faults });
					const first = await b.sale(100);
					b.removeCard();
					b.faults = [];
					const second = await b.sale(250);
					const sold = [first, second].filter(({ outcome }) => outcome === "approved");
					const owed = second.reversal === "owed" ? 250 : 0;
					expect(b.merchantMinor).toBe(sold.reduce((sum, { amountMinor }) => sum + amountMinor, 0) + owed);
				},
			),
			{ numRuns: 100, seed: 20261122 },
		);
	}, 120_000);
});
