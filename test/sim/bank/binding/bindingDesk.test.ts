import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../../../sim/world/merchant.js";
import type { DeskRefusal, DeskRequest } from "../../../../src/binding/deskMessages.js";
import { answerToAltered, caughtRequest } from "../../../flows/alteredDeskLine.js";
import { Attendant } from "../../../flows/attendant.js";
import type { BenchOptions } from "../../../flows/bench.js";
import { BindWorld, SERIAL } from "../../../flows/bindWorld.js";
import { makeSaleWorld } from "../../../flows/saleWorld.js";

const CARD = "unionpay-online-pin";
const OTHER_SERIAL = "KASSA-OTHER";
let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** The merchant has two terminals, the one of the bench and another. */
function worldOfTwo(): BindWorld {
	const terminals = [
		{ terminalId: TEST_TERMINAL_IDS.commandLine, serial: SERIAL },
		{ terminalId: TEST_TERMINAL_IDS.panel, serial: OTHER_SERIAL },
	];
	const w = new BindWorld(world, { merchant: { terminals } });
	new Attendant(w.bench);
	return w;
}

describe("a request under the terminal's own signature", () => {
	test.each<[string, (request: DeskRequest) => Partial<DeskRequest>, DeskRefusal | undefined]>([
		["as it is", () => ({}), undefined],
		["with another nonce than that of the challenge", () => ({ nonce: new Uint8Array(16) }), "stale"],
		["in the name of another terminal of the merchant's", () => ({ serial: OTHER_SERIAL }), "stale"],
	])("%s", async (_what, change, refusal) => {
		const w = worldOfTwo();
		expect(await answerToAltered(w, change)).toBe(refusal);
		expect(w.registry.bindings()).toHaveLength(refusal ? 0 : 1);
	});

	test("that was caught, and comes in a later conversation, is stale", async () => {
		const w = worldOfTwo();
		const earlier = await caughtRequest(w);
		expect(await answerToAltered(w, () => earlier)).toBe("stale");
		expect(w.registry.bindings()).toEqual([]);
	});

	test.each([
		[5 * 60_000, undefined],
		[5 * 60_000 + 1, "stale"],
	])("that comes %i ms after the challenge: %s", async (afterMs, refusal) => {
		const w = worldOfTwo();
		const late = (): Partial<DeskRequest> => {
			w.bench.clock.set(w.bench.clock.now() + afterMs);
			return {};
		};
		expect(await answerToAltered(w, late)).toBe(refusal);
		expect(w.registry.bindings()).toHaveLength(refusal ? 0 : 1);
	});
});
