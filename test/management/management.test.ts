import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { signMessage } from "../../src/management/signedMessage.js";
import { transact } from "../journal/testEntries.js";
import { ACQUIRER, eventually, LinkWorld, OWN, SUPPORT, TERMINAL, testKey } from "./linkWorld.js";

const LOCK: MessageBody<"command"> = { command: "lock", by: "fraud desk", reason: "card testing", call: "400 123" };
const RELEASE: MessageBody<"command"> = { command: "release", by: "fraud desk" };
const MINUTE = { validMs: 60_000 };
let world: LinkWorld;

beforeEach(async () => {
	world = new LinkWorld();
	await world.service.start();
});
afterEach(() => world.close());

const answerTo = async (
	body: MessageBody<"command">,
	options: Parameters<LinkWorld["service"]["order"]>[3] = MINUTE,
) => {
	const { sequence } = await world.service.order(TERMINAL, "command", body, options);
	await eventually(() => world.store.order(TERMINAL, "command", sequence)?.answer !== undefined);
	return world.store.order(TERMINAL, "command", sequence)!.answer!;
};
const status = () => world.store.statuses()[0]!;

describe("commands", () => {
	test("lock and release say who and whom to call; the status goes with them", async () => {
		world.start();
		expect(await answerTo(LOCK)).toEqual({ done: true, reason: "locked: no sales", lines: [] });
		expect(world.lock).toMatchObject({ by: "fraud desk", reason: "card testing", call: "400 123" });
		await eventually(() => status().status?.locked === true);
		await world.stop();
		world.boot();
		expect(world.lock).toMatchObject({ by: "fraud desk", call: "400 123" });
		world.start();
		expect(await answerTo(RELEASE)).toMatchObject({ done: true, reason: "released by fraud desk" });
		expect(world.lock).toBeUndefined();
		expect(await answerTo(RELEASE)).toMatchObject({ done: true, reason: "it was not locked" });
	});

	test("sync, self-check and update are answered with what came of them", async () => {
		world.start();
		expect(await answerTo({ command: "sync", by: "help desk" })).toMatchObject({ done: true });
		expect(await answerTo({ command: "selfCheck", by: "help desk" })).toEqual({
			...{ done: true, reason: "all is well", lines: ["journal: whole"] },
		});
		expect(await answerTo({ command: "update", by: "help desk", version: "0.2.0" })).toMatchObject({
			...{ done: false, reason: "there is no way to install 0.2.0" },
		});
	});

	test("the help desk may look, not lock; a command that nobody knows is refused", async () => {
		world.start();
		await world.service.order(TERMINAL, "configuration", { supportKey: SUPPORT.publicKey });
		await eventually(() => world.state.stored.supportKey !== undefined);
		expect(await answerTo({ command: "selfCheck", by: "x" }, { ...MINUTE, signer: SUPPORT.signer })).toMatchObject({
			done: true,
		});
		expect(await answerTo(LOCK, { ...MINUTE, signer: SUPPORT.signer })).toMatchObject({
			...{ done: false, reason: "the support may not order lock" },
		});
		expect(await answerTo({ command: "format", by: "x" })).toMatchObject({ done: false });
		expect(await answerTo({ ...LOCK, by: "\u001b[2J" })).toMatchObject({ done: false });
		expect(world.lock).toBeUndefined();
	});

	test("the help desk is nobody as long as the acquirer has not named it; it cannot name itself", async () => {
		world.start();
		await eventually(() => world.management.isConnected);
		await world.service.order(
			TERMINAL,
			"command",
			{ command: "selfCheck", by: "x" },
			{ ...MINUTE, signer: SUPPORT.signer },
		);
		const itself = { supportKey: SUPPORT.publicKey };
		await world.service.order(TERMINAL, "configuration", itself, { signer: SUPPORT.signer });
		await eventually(() => world.log.filter(line => line.includes("somebody who is not known")).length === 2);
		expect(world.state.stored.supportKey).toBeUndefined();
	});

	test("a terminal that is bound to nobody takes nothing, and everything again once it is bound", async () => {
		world.bank = undefined;
		world.start();
		await eventually(() => world.management.isConnected);
		await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] });
		await world.service.order(TERMINAL, "command", LOCK, MINUTE);
		await eventually(() => world.log.filter(line => line.includes("somebody who is not known")).length >= 2);
		expect([world.lists.size, world.lock]).toEqual([0, undefined]);
		world.bank = { signingKey: ACQUIRER.publicKey };
		expect(await answerTo(LOCK)).toMatchObject({ done: true });
	});

	test("a list that the help desk signed is refused, and one that somebody else signed", async () => {
		world.start();
		await eventually(() => world.management.isConnected);
		await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] }, { signer: SUPPORT.signer });
		await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] }, { signer: testKey(9).signer });
		await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] }, { signer: OWN.signer });
		await eventually(() => world.log.filter(line => line.includes("somebody who is not known")).length === 3);
		expect(world.lists.size).toBe(0);
	});

	test("a command after its time, and one without a limit, do nothing", async () => {
		world.start();
		await eventually(() => world.management.isConnected);
		await world.service.order(TERMINAL, "command", LOCK, { validMs: 0 });
		await world.service.order(TERMINAL, "command", LOCK);
		await eventually(() => world.log.some(line => line.includes("came too late")));
		await eventually(() => world.log.some(line => line.includes("without a time limit")));
		expect(world.lock).toBeUndefined();
	});

	test("one that was given while the terminal was away is done when it comes", async () => {
		const order = await world.service.order(TERMINAL, "command", LOCK, MINUTE);
		expect(world.lock).toBeUndefined();
		world.start();
		await eventually(() => world.store.order(TERMINAL, "command", order.sequence)?.answer !== undefined);
		expect(world.lock).toBeDefined();
	});

	test("never while something is under way", async () => {
		world.start();
		await eventually(() => world.management.isConnected);
		let end = () => {};
		world.busy = new Promise<void>(resolve => {
			end = resolve;
		});
		await world.service.order(TERMINAL, "command", LOCK, MINUTE);
		await new Promise(resolve => setTimeout(resolve, 50));
		expect(world.lock).toBeUndefined();
		end();
		await eventually(() => world.lock !== undefined);
	});
});

