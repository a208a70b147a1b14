import { beforeAll, describe, expect, test } from "vitest";
import { cardGroups } from "../../sim/card/cardProfiles.js";
import type { ContactCard } from "../../sim/card/contactCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { expectDefiniteEnd } from "./definiteEnd.js";
import { makeSaleWorld } from "./saleWorld.js";

/** Odd, but an honest application is found in the end. */
const HARMLESS = ["first-unavailable", "next-without-end"];
const HOSTILE = cardGroups()
	.find(({ group }) => group === "Hostile")!
	.cards.map(({ name }) => name);
const NAMES = ["first-unavailable", ...HOSTILE];
let worlds: Record<string, Omit<BenchOptions, "crypto">>;

beforeAll(async () => {
	worlds = await makeSaleWorld("unionpay-debit", ...NAMES);
});

/** Whatever the card does: a bounded, definite end; money only where a TC was given; nothing secret on the way. */
function expectSafe(b: SaleBench, result: TransactionResult): void {
	expect(["declined", "cardError", "notAccepted", "cardBlocked", "cardRemoved", "timedOut", "approved"]).toContain(
		result.outcome,
	);
	expectDefiniteEnd(b, result);
	const owed = result.reversal === "owed";
	expect(b.merchantMinor !== 0).toBe(result.outcome === "approved" || owed);
	expect(b.log.join("\n")).not.toMatch(/622126[0-9]{13}/);
}

describe("hostile cards", () => {
	// What each must end in: EMV lets a terminal go on after some of them, never approve.
	// [EMV-END-02 MNY-END-01]
	test.each(NAMES)("%s", async name => {
		const b = new SaleBench({ ...worlds[name]!, crypto: nodeCrypto });
		const result = await b.sale(100);
		expectSafe(b, result);
		if (!HARMLESS.includes(name)) expect(result.outcome, result.reason).not.toBe("approved");
	});

	// [EMV-SEL-18 EMV-SEL-20]
	test("an application that is unavailable leads to the next one", async () => {
		const b = new SaleBench({ ...worlds["first-unavailable"]!, crypto: nodeCrypto });
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "approved" });
		expect(result.card!.aid).toEqual(Uint8Array.of(0xf0, 0, 0, 0, 0x01, 0, 0x01));
	});
});

/** Speaks like the real card, but changes what it sends at random places. */
class NoisyCard implements ContactCard {
	readonly #card: ContactCard;
	readonly #random: SeededRandom;
	readonly #one: number;

	/** One character in `one` is changed. */
	constructor(card: ContactCard, random: SeededRandom, one: number) {
		this.#card = card;
		this.#random = random;
		this.#one = one;
	}

	reset(): Uint8Array {
		return this.#card.reset();
	}

	take(character: number): Uint8Array {
		return this.#card.take(character).map(byte => {
			const [a, b, c] = this.#random.bytes(3) as unknown as [number, number, number];
			return (a * 256 + b) % this.#one === 0 ? c : byte;
		});
	}
}

// [EMV-END-02 MNY-END-01]
test("noise on the line, 300 times: never approved with a wrong cryptogram, never thrown, never endless", async () => {
	let approved = 0;
	for (let seed = 1; seed <= 300; seed++) {
		const b = new SaleBench({ ...worlds["unionpay-debit"]!, crypto: nodeCrypto });
		b.wrapCard = card => new NoisyCard(card, new SeededRandom(seed), 400);
		const result = await b.sale(100);
		expectSafe(b, result);
		if (result.outcome === "approved") approved++;
	}
	expect(approved).toBeLessThan(300);
});
