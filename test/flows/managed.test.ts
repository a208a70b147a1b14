import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DownloadRecord } from "../../sim/bank/downloads.js";
import { BackupDesk } from "../../sim/management/backupDesk.js";
import { ManagementService } from "../../sim/management/managementService.js";
import { ManagementStore } from "../../sim/management/managementStore.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../sim/world/system.js";
import { TEST_AGREEMENT_SECRET, testSigner } from "../../sim/world/testBinding.js";
import { revocationLists } from "../../src/binding/certificates.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { parseHex } from "../../src/bytes/hex.js";
import { maskPan } from "../../src/bytes/pan.js";
import { screenText } from "../../src/display/screen.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { eventually, MemoryBroker } from "../management/linkWorld.js";
import { Attendant } from "./attendant.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "./bench.js";
import { aidRecord, caKeyRecords } from "./downloadRecords.js";
import { makeSaleWorld, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
/** Whom the bench's terminal is bound to. */
const ACQUIRER = testSigner(nodeCrypto, ACQUIRER_SEED);
const ID = TEST_TERMINAL_IDS.commandLine;
const LOCK: MessageBody<"command"> = { command: "lock", by: "fraud desk", reason: "card testing", call: "400 123" };
let world: Omit<BenchOptions, "crypto">;
let broker: MemoryBroker;
let store: ManagementStore;
let service: ManagementService;
let b: SaleBench;
const running: Promise<void>[] = [];

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

beforeEach(async () => {
	broker = new MemoryBroker();
	store = new ManagementStore(":memory:");
	b = bench();
	store.enrol(ID, b.terminal.identity().publicKeys);
	service = new ManagementService({
		backupDesk: new BackupDesk(store, TEST_AGREEMENT_SECRET, nodeCrypto, systemRandom),
		...{ link: broker.link(), store, signer: ACQUIRER, crypto: nodeCrypto },
		...{ clock: b.clock, log: text => b.log.push(text) },
	});
	await service.start();
	connect();
});

afterEach(async () => {
	b.terminal.stop();
	await Promise.all(running.splice(0));
	await service.stop();
	store.close();
});

function bench(more: Partial<BenchOptions> = {}): SaleBench {
	const configuration = withApplication(world.configuration, { tacDenial: "1010000000" });
	const made = new SaleBench({
		...{ ...world, configuration, crypto: nodeCrypto, serial: ID },
		managementLink: broker.link(),
		...more,
	});
	new Attendant(made);
	return made;
}

function connect(): void {
	running.push(b.terminal.management!.run());
}

const logged = () => [...b.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event);

async function ordered<K extends "command" | "hotCards" | "caKeys" | "aids" | "parameters" | "revocations" | "rules">(
	kind: K,
	body: MessageBody<K>,
) {
	const { sequence } = await service.order(ID, kind, body, { validMs: 60_000 });
	await eventually(() => store.order(ID, kind, sequence)?.answer !== undefined);
	return store.order(ID, kind, sequence)!.answer!;
}

describe("lock", () => {
	test("ends sales at once, before a card is asked for; the display says who, why and whom to call", async () => {
		expect(await ordered("command", LOCK)).toMatchObject({ done: true });
		const before = b.entries.length;
		expect(await b.sale(100)).toMatchObject({
			...{ outcome: "declined", status: "declined", online: false },
			reason: "the terminal is locked by fraud desk: card testing; call 400 123",
		});
		expect(b.entries).toHaveLength(before);
		expect(screenText(b.screens.at(-1)!)).toMatch(/Locked[\s\S]*fraud desk: card testing[\s\S]*400 123/);
		expect(b.screenNames()).not.toContain("insertCard");
	});

	test("holds after a power cut and after the line is gone, until the bank releases it", async () => {
		await ordered("command", LOCK);
		b.terminal.stop();
		broker.isDown = true;
		b.restart();
		expect(await b.sale(100)).toMatchObject({ status: "declined" });
		broker.isDown = false;
		connect();
		const attendant = new Attendant(b);
		expect(await ordered("command", { command: "release", by: "fraud desk" })).toMatchObject({
			reason: "released by the bank: the merchant must agree at the terminal",
		});
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(attendant.asked).toBe(1); // no desk can judge the merchant's card here
		expect(logged()).toEqual([
			{ type: "opened", cause: "remoteLock", detail: "card testing", by: "fraud desk", call: "400 123" },
			{ type: "factor", incident: 1, factor: "bank", by: "fraud desk" },
			{ type: "factor", incident: 1, factor: "merchant", by: "supervisor" },
		]);
	});

	test("that the bank has released still needs the person at the terminal; without the bank that one is not even asked", async () => {
		await ordered("command", LOCK);
		const attendant = new Attendant(b, { passcodes: ["cancel"] });
		expect(await b.sale(100)).toMatchObject({ status: "declined" });
		expect(attendant.asked).toBe(0);
		await ordered("command", { command: "release", by: "fraud desk" });
		expect(await b.sale(100)).toMatchObject({ outcome: "cancelled" });
		expect(attendant.asked).toBe(1);
		await ordered("command", LOCK); // once more: all is asked for anew
		expect(await b.sale(100)).toMatchObject({ status: "declined" });
		expect(attendant.asked).toBe(1);
	});

	test.each([
		["what the link remembers", ["management"]],
		["the incident log", ["incidents.000000", "incidents.head"]],
		["the newest line of the incident log", ["incidents.000000"]],
		["all of these", ["management", "incidents.000000", "incidents.head", "monitor", "notices"]],
	])("is not undone by the removal of %s", async (_, files) => {
		await ordered("command", LOCK);
		b.terminal.stop();
		for (const name of files) b.disk.remove(name);
		b.clock.advance(60_000); // numbers of messages begin with the time of day
		b.restart();
		const attendant = new Attendant(b);
		expect(await b.sale(100)).toMatchObject({ status: "declined", name: undefined });
		expect(attendant.asked).toBe(0);
		connect();
		await ordered("command", { command: "release", by: "fraud desk" });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		const alerts = store.alerts(ID).filter(({ alert }) => alert === "stateLost");
		// The newest line alone is what a power cut leaves, too: it is written again from the head.
		expect(alerts).toHaveLength(files.includes("incidents.head") ? 1 : 0);
	});

	test("what is owed and the settlement still go to the bank", async () => {
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		await ordered("command", LOCK);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	});

	test("that comes during a sale waits for its end", async () => {
		let order: Promise<unknown> = Promise.resolve();
		b.onScreen = screen => {
			if (screen.name === "contactingBank") order = service.order(ID, "command", LOCK, { validMs: 60_000 });
		};
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		await order;
		await eventually(() => store.statuses()[0]?.status?.locked === true);
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ status: "declined" });
	});
});

