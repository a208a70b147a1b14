import { beforeAll, describe, expect, test } from "vitest";
import type { CardOpening } from "../../../sim/bank/books.js";
import { Issuer, type IssuerKeys } from "../../../sim/bank/issuer.js";
import { checkScriptOrder } from "../../../sim/bank/issuerScript.js";
import { MemoryBooks } from "../../../sim/bank/memoryBooks.js";
import type { CardState } from "../../../sim/card/cardMemory.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import type { TestScheme } from "../../../sim/card/testScheme.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { CardSession } from "../../../src/card/cardSession.js";
import { ContactReader } from "../../../src/card/contactReader.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import {
	activeSlot,
	Bench,
	CDOL1_DATA,
	cdol2Data,
	DEBIT,
	findObject,
	makeCards,
	TRANSACTION,
} from "../card/testCards.js";

// The bank's scripts meet the card itself: what one of them gets wrong, the other refuses.

const ACCOUNT: CardOpening = { pan: "6221261000000000018", pin: "1234", balanceMinor: 10_000, holder: "Wang Fang" };

let scheme: TestScheme;
let debit: Personalisation;
beforeAll(async () => {
	({
		scheme,
		cards: { "unionpay-debit": debit },
	} = await makeCards("unionpay-debit"));
});

function issuer(withScriptKeys = true): Issuer {
	const { masterKeys } = scheme.issuer;
	const keys: IssuerKeys = {
		issuerMasterKeyAc: parseHex(masterKeys.applicationCryptogram),
		...(withScriptKeys && {
			secureMessaging: {
				integrity: parseHex(masterKeys.secureMessagingIntegrity),
				confidentiality: parseHex(masterKeys.secureMessagingConfidentiality),
			},
		}),
	};
	return new Issuer(nodeCrypto, keys, new MemoryBooks([], [ACCOUNT]));
}

/** What the terminal makes of the card's answer to GENERATE AC; format 1. */
function request(response: string) {
	const values = findObject(response, "80")!;
	const iccData = new Map(Object.entries(TRANSACTION).map(([tag, value]) => [tag, parseHex(value)]));
	for (const [tag, from, to] of [
		["9F27", 0, 2],
		["9F36", 2, 6],
		["9F26", 6, 22],
		["9F10", 22, 38],
	] as const)
		iccData.set(tag, parseHex(values.slice(from, to)));
	iccData.set("82", parseHex("3C00"));
	return {
		pan: ACCOUNT.pan,
		panSequence: 1,
		amountMinor: 100,
		currency: 156,
		expiry: "3512",
		today: "2611",
		pinIsRight: undefined,
		iccData,
		proof: "arqc" as const,
	};
}

const order = (json: object) => checkScriptOrder({ template: "72", commands: [], ...json });
const commandsOf = (iccData: Uint8Array, template: string): string[] => {
	const script = formatHex(decodeIccData(iccData).get(template)!);
	const commands: string[] = [];
	for (let at = 14; at < script.length; ) {
		expect(script.slice(at, at + 2)).toBe("86");
		const end = at + 4 + 2 * Number.parseInt(script.slice(at + 2, at + 4), 16);
		commands.push(script.slice(at + 4, end));
		at = end;
	}
	return commands;
};

/** One transaction over which the issuer sends the script, and the card's status words for its commands. */
function run(json: object, state?: CardState) {
	const bank = issuer();
	bank.orderScript(order(json));
	const bench = new Bench(debit, state);
	bench.begin();
	const { responseCode, iccData } = bank.decide(request(bench.send("80AE8000", CDOL1_DATA).slice(0, -4)));
	expect(responseCode).toBe("00");
	bench.send("00820000", decodeIccData(iccData!).get("91")!);
	bench.send("80AE4000", cdol2Data("00"));
	const template = "template" in json ? String(json.template) : "72";
	const words = commandsOf(iccData!, template).map(command => bench.send(command.slice(0, 8), command.slice(10)));
	return { words, state: bench.state?.[DEBIT], iccData: iccData! };
}

const BLOCKED_PIN: CardState = { [DEBIT]: { atc: 0, lastOnlineAtc: 0, pinTryCounter: 0 } };

describe.each(["84", "8C"])("class %s", cla => {
	test.each<[string, object[], Partial<CardState[string]>]>([
		["APPLICATION BLOCK", [{ command: "APPLICATION BLOCK" }], { blocked: true }],
		["both ways", [{ command: "APPLICATION BLOCK" }, { command: "APPLICATION UNBLOCK" }], { blocked: false }],
		["CARD BLOCK", [{ command: "CARD BLOCK" }], { cardBlocked: true }],
		["PIN UNBLOCK", [{ command: "PIN UNBLOCK" }], { pinTryCounter: 3 }],
		["PIN CHANGE", [{ command: "PIN CHANGE", pin: "987654321012" }], { pin: "987654321012", pinTryCounter: 3 }],
		[
			"limits",
			[
				{ command: "PUT DATA", tag: "9F14", value: "01" },
				{ command: "PUT DATA", tag: "9F23", value: "0A" },
			],
			{ consecutiveOfflineLimits: { lower: 1, upper: 10 } },
		],
		["the most commands, the longest", Array(5).fill({ command: "PIN CHANGE", pin: "4321" }), { pin: "4321" }],
	])("the card obeys: %s", (_, commands, expected) => {
		const { words, state, iccData } = run({ class: cla, commands }, BLOCKED_PIN);
		expect(words).toEqual(commands.map(() => "9000"));
		expect(state).toMatchObject(expected);
		// LLLVAR, at most 255 bytes.
		expect(iccData.length).toBeLessThanOrEqual(255);
	});

	test("the card refuses a wrong MAC", () => {
		const { words, state } = run({ class: cla, wrongMac: true, commands: [{ command: "CARD BLOCK" }] });
		expect(words).toEqual(["6988"]);
		expect(state?.cardBlocked).toBeUndefined();
	});
});