describe("replay", () => {
	test("a lock that is said again after its release stays released, across a restart too", async () => {
		world.start();
		await answerTo(LOCK);
		const replayed = world.broker.published.find(({ topic }) => topic.endsWith("down/command"))!;
		await answerTo(RELEASE);
		world.broker.deliver(replayed);
		await eventually(() => world.log.some(line => line.includes("older than another")));
		expect(world.lock).toBeUndefined();
		await world.stop();
		world.boot();
		world.start();
		await eventually(() => world.management.isConnected);
		world.broker.deliver(replayed);
		await eventually(() => world.log.filter(line => line.includes("older than another")).length === 2);
		expect(world.lock).toBeUndefined();
	});

	test("a command that comes twice is done once and answered twice", async () => {
		world.start();
		await answerTo({ command: "selfCheck", by: "x" });
		const again = world.broker.published.find(({ topic }) => topic.endsWith("down/command"))!;
		const answers = () => world.broker.published.filter(({ topic }) => topic.endsWith("up/answer")).length;
		world.broker.deliver(again);
		await eventually(() => answers() === 2);
		expect(world.log.filter(line => line.includes("ordered selfCheck"))).toHaveLength(1);
	});

	test("the bank takes each message of a terminal once, and none of another's key", async () => {
		world.start();
		await eventually(() => status().online);
		const first = world.broker.published.find(({ topic }) => topic.endsWith("up/status"))!;
		const { taken } = world.service;
		world.broker.deliver(first);
		const head = { sequence: 2 ** 50, issuedAt: 1 };
		world.broker.deliver(signMessage(TERMINAL, "lost", head, { connection: 2 ** 50 }, testKey(9).signer));
		world.broker.deliver(signMessage("KASSA009", "lost", head, { connection: 2 ** 50 }, OWN.signer));
		await eventually(() => world.refused.length === 3);
		expect(world.refused).toEqual([
			"kassa/1/KASSA001/up/status: the message was replayed, or came too late",
			"kassa/1/KASSA001/up/lost: the signature of the message is wrong",
			"kassa/1/KASSA009/up/lost: there is no such terminal",
		]);
		expect(world.service.taken).toBe(taken);
		expect(status().online).toBe(true);
	});

	test("numbers rise through power cuts at every write", async () => {
		const used: number[] = [];
		for (let cut = 0; cut < 12; cut++) {
			for (let i = 0; i < 100; i++) {
				try {
					if (i === 20) world.disk.cutAfter(cut % 3);
					used.push(world.state.nextSequence());
				} catch {
					break;
				}
			}
			world.boot();
		}
		expect(used.length).toBeGreaterThan(200);
		expect(used).toEqual([...used].sort((a, b) => a - b));
		expect(new Set(used).size).toBe(used.length);
	});

	test("a state that was damaged is told to the terminal, and its numbers go on above those used", async () => {
		const before = world.state.nextSequence();
		world.state.take("command", 5);
		world.disk.flip("management", 60);
		await new Promise(resolve => setTimeout(resolve, 70));
		world.boot();
		expect(world.lost).toEqual(["the state of the management link was damaged"]);
		expect(world.state.nextSequence()).toBeGreaterThan(before);
	});
});