describe("lists", () => {
	const pan = () => parseHex(world.account.pan.padEnd(20, "F"));

	test("a hot card is refused from the next sale on, after a restart too", async () => {
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(await ordered("hotCards", { records: [pan()] })).toMatchObject({ done: true, lines: ["hotCards: 1"] });
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
		b.terminal.stop();
		b.restart();
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
	});

	test("one with a wrong record is refused whole, and the one before stays", async () => {
		await ordered("hotCards", { records: [pan()] });
		const answer = await ordered("hotCards", { records: [parseHex("6226000000000010FFFF"), parseHex("00")] });
		expect(answer).toMatchObject({ done: false, reason: "hotCards: end within a card number" });
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
		expect(await ordered("caKeys", { records: [parseHex("9F0605A000000333")] })).toMatchObject({ done: false });
	});
});

describe("a list of the bank's is what the next sale goes by, and the one after a restart:", () => {
	/** The terminal as set up otherwise. */
	async function setUp(configuration: unknown): Promise<void> {
		b.terminal.stop();
		await Promise.all(running.splice(0));
		b = bench({ configuration });
		store.enrol(ID, b.terminal.identity().publicKeys);
		connect();
	}
	const records = (list: readonly DownloadRecord[]) => ({ records: list.map(({ record }) => record) });
	async function nowAndAfterRestart(check: () => Promise<void>): Promise<void> {
		b.removeCard();
		await check();
		b.terminal.stop();
		b.restart();
		new Attendant(b);
		await check();
	}

	test("CA keys", async () => {
		await setUp({ ...(world.configuration as object), caPublicKeys: [] });
		expect((await b.sale(100)).card!.tvr[0]! & 0x4c).not.toBe(0); // EMV 4.4 Book 3, Annex C5: SDA, DDA or CDA failed
		const keys = records(caKeyRecords(world.configuration));
		expect(await ordered("caKeys", keys)).toMatchObject({ done: true });
		await nowAndAfterRestart(async () => {
			const result = await b.sale(100);
			expect(result.outcome).toBe("approved");
			expect(result.card!.tvr[0]! & 0x4c).toBe(0);
		});
	});

	test("applications", async () => {
		await setUp(world.configuration);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		const denied = [aidRecord("A000000333010101"), aidRecord("A000000333010102", "FFFFFFFFFF")];
		expect(await ordered("aids", records(denied))).toMatchObject({ done: true });
		await nowAndAfterRestart(async () => {
			expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
		});
	});

	test("parameters", async () => {
		await setUp(world.configuration);
		const { invoice } = await b.sale(1_000);
		const tip = (tipMinor: number) => b.terminal.perform({ operation: "tip", amountMinor: 0, invoice, tipMinor });
		const parameters = { records: [asciiBytes("TIP_PERCENT=10")] };
		expect(await ordered("parameters", parameters)).toMatchObject({ done: true });
		await nowAndAfterRestart(async () => {
			expect(await tip(101)).toMatchObject({ status: "declined" });
		});
		expect(await tip(100)).toMatchObject({ status: "approved" });
	});
});