test("the template and the identifier are the ordered ones", () => {
	const { iccData } = run({ template: "71", identifier: "DEADBEEF", commands: [{ command: "PIN UNBLOCK" }] });
	expect([...decodeIccData(iccData).keys()]).toEqual(["91", "71"]);
	expect(formatHex(decodeIccData(iccData).get("71")!)).toMatch(/^9F1804DEADBEEF860D8424000008/);
});

test("an order waits for its card, is sent once, and only to a card that proves itself", () => {
	const bank = issuer();
	bank.orderScript(order({ pan: "6222021234560015", commands: [{ command: "CARD BLOCK" }] }));
	bank.orderScript(order({ pan: ACCOUNT.pan, commands: [{ command: "PIN UNBLOCK" }] }));
	const bench = new Bench(debit);
	const next = (spoil = false) => {
		bench.begin();
		const asked = request(bench.send("80AE8000", CDOL1_DATA).slice(0, -4));
		if (spoil) asked.iccData.get("9F26")![0]! ^= 1;
		const { iccData } = bank.decide(asked);
		return iccData && [...decodeIccData(iccData).keys()];
	};
	expect(next(true)).toBeUndefined();
	expect(next()).toEqual(["91", "72"]);
	expect(next()).toEqual(["91"]);
});

test("a declined card gets its script all the same", () => {
	const bank = issuer();
	bank.orderScript(order({ commands: [{ command: "APPLICATION BLOCK" }] }));
	const bench = new Bench(debit);
	bench.begin();
	const asked = request(bench.send("80AE8000", CDOL1_DATA).slice(0, -4));
	const { responseCode, iccData } = bank.decide({ ...asked, expiry: "2001" });
	expect(responseCode).toBe("54");
	expect([...decodeIccData(iccData!).keys()]).toEqual(["91", "72"]);
});

test("a bank without keys for scripts takes no order", () => {
	expect(() => issuer(false).orderScript(order({ commands: [{ command: "CARD BLOCK" }] }))).toThrow(
		"the bank has no keys for issuer scripts",
	);
});

test("over T=0, between the two cryptograms: the blocked card gives an AAC", async () => {
	const bank = issuer();
	bank.orderScript(order({ template: "71", commands: [{ command: "APPLICATION BLOCK" }] }));
	const slot = await activeSlot(debit);
	const card = new CardSession(new ContactReader(slot));
	await card.activate();
	const send = (cla: number, ins: number, p1: number, data: Uint8Array, le?: number) =>
		card.transmit({ cla, ins, p1, p2: 0, data, ...(le !== undefined && { le }) });
	await send(0x00, 0xa4, 4, parseHex(DEBIT), 256);
	await send(0x80, 0xa8, 0, parseHex("83050156E0B0C8"), 256);
	const first = await send(0x80, 0xae, 0x80, CDOL1_DATA, 256);
	const { iccData } = bank.decide(request(formatHex(first.data)));
	expect((await send(0x00, 0x82, 0, decodeIccData(iccData!).get("91")!)).sw).toBe(0x9000);
	for (const command of commandsOf(iccData!, "71").map(parseHex))
		expect((await send(command[0]!, command[1]!, command[2]!, command.slice(5))).sw).toBe(0x9000);
	const second = await send(0x80, 0xae, 0x40, cdol2Data("00"), 256);
	expect(formatHex(second.data).slice(0, 6)).toBe("801300");
	expect((await send(0x00, 0xa4, 4, parseHex(DEBIT), 256)).sw).toBe(0x6283);
});

const BLOCK = { command: "CARD BLOCK" };
test.each<[string, unknown]>([
	["script must be an object", null],
	["script.template must be one of 71, 72", { template: "86", commands: [BLOCK] }],
	["script.commands must be a list", { template: "72" }],
	["script.commands must have 1 to 5 items", { template: "72", commands: [] }],
	["script.commands must have 1 to 5 items", { template: "72", commands: Array(6).fill(BLOCK) }],
	["script.commands[0].pin is needed for PIN CHANGE", { template: "72", commands: [{ command: "PIN CHANGE" }] }],
	[
		"script.commands[0].pin must be 4 to 12 digits",
		{ template: "72", commands: [{ command: "PIN CHANGE", pin: "1" }] },
	],
	["script.commands[0].tag means nothing for CARD BLOCK", { template: "72", commands: [{ ...BLOCK, tag: "9F14" }] }],
	[
		"script.commands[0].value is needed for PUT DATA",
		{ template: "72", commands: [{ command: "PUT DATA", tag: "9F14" }] },
	],
	["script.identifier must be 4 bytes in hexadecimal", { template: "72", identifier: "01", commands: [BLOCK] }],
	["script.class must be one of 84, 8C", { template: "72", class: "80", commands: [BLOCK] }],
])("an order is refused: %s", (sentence, json) => {
	expect(() => checkScriptOrder(json)).toThrow(new TypeError(sentence));
});