describe("lists and settings", () => {
	test("what is retained holds after the terminal has come; the newest counts", async () => {
		await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] });
		const aids = await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(2), Uint8Array.of(3)] });
		await world.service.order(TERMINAL, "configuration", { syncSeconds: 5 });
		const revoked = await world.service.order(TERMINAL, "revocations", { list: Uint8Array.of(9) });
		world.start();
		await eventually(() => world.store.order(TERMINAL, "revocations", revoked.sequence)?.answer !== undefined);
		await eventually(() => world.lists.has("aids") && world.state.stored.syncSeconds === 5);
		expect(world.lists.get("aids")).toEqual([Uint8Array.of(2), Uint8Array.of(3)]);
		expect(world.revocations).toEqual(Uint8Array.of(9));
		expect(world.state.stored.statusSeconds).toBe(300);
		expect(world.store.order(TERMINAL, "aids", aids.sequence)?.answer).toEqual({
			done: true,
			reason: "in use",
			lines: ["aids: 2"],
		});
		await world.stop();
		world.boot();
		world.start();
		await eventually(() => world.management.isConnected);
		await eventually(() => status().online);
		expect(world.done).toEqual(["aids"]); // the broker says it again, and it is not done again
	});

	test("a wrong list is answered with why, alerted, and the one before stays", async () => {
		world.start();
		await world.service.order(TERMINAL, "caKeys", { records: [Uint8Array.of(1)] });
		const wrong = await world.service.order(TERMINAL, "caKeys", { records: [new Uint8Array(0)] });
		await eventually(() => world.store.order(TERMINAL, "caKeys", wrong.sequence)?.answer !== undefined);
		expect(world.store.order(TERMINAL, "caKeys", wrong.sequence)?.answer).toMatchObject({
			done: false,
			reason: "a record is empty",
		});
		expect(world.lists.get("caKeys")).toEqual([Uint8Array.of(1)]);
		await eventually(() => world.store.alerts(TERMINAL).length === 1);
		expect(world.store.alerts(TERMINAL)[0]!.text).toBe("caKeys: a record is empty");
		await eventually(() => world.notices.waiting.length === 0);
	});
});