describe("revocations", () => {
	const SECONDS = Date.UTC(2026, 10, 22, 4) / 1000;
	const signed = (number: number, revoked: readonly Uint8Array[], signer = ACQUIRER) =>
		revocationLists.sign({ issuer: "Kassa test acquirer", issuedAt: SECONDS, number, revoked }, signer);

	test("of this terminal's certificate end its sales at once and for good; the display says so", async () => {
		const { serialNumber } = b.terminal.binding.certificate!;
		expect(await ordered("revocations", { list: signed(1, [new Uint8Array(8)]) })).toMatchObject({ done: true });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		b.removeCard();
		expect(await ordered("revocations", { list: signed(2, [serialNumber]) })).toMatchObject({ done: true });
		const asked = b.bank.received.length;
		expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "revoked" });
		expect(screenText(b.screens.at(-1)!)).toMatch(/revoked[\s\S]*\+86 21 0000 0000/i);
		b.terminal.stop();
		b.restart();
		expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "revoked" });
		expect(b.bank.received.length).toBe(asked);
	});

	test("that are older, or somebody else's, are refused with a sentence, and the bank is told", async () => {
		const { serialNumber } = b.terminal.binding.certificate!;
		await ordered("revocations", { list: signed(2, []) });
		expect(await ordered("revocations", { list: signed(1, [serialNumber]) })).toMatchObject({
			...{ done: false, reason: expect.stringContaining("number must be higher") },
		});
		const foreign = signed(3, [serialNumber], testSigner(nodeCrypto, 9));
		expect(await ordered("revocations", { list: foreign })).toMatchObject({ done: false });
		expect(await ordered("revocations", { list: signed(2, []) })).toMatchObject({ done: true }); // the same once more
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		await eventually(() => store.alerts(ID).filter(({ alert }) => alert === "listRefused").length === 2);
	});
});

describe("monitoring rules", () => {
	const RULE = {
		...{ name: "tried", says: { en: "Two sales", zh: "两笔" }, on: ["sale"], where: [], measure: "count" },
		...{ threshold: 2, windowSeconds: 60, quietSeconds: 0, actions: ["hold", "alertBank"] },
	};
	const set = (...rules: readonly object[]) => ({ set: encodeCbor({ limitsMinor: [], rules }) });
	const sellTwice = async () => {
		for (let i = 0; i < 2; i++) {
			await b.sale(100);
			b.removeCard();
		}
	};

	test("of the bank's are watched for at once and after a restart; the bank hears what they find", async () => {
		expect(await ordered("rules", set(RULE))).toMatchObject({ done: true });
		await sellTwice();
		expect(logged()).toEqual([{ type: "opened", cause: "hold", detail: "rule tried" }]);
		await eventually(() => store.alerts(ID).length === 1);
		expect(store.alerts(ID)[0]).toMatchObject({ alert: "rule", text: "Two sales (tried)", entry: 1 });
		expect(store.alerts(ID)[0]!.lines).toHaveLength(3);
		b.terminal.stop();
		b.restart();
		expect(b.terminal.monitor.rules.map(({ name }) => name)).toEqual(["tried"]);
	});

	test("with one wrong value are refused in whole, and those before stay; empty brings back the terminal's own", async () => {
		await ordered("rules", set(RULE));
		const wrong = await ordered("rules", set({ ...RULE, name: "other" }, { ...RULE, threshold: 99 }));
		expect(wrong).toMatchObject({ done: false, reason: expect.stringContaining("rules[1].threshold") });
		expect(await ordered("rules", { set: Uint8Array.of(0xff) })).toMatchObject({ done: false });
		expect(b.terminal.monitor.rules.map(({ name }) => name)).toEqual(["tried"]);
		expect(await ordered("rules", { set: new Uint8Array(0) })).toMatchObject({ done: true });
		expect(b.terminal.monitor.rules).toEqual([]);
		await sellTwice();
		expect(logged()).toEqual([]);
	});

	test("removed, they lock the terminal once, and the bank's retained ones are taken again", async () => {
		await ordered("rules", set(RULE));
		b.terminal.stop();
		b.disk.remove("monitor.rules");
		b.restart();
		const { monitor } = b.terminal;
		expect(monitor.incidents.state.open).toMatchObject([
			{ cause: "stateLost", detail: "the bank's monitoring rules were removed: those of the terminal hold" },
		]);
		expect(monitor.notices.next).toMatchObject({ kind: "alert", body: { alert: "stateLost" } });
		b.restart();
		expect(b.terminal.monitor.incidents.state.open).toHaveLength(1);
		connect();
		await eventually(() => b.terminal.monitor.rules.map(({ name }) => name).join() === "tried");
	});

	test("none, refused ones and the terminal's own again are not missed at a start", async () => {
		b.terminal.stop();
		b.restart();
		expect(b.terminal.monitor.locked).toBeUndefined();
		connect();
		expect(await ordered("rules", { set: Uint8Array.of(0xff) })).toMatchObject({ done: false });
		b.terminal.stop();
		b.restart();
		expect(b.terminal.monitor.locked).toBeUndefined();
		connect();
		expect(await ordered("rules", { set: new Uint8Array(0) })).toMatchObject({ done: true });
		b.terminal.stop();
		b.restart();
		expect(b.terminal.monitor.locked).toBeUndefined();
	});

	test("that were damaged on the medium lock the terminal, once: released it sells by its own, until the bank sends others", async () => {
		await ordered("rules", set(RULE));
		b.terminal.stop();
		b.disk.flip("monitor.rules", 50);
		b.restart();
		const lost = { type: "opened", cause: "stateLost" };
		expect(b.terminal.monitor.locked?.cause).toBe("stateLost");
		expect(b.terminal.monitor.rules).toEqual([]);
		b.restart(); // not released yet
		expect(b.terminal.monitor.locked).toMatchObject({ cause: "stateLost", missing: ["bank", "merchant"] });
		b.terminal.monitor.give("bank", "test");
		b.terminal.monitor.give("merchant", "test");
		expect(b.terminal.monitor.locked).toBeUndefined();
		b.restart();
		expect(b.terminal.monitor.locked).toBeUndefined();
		expect(logged().filter(({ type }) => type === "opened")).toMatchObject([lost]);
	});
});

