import { beforeAll, describe, expect, test } from "vitest";
import { arpcMethod2 } from "../../../sim/card/cryptogram.js";
import { CRYPTOGRAM_VERSIONS, type CryptogramVersion, cryptogramKey } from "../../../sim/card/cryptogramVersion.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { CLA_84_FORMAT_2, protectCommand } from "../../../sim/card/secureMessaging.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { Bench, CDOL1_DATA, cdol2Data, DEBIT, findObject, makeCards, type TRANSACTION } from "./testCards.js";

const NAMES = ["approve-offline", "amount-limit", "wants-issuer", "declines-offline", "advice", "common-core"] as const;
let cards: Record<(typeof NAMES)[number], Personalisation>;
beforeAll(async () => {
	({ cards } = await makeCards(...NAMES));
});

const TC = "80AE4000";
const ARQC = "80AE8000";
const cid = (response: string) => findObject(response.slice(0, -4), "9F27") ?? response.slice(4, 6);
/** CDOL1 data with another amount or currency. */
const cdol1 = (changes: Partial<typeof TRANSACTION>) => {
	const data = CDOL1_DATA.slice();
	if (changes["9F02"]) data.set(parseHex(changes["9F02"]), 0);
	if (changes["5F2A"]) data.set(parseHex(changes["5F2A"]), 19);
	return data;
};

describe("what the card gives a terminal that asks for a TC", () => {
	test("approve-offline: the TC, until its limits are used up", () => {
		const bench = new Bench(cards["approve-offline"]);
		const given = Array.from({ length: 11 }, () => {
			bench.begin();
			return cid(bench.send(TC, CDOL1_DATA));
		});
		expect(given).toEqual([...Array(9).fill("40"), "80", "80"]);
	});

	test("amount-limit: the TC as long as the sum stays within the limit", () => {
		const bench = new Bench(cards["amount-limit"]);
		const ask = (amount: string, currency = "0156") => {
			bench.begin();
			return cid(bench.send(TC, cdol1({ "9F02": amount, "5F2A": currency } as never)));
		};
		expect(ask("000000000499")).toBe("40");
		expect(bench.state?.[DEBIT]?.cumulativeOfflineMinor).toBe(499);
		expect(ask("000000000002")).toBe("80");
		expect(ask("000000000001")).toBe("40");
		expect(ask("000000000001")).toBe("80");
		expect(bench.state?.[DEBIT]?.cumulativeOfflineMinor).toBe(500);
	});

	test("amount-limit: another currency is too much, and adds nothing", () => {
		const bench = new Bench(cards["amount-limit"]);
		bench.begin();
		expect(cid(bench.send(TC, cdol1({ "9F02": "000000000001", "5F2A": "0840" } as never)))).toBe("80");
		expect(bench.state?.[DEBIT]?.cumulativeOfflineMinor).toBeUndefined();
	});

	test("amount-limit: without its issuer it approves up to the upper limit", () => {
		const bench = new Bench(cards["amount-limit"]);
		const offline = (amount: string) => {
			bench.begin();
			expect(cid(bench.send(ARQC, cdol1({ "9F02": amount } as never)))).toBe("80");
			const data = cdol2Data("Y3");
			data.set(parseHex(amount), 2);
			return cid(bench.send(TC, data));
		};
		expect(offline("000000000600")).toBe("40");
		expect(offline("000000000401")).toBe("00");
		expect(offline("000000000400")).toBe("40");
		expect(bench.state?.[DEBIT]?.cumulativeOfflineMinor).toBe(1000);
	});

	test.each([
		["wants-issuer", "80"],
		["declines-offline", "00"],
		["advice", "0A"],
	] as const)("%s: %s", (name, expected) => {
		const bench = new Bench(cards[name]);
		bench.begin();
		expect(cid(bench.send(TC, CDOL1_DATA))).toBe(expected);
	});
});

