import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS, testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type Language, type MessageId, message } from "../../src/display/messages.js";
import type { ScreenName } from "../../src/display/screen.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import type { Key } from "../../src/ports.js";
import { type BenchOptions, PASSCODE, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;
let running: { b: SaleBench; ended: Promise<void> } | undefined;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

afterEach(async () => {
	running?.b.terminal.stop();
	running?.b.clock.advance(3_600_000);
	running = undefined;
});

/** What each item shows first, in the menu's order. */
const ITEMS: readonly (readonly [label: MessageId, first: ScreenName])[] = [
	["saleVoid", "enterDigits"],
	["refund", "enterDigits"],
	["refundByCard", "enterAmount"],
	["saleWithCashback", "enterAmount"],
	["tipAdjust", "enterDigits"],
	["adjust", "enterDigits"],
	["preAuthorisation", "enterAmount"],
	["increment", "enterDigits"],
	["completion", "enterDigits"],
	["completionAdvice", "enterDigits"],
	["preAuthorisationVoid", "enterDigits"],
	["completionVoid", "enterDigits"],
	["cash", "enterAmount"],
	["balance", "insertCard"],
	["query", "enterDigits"],
	["reprintLast", "notice"],
	["reprintAny", "enterDigits"],
	["totals", "page"],
	["settle", "notice"],
	["uploadOwed", "notice"],
	["signIn", "notice"],
	["signOff", "notice"],
	["echo", "notice"],
	["download", "notice"],
	["statusUpload", "notice"],
	["dailyReport", "page"],
	["selfCheck", "page"],
	["operatorSignOn", "enterOperator"],
	["operatorSignOff", "notice"],
	["changePasscode", "enterOperator"],
	["operators", "enterPasscode"],
	["lockTerminal", "enterPasscode"],
	["backup", "notice"],
	["restore", "notice"],
];

async function start(language: Language): Promise<SaleBench> {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, merchant: testMerchant("commandLine", language) });
	running = { b, ended: b.terminal.run() };
	await drawn(b, "idle");
	return b;
}

const drawn = (b: SaleBench, name: ScreenName) =>
	expect.poll(() => b.screenNames().at(-1), { timeout: 10_000, interval: 5 }).toBe(name);
const text = (b: SaleBench) => b.screens.at(-1)!.items.flatMap(item => (item.kind === "text" ? [item.text] : []));

/** Opens the menu and stands on this item. */
async function choose(b: SaleBench, label: MessageId): Promise<void> {
	b.pressKey("down");
	await drawn(b, "menu");
	for (let n = 0; n < ITEMS.findIndex(([each]) => each === label); n++) b.pressKey("down");
}

async function keys(b: SaleBench, pressed: string, then: ScreenName): Promise<void> {
	for (const key of pressed) b.pressKey(key as Key);
	b.pressKey("enter");
	await drawn(b, then);
}

describe.each(["en", "zh"] as const)("%s", language => {
	test.each(ITEMS)("%s can be reached", async (label, first) => {
		const b = await start(language);
		await choose(b, label);
		await expect.poll(() => text(b)).toContain(message(label, language));
		const from = b.screens.length;
		b.pressKey("enter");
		await expect.poll(() => b.screenNames().slice(from), { timeout: 10_000 }).toContain(first);
		if (first === "enterDigits" || first === "enterAmount") {
			b.pressKey("cancel");
			await drawn(b, "idle");
		}
	});
});

test("a sale by its amount, then a part of it given back from the menu", async () => {
	const b = await start("en");
	for (const key of "1000") b.pressKey(key as Key);
	await keys(b, "", "approved");
	b.removeCard();
	b.pressKey("enter");
	await drawn(b, "idle");
	await choose(b, "refund");
	await keys(b, "", "enterDigits");
	await keys(b, "1", "enterAmount");
	await keys(b, "400", "confirm");
	expect(text(b)).toEqual(expect.arrayContaining(["Refund", "000001", "¥10.00", "¥4.00"]));
	await keys(b, "", "enterPasscode");
	await keys(b, PASSCODE, "approved");
	b.pressKey("enter");
	await drawn(b, "idle");
	expect(b.merchantMinor).toBe(600);
	await choose(b, "reprintLast");
	await keys(b, "", "page");
	b.pressKey("cancel");
	await drawn(b, "idle");
});

test("the daily report shows the day so far and the last one that ended, of a terminal that watches", async () => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, monitoring: BUILT_IN_RULES });
	await b.sale(12_345);
	b.removeCard();
	b.clock.advance(24 * 3_600_000);
	running = { b, ended: b.terminal.run() };
	await drawn(b, "idle");
	await choose(b, "dailyReport");
	await keys(b, "", "page");
	const day = b.terminal.monitor.days()[0]!;
	expect(day).toMatchObject({ day: "2026-11-22", counts: { soldMinor: 12_345 } });
	const lines = () => text(b).join(" ");
	const pages: string[] = [lines()];
	for (let page = 0; page < 8; page++) {
		b.pressKey("down");
		await expect.poll(() => b.screenNames().at(-1)).toBe("page");
		pages.push(lines());
	}
	expect(pages.join(" ")).toContain("2026-11-23");
	expect(pages.join(" ")).toContain("2026-11-22");
	b.pressKey("cancel");
	await drawn(b, "idle");
});

test("the bank is told what the self-check has found", async () => {
	const b = await start("en");
	const report = await b.terminal.selfCheck("full");
	const wrong = report.results.filter(({ verdict }) => verdict === "failed" || verdict === "warning");
	await choose(b, "statusUpload");
	await keys(b, "", "notice");
	await expect.poll(() => text(b)).toContain(message("done", "en"));
	await keys(b, "", "page");
	expect(text(b).join(" ")).toContain("the bank has the status");
	const { status } = b.books.terminal(TEST_TERMINAL_IDS.commandLine);
	expect(status).toMatch(/^SELF-CHECK/);
	for (const { check, verdict } of wrong) expect(status).toContain(`${check} ${verdict}`);
});

test("what cannot be done is said, in the merchant's language", async () => {
	const b = await start("zh");
	await choose(b, "saleVoid");
	await keys(b, "", "enterDigits");
	await keys(b, "77", "notice");
	expect(text(b)).toContain(message("notFound", "zh"));
});

test("from the first item one key leads to the last, and back", async () => {
	const b = await start("en");
	b.pressKey("down");
	await drawn(b, "menu");
	const place = () =>
		text(b)
			.find(each => each.includes("/"))!
			.split("/")
			.map(Number);
	const [first, last] = place();
	expect(first).toBe(1);
	b.pressKey("up");
	await expect.poll(place).toEqual([last, last]);
	b.pressKey("down");
	await expect.poll(place).toEqual([1, last]);
	b.pressKey("cancel");
	await drawn(b, "idle");
});

test("silence and Cancel leave the menu", async () => {
	const b = await start("en");
	b.pressKey("up");
	await drawn(b, "menu");
	b.clock.advance(31_000);
	await drawn(b, "idle");
	b.pressKey("down");
	await drawn(b, "menu");
	b.pressKey("cancel");
	await drawn(b, "idle");
});