describe.each([
	["bound to nobody", { isUnbound: true }, "notBound"],
	[
		"with the certificate of another one",
		{ binding: { terminal: { serial: "STOLEN", signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) } } },
		"foreign",
	],
] as const)("a terminal %s", (_, options, problem) => {
	test("takes nothing over the link", async () => {
		b.terminal.stop();
		await Promise.all(running.splice(0));
		b = bench(options);
		expect(b.terminal.bindingProblem).toBe(problem);
		store.enrol(ID, b.terminal.identity().publicKeys);
		connect();
		await eventually(() => b.terminal.management!.isConnected);
		await service.order(ID, "command", LOCK, { validMs: 60_000 });
		await service.order(ID, "hotCards", { records: [] });
		await eventually(() => b.log.filter(line => line.includes("somebody who is not known")).length >= 2);
		expect(b.terminal.monitor.locked).toBeUndefined();
	});
});

test("the self-check reads the journal and says what it found", async () => {
	await b.sale(100);
	b.removeCard();
	const { done, reason, lines } = await ordered("command", { command: "selfCheck", by: "help desk" });
	expect([done, reason]).toEqual([true, "Ready to sell"]);
	expect(lines.join("\n")).toMatch(/\+ Journal: [0-9]+ records, whole in both copies/);
	expect(lines.join("\n")).toContain("+ Line to the bank: the bank answers");
	await eventually(() => store.reports(ID, "checkReport").length === 1);
	expect(store.reports(ID, "checkReport")[0]).toMatchObject({ blocking: [] });
});

test("the bank gets every entry of a sale, with the card masked and nothing that opens it", async () => {
	await b.sale(12_850);
	await eventually(() => store.records(ID).length === b.terminal.journal.lastRecord);
	const entries = store.records(ID).flatMap(({ record }) => decodeCbor(record) as JournalEntry[]);
	expect(entries.map(({ type }) => type)).toEqual([...b.terminal.journal.entries()].map(({ type }) => type));
	expect(entries.find(({ type }) => type === "closed")).toMatchObject({ outcome: "approved" });
	const text = broker.published.map(({ payload }) => String.fromCharCode(...payload)).join("");
	expect(text).not.toContain(world.account.pan);
	expect(text).toContain(maskPan(world.account.pan));
});

test("a sale that is ordered while the link's own work is under way waits for it, and is not refused", async () => {
	await ordered("command", { command: "selfCheck", by: "x" });
	void service.order(ID, "command", { command: "selfCheck", by: "x" }, { validMs: 60_000 });
	for (let i = 0; i < 40; i++) {
		const result = await b.sale(100 + i, { requestKey: String(i) });
		expect(result.outcome).toBe("approved");
		b.removeCard();
		if (i > 3) break;
	}
});
