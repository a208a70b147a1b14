import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arrives, MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { latin1Text } from "../../src/bytes/bytes.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { type IncidentEvent, terminalState } from "../../src/monitor/incident.js";
import { exportIncidents, verifyExport } from "../../src/monitor/incidentExport.js";
import { IncidentLog } from "../../src/monitor/incidentLog.js";

const LOG = "incidents.000000";
const AT = Date.UTC(2026, 10, 22, 4);
const DEVICE_KEY = new Uint8Array(32).fill(7);
const EVENTS: readonly IncidentEvent[] = [
	{ type: "opened", cause: "hold", detail: "rule cardTesting" },
	{ type: "refused", factor: "supervisor", detail: "wrong passcode" },
	{ type: "factor", incident: 1, factor: "supervisor", by: "supervisor" },
	{ type: "opened", cause: "functionLock", detail: "rule refundRatio", locks: ["refund"] },
	{ type: "noted", detail: "drill" },
];

class World {
	readonly disk: MemoryDisk;
	readonly slots: KeySlots;
	readonly seal: Seal;
	readonly #random = new SeededRandom(5);

	constructor(disk = new MemoryDisk()) {
		this.disk = disk;
		this.slots = new KeySlots({ storage: disk, random: this.#random, crypto: nodeCrypto }, DEVICE_KEY);
		this.seal = new Seal(this.slots, this.#random);
	}

	open(withKeys = true): IncidentLog {
		return new IncidentLog({ storage: this.disk, crypto: nodeCrypto, ...(withKeys && { seal: this.seal }) });
	}

	identity(): TerminalIdentity {
		return new TerminalIdentity(this.slots, { crypto: nodeCrypto, random: this.#random });
	}
}

function written(): World {
	const world = new World();
	const log = world.open();
	for (const [i, event] of EVENTS.entries()) log.append(AT + i, event);
	return world;
}

const linesOf = ({ disk }: World) =>
	latin1Text(disk.read(LOG, 0, disk.size(LOG)!))
		.split("\n")
		.slice(0, -1);
const rewrite = (world: World, lines: readonly string[]) =>
	world.disk.replace(LOG, new TextEncoder().encode(lines.map(line => `${line}\n`).join("")));

test("what was written is there after a restart, whole and with its state", () => {
	const log = written().open();
	expect(log.verify()).toEqual({ entries: EVENTS.length, problems: [] });
	expect([...log.lines()].map(line => JSON.parse(line).event)).toEqual(EVENTS);
	expect(log.state.open.map(({ cause, locks }) => [cause, locks])).toEqual([["functionLock", ["refund"]]]);
	expect(terminalState(log.state)).toBe("restricted");
	expect(log.newest.number).toBe(EVENTS.length);
});

describe("a power cut at any operation", () => {
	const arrivals: readonly (readonly [string, Arrives])[] = [
		["nothing", () => 0],
		["everything", unflushed => unflushed],
		["half", unflushed => Math.floor(unflushed / 2)],
		["all but a byte", unflushed => unflushed - 1],
	];
	test.each(arrivals)("of which %s arrived leaves the event or not, and nothing to complain of", (_, arrives) => {
		for (const zeros of [false, true])
			for (let cut = 0; cut < 3; cut++) {
				const world = written();
				world.disk.leavesZeros = zeros;
				const log = world.open();
				world.disk.cutAfter(cut, arrives);
				expect(() => log.append(AT, { type: "opened", cause: "localLock", detail: "menu" })).toThrow(PowerCut);
				world.disk.restart();
				const again = world.open();
				expect(again.verify().problems).toEqual([]);
				expect([EVENTS.length, EVENTS.length + 1]).toContain(again.newest.number);
				again.append(AT, { type: "noted", detail: "goes on" });
				expect(world.open().verify()).toEqual({ entries: again.newest.number, problems: [] });
			}
	});

	test("with the very first event is no reason to suspect anybody", () => {
		for (let cut = 0; cut < 3; cut++) {
			const world = new World();
			const log = world.open();
			world.disk.cutAfter(cut, unflushed => unflushed);
			expect(() => log.append(AT, EVENTS[0]!)).toThrow(PowerCut);
			world.disk.restart();
			expect(world.open().verify().problems).toEqual([]);
		}
	});

	test("a storage that was full for a while leaves no half line", () => {
		const world = written();
		const log = world.open();
		world.disk.capacityBytes = world.disk.list().reduce((sum, name) => sum + world.disk.size(name)!, 0) + 20;
		expect(() => log.append(AT, EVENTS[0]!)).toThrow("full");
		world.disk.capacityBytes = Number.POSITIVE_INFINITY;
		log.append(AT, EVENTS[0]!);
		expect(world.open().verify()).toEqual({ entries: EVENTS.length + 1, problems: [] });
	});
});

describe("a log that grows and grows", () => {
	const drill = (i: number): IncidentEvent => ({
		type: "noted",
		detail: `drill ${i}, with a sentence of some length to it`,
	});
	const grown = (world: World, entries: number): IncidentLog => {
		const log = world.open();
		log.append(AT, { type: "opened", cause: "remoteLock", detail: "test", by: "fraud desk", call: "1" });
		for (let i = 1; i < entries; i++) log.append(AT + i, drill(i));
		return log;
	};
	const bytes = ({ disk }: World) =>
		disk.list().reduce((sum, name) => sum + (name.startsWith("incidents") ? disk.size(name)! : 0), 0);

	test("takes no more room than four segments, forgets its oldest entries, and never that the terminal is locked", () => {
		const world = new World();
		grown(world, 2_000);
		expect(bytes(world)).toBeLessThan(80_000);
		const again = world.open();
		expect(again.verify()).toEqual({ entries: 2_000, problems: [] });
		expect(again.base.number).toBeGreaterThan(1_500);
		expect([...again.lines()]).toHaveLength(2_000 - again.base.number);
		expect(again.state.open).toMatchObject([{ number: 1, cause: "remoteLock", by: "fraud desk", detail: "test" }]);
	});

	test("is as whole after a power cut at any write while a segment begins and another one goes", () => {
		const whole = new World();
		const log = grown(whole, 300);
		let entries = 300;
		for (const from = log.base.number; log.base.number === from; entries++) log.append(AT + entries, drill(entries));
		// One entry before that: the next one begins a segment.
		for (let cut = 0; cut < 6; cut++)
			for (const zeros of [false, true]) {
				const world = new World();
				const cutLog = grown(world, entries - 1);
				world.disk.leavesZeros = zeros;
				world.disk.cutAfter(cut, unflushed => Math.floor(unflushed / 2));
				try {
					for (let i = 0; i < 3; i++) cutLog.append(AT, drill(entries + i));
				} catch (error) {
					expect(error).toBeInstanceOf(PowerCut);
				}
				world.disk.restart();
				const again = world.open();
				expect(again.verify().problems).toEqual([]);
				expect(again.state.open).toMatchObject([{ cause: "remoteLock" }]);
				again.append(AT, drill(0));
				expect(world.open().verify()).toEqual({ entries: again.newest.number, problems: [] });
			}
	});

	test("of which a segment, its newest lines or its head are taken away says so", () => {
		for (const spoil of [
			({ disk }: World) =>
				disk.remove(
					disk
						.list()
						.filter(name => /^incidents\.[0-9]/.test(name))
						.sort()[0]!,
				),
			({ disk }: World) =>
				disk.remove(
					disk
						.list()
						.filter(name => /^incidents\.[0-9]/.test(name))
						.sort()[1]!,
				),
			({ disk }: World) =>
				disk.remove(
					disk
						.list()
						.filter(name => /^incidents\.[0-9]/.test(name))
						.sort()
						.at(-1)!,
				),
			({ disk }: World) => disk.remove("incidents.head"),
		]) {
			const world = new World();
			grown(world, 500);
			spoil(world);
			expect(world.open().verify().problems).not.toEqual([]);
		}
	});

	test("is exported with how much was forgotten, under the same signature", () => {
		const world = new World();
		const log = grown(world, 500);
		const { signing } = world.identity().publicKeys;
		const exported = [...exportIncidents(log, world.identity())];
		expect(verifyExport(nodeCrypto, exported, signing)).toMatchObject({
			...{ entries: 500, forgotten: log.base.number, problems: [] },
		});
		for (const wrong of [
			exported.slice(1),
			[exported[0]!, ...exported.slice(2)],
			[exported[0]!.replace(/:[0-9]+/, ":1"), ...exported.slice(1)],
			[exported[0]!.replace(/"hash":"../, '"hash":"00'), ...exported.slice(1)],
		])
			expect(verifyExport(nodeCrypto, wrong, signing).problems).not.toEqual([]);
	});

	test("can be gone on with after the keys went", () => {
		const world = new World();
		grown(world, 500);
		world.open(false).append(AT + 600, { type: "opened", cause: "tamper", detail: "case" });
		const again = world.open();
		expect(again.found).toEqual([]);
		expect(again.verify()).toEqual({ entries: 501, problems: [] });
	});
});

describe("what was done to the log is found", () => {
	test("any byte changed", () => {
		fc.assert(
			fc.property(fc.nat(10_000), at => {
				const world = written();
				world.disk.flip(LOG, at % world.disk.size(LOG)!);
				expect(world.open().verify().problems).not.toEqual([]);
			}),
			{ numRuns: 200 },
		);
	});

	test("any line removed, doubled, moved, or exchanged with another", () => {
		const lines = linesOf(written());
		const tries: string[][] = [];
		for (let i = 0; i < lines.length; i++) {
			tries.push(
				lines.filter((_, k) => k !== i),
				[...lines.slice(0, i), lines[i]!, ...lines.slice(i)],
			);
			for (let k = 0; k < i; k++)
				tries.push(lines.map((line, n) => (n === i ? lines[k]! : n === k ? lines[i]! : line)));
		}
		for (const changed of tries) {
			const world = written();
			rewrite(world, changed);
			expect(world.open().verify().problems).not.toEqual([]);
		}
		expect(tries.length).toBe(20);
	});

	test("a whole other log with right hashes, also of the same length", () => {
		const other = new World();
		const log = other.open();
		for (const [i, event] of EVENTS.entries()) log.append(AT + i + 1, event);
		const world = written();
		rewrite(world, linesOf(other));
		expect(world.open().verify().problems).toEqual([
			`the log ends with entry 5, and not with entry 5 as it was written`,
		]);
	});

	test("all of it removed, or what it must hold removed", () => {
		const removed = written();
		removed.disk.remove(LOG);
		expect(removed.open().found).toEqual(["the log ended before entry 5: lines were removed"]);
		const headless = written();
		headless.disk.remove("incidents.head");
		expect(headless.open().found).toEqual(["what the log must hold was removed: the log may have been exchanged"]);
	});

	test("what it must hold put in its place in the clear", () => {
		const world = written();
		const unsealed = new World();
		const log = unsealed.open(false);
		log.append(AT, EVENTS[4]!);
		world.disk.replace(
			"incidents.head",
			unsealed.disk.read("incidents.head", 0, unsealed.disk.size("incidents.head")!),
		);
		expect(world.open().found).not.toEqual([]);
	});

	test("an incident that was opened holds even when a line before it was changed", () => {
		const world = written();
		world.disk.remove("incidents.head");
		world.disk.flip(LOG, 12);
		expect(terminalState(world.open().state)).toBe("restricted");
	});
});

describe("without keys", () => {
	test("a tamper event is logged after the keys went, and the log is whole when there are keys again", () => {
		const world = written();
		const log = world.open(false);
		log.append(AT + 10, { type: "opened", cause: "tamper", detail: "case" });
		expect(terminalState(world.open(false).state)).toBe("zeroised");
		const again = world.open();
		expect(again.found).toEqual([]);
		again.append(AT + 20, { type: "factor", incident: 6, factor: "rebinding", by: "bank" });
		expect(terminalState(again.state)).toBe("restricted");
		expect(world.open().verify()).toEqual({ entries: 7, problems: [] });
	});
});

describe("an export", () => {
	const world = written();
	const exported = [...exportIncidents(world.open(), world.identity())];

	test("is whole, and says who signed it", () => {
		const { signing } = world.identity().publicKeys;
		const report = verifyExport(nodeCrypto, exported, signing);
		expect(report).toMatchObject({ entries: 5, problems: [] });
		expect(report.signedBy).toHaveLength(64);
	});

	test.each([
		["changed", exported.map(line => line.replace("cardTesting", "cardtesting"))],
		["without its first line", exported.slice(1)],
		["without its last entry", [...exported.slice(0, 4), exported[5]!]],
		["without its signature", exported.slice(0, -1)],
		["with a foreign line", [...exported.slice(0, 2), "{}", ...exported.slice(2)]],
		["empty", []],
	])("%s is found", (_, lines) => {
		const { problems, signedBy } = verifyExport(nodeCrypto, lines);
		expect(problems).not.toEqual([]);
		expect(problems.some(problem => problem.includes("signature")) || signedBy !== undefined).toBe(true);
	});

	test("of another terminal is told from this one's", () => {
		expect(verifyExport(nodeCrypto, exported, new Uint8Array(32)).problems).toEqual([
			"it is signed by another terminal",
		]);
	});
});
