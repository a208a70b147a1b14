import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arrives, MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes, latin1Text } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { makeEntry } from "../../src/journal/hashChain.js";
import type { LogHead } from "../../src/journal/logHead.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { type IncidentEvent, type IncidentState, terminalState } from "../../src/monitor/incident.js";
import { exportIncidents, verifyExport } from "../../src/monitor/incidentExport.js";
import { IncidentLog } from "../../src/monitor/incidentLog.js";
import { logZeroisation } from "../../src/monitor/logZeroisation.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";

const LOG = "incidents.000000";
const HEAD = "incidents.head";
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
	seal: Seal;
	readonly #random = new SeededRandom(5);

	constructor(disk = new MemoryDisk()) {
		this.disk = disk;
		this.slots = new KeySlots({ storage: disk, random: this.#random, crypto: nodeCrypto }, DEVICE_KEY);
		this.seal = new Seal(this.slots, this.#random);
	}

	open(withKeys = true): IncidentLog {
		const ports = { storage: this.disk, crypto: nodeCrypto, keysAreNew: this.slots.logsAreUnsealed };
		return new IncidentLog({ ...ports, ...(withKeys && { seal: this.seal }) });
	}

	/** Somebody gets at its inside. */
	zeroise(): void {
		this.slots.zeroise({ cause: "case", at: AT + 10 });
		logZeroisation({ storage: this.disk, crypto: nodeCrypto }, this.slots.zeroisation!);
	}

	/** As its service does it, and the first start after that. */
	serviced(): IncidentLog {
		this.slots.renew();
		this.seal = new Seal(this.slots, this.#random);
		const log = this.open();
		log.keep();
		this.slots.logsSealed();
		return log;
	}

	/** What it must hold, as a file of this terminal says it, whoever wrote that. */
	get head(): LogHead<IncidentState> {
		const [bytes] = decodeCbor(this.disk.read(HEAD, 0, this.disk.size(HEAD)!)) as [Uint8Array];
		return decodeCbor(bytes) as LogHead<IncidentState>;
	}

	/** Writes lines with right hashes behind the newest, as who has no key can. */
	forge(events: readonly IncidentEvent[], name = LOG): void {
		let before: { readonly number: number; readonly hash: string } = this.head;
		for (const event of events) {
			const { entry, line } = makeEntry(nodeCrypto, before, AT + 50, event);
			this.disk.append(name, asciiBytes(`${line}\n`));
			before = entry;
		}
		this.disk.flush(name);
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
		world.zeroise();
		const again = world.serviced();
		expect(again.found).toEqual([]);
		expect(again.verify()).toEqual({ entries: 501, problems: [] });
		// The lock is in no line any more.
		expect([...again.lines()].join("")).not.toContain("remoteLock");
		expect(again.state.open).toMatchObject([
			{ number: 1, cause: "remoteLock", by: "fraud desk", missing: ["bank", "merchant"] },
			{ number: 501, cause: "tamper", missing: ["rebinding"] },
		]);
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
			const { problems } = world.open().verify();
			// The newest line alone: a power cut leaves the same, and nothing of it is lost.
			if (changed.join() === lines.slice(0, -1).join()) expect([problems, linesOf(world)]).toEqual([[], lines]);
			else expect(problems).not.toEqual([]);
		}
		expect(tries.length).toBe(20);
	});

	test("a whole other log with right hashes, also of the same length", () => {
		const other = new World();
		const log = other.open();
		for (const [i, event] of EVENTS.entries()) log.append(AT + i + 1, event);
		const world = written();
		rewrite(world, linesOf(other));
		const again = world.open();
		expect(again.found).toEqual(["entry 5 was changed"]);
		expect(again.verify().problems).toEqual(["entry 5 was changed", "the line behind entry 4 does not belong there"]);
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
		world.disk.replace(HEAD, unsealed.disk.read(HEAD, 0, unsealed.disk.size(HEAD)!));
		expect(world.open().found).not.toEqual([]);
	});

	test("an incident that was opened holds even when a line before it was changed", () => {
		const world = written();
		world.disk.remove("incidents.head");
		world.disk.flip(LOG, 12);
		expect(terminalState(world.open().state)).toBe("restricted");
	});
});

const LOCK: IncidentEvent = { type: "opened", cause: "remoteLock", detail: "test", by: "fraud desk", call: "1" };
const RELEASE: readonly IncidentEvent[] = [
	{ type: "factor", incident: 1, factor: "bank", by: "bank" },
	{ type: "factor", incident: 1, factor: "merchant", by: "merchant" },
];

function locked(): World {
	const world = new World();
	world.open().append(AT, LOCK);
	return world;
}

describe("a lock is not undone by who writes the flash: a line with the right hash added behind the last", () => {
	test.each([
		["in the newest segment", LOG],
		["in a segment of its own", "incidents.000001"],
	])("%s is no entry, and is told of", (_, name) => {
		const world = locked();
		world.forge(RELEASE, name);
		const again = world.open();
		expect(again.found).toEqual(["something was added behind entry 1"]);
		expect(again.state.open).toMatchObject([{ cause: "remoteLock", missing: ["bank", "merchant"] }]);
		expect(again.verify()).toEqual({ entries: 1, problems: ["something was added behind entry 1"] });
		again.append(AT + 60, { type: "noted", detail: "goes on" });
		expect(world.open().verify()).toEqual({ entries: 2, problems: [] });
	});

	test("while the terminal runs is found by the next self-check, and by no entry mistaken for its own", () => {
		const world = locked();
		const log = world.open();
		world.forge(RELEASE);
		expect(log.verify().problems).toEqual(["something was added behind entry 1"]);
		expect([...log.lines()]).toHaveLength(1);
		log.append(AT + 60, { type: "noted", detail: "goes on" });
		expect(world.open().verify()).toEqual({ entries: 2, problems: [] });
	});

	test("in the place of the newest one, which is put back", () => {
		const world = locked();
		const log = world.open();
		const [opened] = log.lines();
		log.append(AT + 1, EVENTS[4]!);
		rewrite(world, [opened!]);
		const { line } = makeEntry(nodeCrypto, JSON.parse(opened!), AT + 1, RELEASE[0]!);
		world.disk.append(LOG, asciiBytes(`${line}\n`));
		const again = world.open();
		expect(again.found).toHaveLength(1);
		expect([...again.lines()].map(each => JSON.parse(each).event)).toEqual([LOCK, EVENTS[4]]);
	});
});