describe("a common core card", () => {
	/** An online transaction up to the second GENERATE AC, with this card status update. */
	function complete(bench: Bench, status: string, asked = TC): string {
		bench.begin();
		const first = bench.send(ARQC, CDOL1_DATA).slice(0, -4);
		const arqc = parseHex(findObject(first, "9F26")!);
		const version: CryptogramVersion = CRYPTOGRAM_VERSIONS.CCD;
		const master = parseHex(bench.personalisation.applications[0]!.iccMasterKeys.applicationCryptogram);
		const key = cryptogramKey(nodeCrypto, version, master, parseHex(findObject(first, "9F36")!));
		const update = parseHex(status);
		const arpc = arpcMethod2(nodeCrypto, key, arqc, update, new Uint8Array(0));
		return bench.send(asked, cdol2Data("00", formatHex(concat(arpc, update))));
	}
	const state = (bench: Bench) => bench.state![DEBIT]!;

	test("its issuer application data: identifier, results, counters", () => {
		const bench = new Bench(cards["common-core"]);
		bench.begin();
		const iad = findObject(bench.send(ARQC, CDOL1_DATA).slice(0, -4), "9F10")!;
		expect(iad).toBe(["0FA501", "A03000", "0000", "0001", "000000000000", "0F", "00".repeat(15)].join(""));
	});

	test.each([
		["00820000", "40", { lastOnlineAtc: 1 }],
		["00020000", "00", { lastOnlineAtc: 0 }],
		["00800000", "40", { lastOnlineAtc: 0 }],
		["00C20000", "00", { cardBlocked: true }],
		["00A20000", "00", { blocked: true }],
		["019A0000", "40", { pinTryCounter: 1, goOnlineNext: true }],
		["0F920000", "40", { pinTryCounter: 3 }],
	])("card status update %s: %s", (status, expected, after) => {
		const bench = new Bench(cards["common-core"]);
		expect(cid(complete(bench, status))).toBe(expected);
		expect(state(bench)).toMatchObject(after);
	});

	test("told to go online next, it wants its issuer where a TC was asked for, and says why", () => {
		const bench = new Bench(cards["common-core"]);
		complete(bench, "008A0000");
		bench.begin();
		const answer = bench.send(TC, CDOL1_DATA);
		expect(cid(answer)).toBe("80");
		expect(findObject(answer.slice(0, -4), "9F10")!.slice(12, 14)).toBe("02");
		complete(bench, "00820000");
		bench.begin();
		expect(cid(bench.send(TC, CDOL1_DATA))).toBe("40");
	});

	test("the results count script commands, good and bad, until the issuer has heard of them", () => {
		const bench = new Bench(cards["common-core"]);
		bench.begin();
		const first = bench.send(ARQC, CDOL1_DATA).slice(0, -4);
		const { secureMessagingIntegrity, secureMessagingConfidentiality } =
			bench.personalisation.applications[0]!.iccMasterKeys;
		const keys = {
			integrity: parseHex(secureMessagingIntegrity),
			confidentiality: parseHex(secureMessagingConfidentiality),
		};
		const transaction = { atc: parseHex(findObject(first, "9F36")!), cryptogram: parseHex(findObject(first, "9F26")!) };
		const header = { cla: CLA_84_FORMAT_2, ins: 0x24, p1: 0, p2: 0 };
		const field = protectCommand(nodeCrypto, keys, transaction, header, new Uint8Array(0), false);
		expect(bench.send("84240000", field)).toBe("9000");
		expect(bench.send("84240000", new Uint8Array(8))).toBe("6988");
		const results = () => {
			bench.begin();
			return findObject(bench.send(ARQC, CDOL1_DATA).slice(0, -4), "9F10")!.slice(12, 14);
		};
		expect(results()).toBe("18");
		complete(bench, "00820000");
		expect(results()).toBe("00");
	});

	test("a wrong ARPC: an AAC, nothing of the status update is obeyed", () => {
		const bench = new Bench(cards["common-core"]);
		bench.begin();
		bench.send(ARQC, CDOL1_DATA);
		expect(cid(bench.send(TC, cdol2Data("00", "0000000000C20000")))).toBe("00");
		expect(state(bench)).toMatchObject({ lastOnlineAtc: 0 });
		expect(state(bench).cardBlocked).toBeUndefined();
	});
});