describe("the line", () => {
	test("comes back after it broke, and the bank knows the difference", async () => {
		world.start();
		await eventually(() => status().online);
		world.broker.isDown = true;
		world.broker.cut(TERMINAL);
		await eventually(() => !status().online);
		world.broker.isDown = false;
		await eventually(() => status().online);
		await world.stop();
		await eventually(() => !status().online);
		expect(status().status?.online).toBe(false); // it has said good-bye
	});

	test("a last will of an earlier connection says nothing about this one", async () => {
		world.start();
		await eventually(() => status().online);
		const { connection } = status().status!;
		world.broker.cut(TERMINAL);
		await eventually(() => status().online && status().status!.connection > connection);
		world.broker.published.length = 0;
		expect(status().online).toBe(true);
	});

	test("alerts wait for the bank and come once, in their order, also across a restart", async () => {
		await world.service.stop();
		world.notices.alert("fault", "the journal cannot be written");
		world.boot();
		world.notices.alert("storageFull", "the storage is full", ["settle first"]);
		world.start();
		await eventually(() => world.management.isConnected);
		await world.service.start();
		await eventually(() => world.notices.waiting.length === 0);
		expect(world.store.alerts(TERMINAL)).toMatchObject([
			{ alert: "fault", text: "the journal cannot be written", lines: [], entry: 7 },
			{ alert: "storageFull", lines: ["settle first"], hash: "00".repeat(32) },
		]);
	});

	test("an alert is the next message, before the journal, when it comes up while the line stands", async () => {
		world.start();
		await eventually(() => status().online);
		transact(world.journal);
		world.broker.published.length = 0;
		world.notices.alert("fault", "now");
		world.management.sync();
		await eventually(() => world.management.kept === world.journal.lastRecord);
		expect(world.broker.published.find(({ topic }) => topic.includes("/up/"))?.topic).toMatch(/up\/alert$/);
	});

	test("reports of days and of self-checks are kept by the bank, after the alerts", async () => {
		world.notices.dayReport({ day: "2026-11-22", score: 12, level: "low", report: "{}" });
		world.notices.checkReport({ blocking: ["storage"], results: ["storage failed: full"] });
		world.notices.alert("selfCheckFailed", "storage");
		world.start();
		await eventually(() => world.notices.waiting.length === 0);
		expect(world.store.reports(TERMINAL, "dayReport")).toMatchObject([{ day: "2026-11-22", score: 12 }]);
		expect(world.store.reports(TERMINAL, "checkReport")).toMatchObject([{ blocking: ["storage"] }]);
		const told = world.broker.published.flatMap(
			({ topic }) => /up\/(alert|dayReport|checkReport)$/.exec(topic)?.[1] ?? [],
		);
		expect(told).toEqual(["alert", "dayReport", "checkReport"]);
	});

	test("wrong rules and a wrong list of revocations are refused, and the bank hears of it", async () => {
		world.start();
		const rules = await world.service.order(TERMINAL, "rules", { set: Uint8Array.of(1) });
		const list = await world.service.order(TERMINAL, "revocations", { list: new Uint8Array(0) });
		await eventually(() => world.store.alerts(TERMINAL).length === 2);
		expect(world.store.order(TERMINAL, "rules", rules.sequence)?.answer).toMatchObject({ done: false });
		expect(world.store.order(TERMINAL, "revocations", list.sequence)?.answer?.reason).toBe("the list is empty");
		expect([world.rules, world.revocations]).toEqual([undefined, undefined]);
		await world.service.order(TERMINAL, "rules", { set: Uint8Array.of(1, 2) });
		await eventually(() => world.rules !== undefined);
	});
});

test("the journal comes to the bank while the terminal runs", async () => {
	transact(world.journal);
	world.start();
	await eventually(() => world.management.kept === world.journal.lastRecord);
	transact(world.journal);
	world.management.sync();
	await eventually(() => world.management.kept === world.journal.lastRecord);
	expect(world.store.records(TERMINAL)).toHaveLength(world.journal.lastRecord);
});