describe("a lock is not undone by what it must hold, put there by who has no key", () => {
	const unlocked = (head: LogHead<IncidentState>): LogHead<IncidentState> => {
		const tamper = { number: 1, cause: "tamper", detail: "", missing: ["rebinding"], locks: [] } as const;
		return { ...head, state: { open: [tamper] } };
	};
	const rebound = () => {
		const world = locked();
		world.zeroise();
		const log = world.serviced();
		for (const { number } of log.state.open.filter(({ cause }) => cause === "tamper"))
			log.append(AT + 20, { type: "factor", incident: number, factor: "rebinding", by: "bank" });
		expect(log.state.open).toMatchObject([{ cause: "remoteLock", missing: ["bank", "merchant"] }]);
		return world;
	};

	describe.each([
		["never lost its keys", locked],
		["was bound again since it lost them", rebound],
	])("at a terminal that %s", (_, make) => {
		test.each([
			["in the clear", (head: Uint8Array) => [head]],
			["with the seal of another one", (head: Uint8Array, seal: Uint8Array) => [head, seal]],
			["with a seal of nothing", (head: Uint8Array) => [head, new Uint8Array(72)]],
		])("%s", (_, file) => {
			const world = make();
			const [, seal] = decodeCbor(world.disk.read(HEAD, 0, world.disk.size(HEAD)!)) as [Uint8Array, Uint8Array];
			world.disk.replace(HEAD, encodeCbor(file(encodeCbor(unlocked(world.head)), seal)));
			const again = world.open();
			expect(again.found).toEqual(["what the log must hold was removed: the log may have been exchanged"]);
			expect(again.state.open).toMatchObject([{ cause: "remoteLock" }]);
		});

		test("removed, with a line behind the last that says that the keys are gone", () => {
			const world = make();
			world.forge([{ type: "opened", cause: "tamper", detail: "case" }]);
			world.disk.remove(HEAD);
			expect(world.open().found).not.toEqual([]);
		});
	});

	test("that of another log of this terminal", () => {
		const world = locked();
		const other = new Uint8Array(world.disk.read(HEAD, 0, world.disk.size(HEAD)!));
		world.disk.replace("access.head", other);
		world.disk.replace("access.000000", world.disk.read(LOG, 0, world.disk.size(LOG)!));
		expect(new AccessTrail({ storage: world.disk, crypto: nodeCrypto, seal: world.seal }, AT).found).not.toEqual([]);
	});

	test("removed with forged lines, and the power cut at every write from the start on: nothing seals them before it is told", () => {
		for (let cut = 0; cut < 12; cut++) {
			const world = locked();
			world.forge(RELEASE);
			world.disk.remove(HEAD);
			world.disk.cutAfter(cut, unflushed => unflushed);
			try {
				const log = world.open();
				for (const detail of log.found) log.append(AT + 60, { type: "opened", cause: "stateLost", detail });
				log.keep();
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			world.disk.restart();
			const again = world.open();
			expect(again.found.length > 0 || terminalState(again.state) === "locked", `cut ${cut}`).toBe(true);
		}
	});

	test("a log that is removed with its head stays new until something is appended or it is kept", () => {
		const world = locked();
		for (const name of [HEAD, LOG]) world.disk.remove(name);
		expect(world.open().isNew).toBe(true);
		expect(world.open().isNew).toBe(true);
		world.open().keep();
		expect(world.open().isNew).toBe(false);
	});
});

test("an entry costs one replaced head and one flushed line", () => {
	const world = written();
	const log = world.open();
	const { operations, flushes } = world.disk;
	log.append(AT, EVENTS[4]!);
	expect([world.disk.operations - operations, world.disk.flushes - flushes]).toEqual([3, 2]);
});

test("a start without room for the newest line goes on, and writes it with the next entry", () => {
	const world = written();
	const log = world.open();
	world.disk.cutAfter(1, () => 0);
	expect(() => log.append(AT, EVENTS[0]!)).toThrow(PowerCut);
	world.disk.restart();
	world.disk.capacityBytes = world.disk.list().reduce((sum, name) => sum + world.disk.size(name)!, 0) + 20;
	const again = world.open();
	expect([again.found, again.newest.number]).toEqual([[], EVENTS.length + 1]);
	world.disk.capacityBytes = Number.POSITIVE_INFINITY;
	again.append(AT, EVENTS[4]!);
	expect(world.open().verify()).toEqual({ entries: EVENTS.length + 2, problems: [] });
});

describe("without keys", () => {
	test("a tamper event is logged after the keys went, and the log is whole when there are keys again", () => {
		const world = written();
		world.zeroise();
		expect(terminalState(world.open(false).state)).toBe("zeroised");
		const again = world.serviced();
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
