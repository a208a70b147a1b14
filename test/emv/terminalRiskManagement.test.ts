import { describe, expect, test } from "vitest";
import { terminalRiskManagement } from "../../src/emv/terminalRiskManagement.js";
import type { Random } from "../../src/ports.js";
import { type Exchange, openScripted, type TransactionOptions, tsi, tvr } from "./scriptedCard.js";

const CARD = { "82": "0800", "5A": "6221261000000018" };
const LIMITS = { ...CARD, "9F14": "02", "9F23": "05" };
const ATC = "80CA9F3600";
const LAST_ONLINE = "80CA9F1300";

async function run(options: TransactionOptions): Promise<string> {
	const { t, card } = openScripted({ card: CARD, ...options });
	expect(await terminalRiskManagement(t)).toBeUndefined();
	expect(card.left).toEqual([]);
	return `${tvr(t)} ${tsi(t)}`;
}

// EMV 4.4 Book 3, 10.6.1: the floor limit is 100.00
// [EMV-TRM-01 EMV-TRM-02 EMV-TRM-08]
test.each<[string, number, number, string]>([
	["below", 9_999, 0, "0000000000 0800"],
	["at the limit", 10_000, 0, "0000008000 0800"],
	["below, with what the same card spent lately", 6_000, 3_999, "0000000000 0800"],
	["at the limit with it", 6_000, 4_000, "0000008000 0800"],
])("floor limit: %s", async (_name, amountMinor, recent, expected) => {
	const asked: string[] = [];
	const recentAmountMinor = (pan: string) => {
		asked.push(pan);
		return recent;
	};
	expect(await run({ amountMinor, ports: { recentAmountMinor } })).toBe(expected);
	expect(asked).toEqual(["6221261000000018"]);
});

// [EMV-TRM-06 EMV-TRM-07 EMV-TRM-08]
test("it runs though the card does not ask for it; the merchant's wish and the exception file count", async () => {
	const exceptionList = [{ pan: "6221261000000018", panSequence: undefined }];
	const { t } = openScripted({
		card: { ...CARD, "82": "0000" },
		amountMinor: 20_000,
		configuration: { exceptionList },
	});
	await terminalRiskManagement(Object.assign(t, { merchantForcedOnline: true }));
	expect([tvr(t), tsi(t)]).toEqual(["1000008800", "0800"]);
});

// [EMV-TRM-06]
test.each([
	[{ pan: "6221261000000018", panSequence: 1 }, "01", true],
	[{ pan: "6221261000000018", panSequence: 2 }, "01", false],
	[{ pan: "6221261000000026", panSequence: undefined }, "01", false],
])("exception file %j, PAN sequence %s: %s", async (listed, sequence, isHit) => {
	const { t } = openScripted({ card: { ...CARD, "5F34": sequence }, configuration: { exceptionList: [listed] } });
	await terminalRiskManagement(t);
	expect(tvr(t).startsWith("10")).toBe(isHit);
});

// 10.6.2: below the threshold 20 in 100, at the floor limit 60; the byte b draws b % 99 + 1, bytes from 198 on none
// [EMV-TRM-03]
test.each<[string, number, number[], string]>([
	["below the threshold, drawn at the target", 100, [19], "0000001000"],
	["below the threshold, drawn above it", 100, [20], "0000000000"],
	["half-way, drawn at half-way", 7_500, [39], "0000001000"],
	["half-way, drawn above", 7_500, [40], "0000000000"],
	["just below the floor limit", 9_999, [58], "0000001000"],
	["at the floor limit nothing is drawn", 10_000, [], "0000008000"],
	["uneven bytes are drawn again", 100, [255, 198, 0], "0000001000"],
])("random selection: %s", async (_name, amountMinor, drawn, expected) => {
	const { t } = openScripted({
		card: CARD,
		amountMinor,
		application: { randomSelection: { thresholdMinor: 5_000, targetPercent: 20, maximumTargetPercent: 60 } },
	});
	const random: Random = {
		bytes(length) {
			expect(length).toBe(1);
			return Uint8Array.of(drawn.shift() ?? Number.NaN);
		},
	};
	await terminalRiskManagement(Object.assign(t, { random }));
	expect(tvr(t)).toBe(expected);
	expect(drawn).toEqual([]);
});

// 10.6.3
describe("velocity checking", () => {
	const counters = (atc: string, last: string): readonly Exchange[] => [
		[ATC, atc.length === 4 ? `9F3602${atc}9000` : atc],
		[LAST_ONLINE, last.length === 4 && last !== "6A88" ? `9F1302${last}9000` : last],
	];

	// [EMV-CMD-01 EMV-TRM-05]
	test.each<[string, readonly Exchange[], string]>([
		["as many as the lower limit", counters("0009", "0007"), "0000000000"],
		["more than the lower limit", counters("000A", "0007"), "0000004000"],
		["as many as the upper limit", counters("000C", "0007"), "0000004000"],
		["more than the upper limit", counters("000D", "0007"), "0000006000"],
		["a new card", counters("0001", "0000"), "0008000000"],
		["a counter that stands still", counters("0007", "0007"), "0000006000"],
		["a counter that went back", counters("0006", "0007"), "0000006000"],
		[
			"the counter cannot be read",
			[
				[ATC, "6A88"],
				[LAST_ONLINE, "9F130200079000"],
			],
			"0000006000",
		],
		["the last online counter cannot be read", counters("0009", "6A88"), "0000006000"],
		[
			"neither can be read",
			[
				[ATC, "6A88"],
				[LAST_ONLINE, "6985"],
			],
			"0000006000",
		],
		[
			"a malformed answer",
			[
				[ATC, "9F36039000"],
				[LAST_ONLINE, "9F130200079000"],
			],
			"0000006000",
		],
		[
			"a counter of one byte",
			[
				[ATC, "9F3601099000"],
				[LAST_ONLINE, "9F130200079000"],
			],
			"0000006000",
		],
		[
			"unreadable on a new card",
			[
				[ATC, "6A88"],
				[LAST_ONLINE, "9F130200009000"],
			],
			"0008006000",
		],
	])("%s", async (_name, exchanges, expected) => {
		expect(await run({ card: LIMITS, exchanges })).toBe(`${expected} 0800`);
	});

	// [EMV-TRM-04]
	test.each([
		["only a lower limit", { ...CARD, "9F14": "00" }],
		["only an upper limit", { ...CARD, "9F23": "00" }],
	])("%s: not done", async (_name, card) => {
		expect(await run({ card })).toBe("0000000000 0800");
	});
});
