import { expect, test } from "vitest";
import { type Arrives, PowerCut } from "../../sim/world/memoryDisk.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { JournalWorld } from "./journalWorld.js";

/** How much of what was not flushed is on the medium, file by file. */
const ARRIVALS: readonly (readonly [string, Arrives])[] = [
	["nothing", () => 0],
	["everything", unflushed => unflushed],
	["half", unflushed => Math.floor(unflushed / 2)],
	["all but a byte", unflushed => unflushed - 1],
	["the second copy only", (unflushed, name) => (name.startsWith("mirror") ? unflushed : 0)],
	["the first copy only", (unflushed, name) => (name.startsWith("journal") ? unflushed : 0)],
];

type Step = (world: JournalWorld) => void;

/** Every kind of write of the journal, one step each. */
const STEPS: readonly Step[] = [
	w => w.sale("approved", { requestKey: "first" }),
	w => w.tidy(),
	w => w.sale("pending"),
	w => w.takeStan(),
	w => w.recover(),
	w => w.tidy(),
	w => w.sale("approved", { operation: "refund", original: { batch: 1, stan: 1 } }),
	w => w.settle(),
	w => w.sale("declined"),
	w => w.tidy(),
];

function cutEverywhere(before: JournalWorld, step: Step, arrivals = ARRIVALS, zerosToo = true): number {
	const whole = before.fork();
	const first = whole.disk.operations;
	step(whole);
	const operations = whole.disk.operations - first;
	for (let n = 0; n < operations; n++)
		for (const [what, arrives] of arrivals)
			for (const zeros of zerosToo ? [false, true] : [false]) {
				const world = before.fork();
				world.disk.leavesZeros = zeros;
				world.disk.cutAfter(n, arrives);
				expect(() => step(world), `cut at ${n}, ${what}`).toThrow(PowerCut);
				world.restart();
				world.recover();
				world.sale("approved");
				world.tidy();
				world.restart();
				expect(world.repairs).toEqual([]);
			}
	return operations * arrivals.length * (zerosToo ? 2 : 1);
}

// [MNY-PWR-02]
test("the power is cut at every operation of every kind of write: nothing acknowledged is lost, nothing half is there", () => {
	const world = new JournalWorld();
	let cuts = 0;
	for (const step of STEPS) {
		cuts += cutEverywhere(world, step);
		step(world);
	}
	console.log(`journal: ${cuts} power cuts`);
}, 240_000);

test("and where a segment, a checkpoint and a merge of the index begin", () => {
	const world = new JournalWorld();
	let cuts = 0;
	for (let i = 0; i < 150; i++) {
		const files = world.disk.list().length;
		const before = world.fork();
		world.sale(i % 7 === 3 ? "pending" : "approved", { requestKey: `order-${i}` });
		if (i % 7 === 3) world.recover();
		world.tidy();
		if (i === 100) world.settle();
		// A file more or less: something else than one more record has happened.
		if (world.disk.list().length !== files && i !== 100) {
			const step: Step = w => {
				w.sale(i % 7 === 3 ? "pending" : "approved", { requestKey: `order-${i}` });
				if (i % 7 === 3) w.recover();
				w.tidy();
			};
			cuts += cutEverywhere(before, step, [ARRIVALS[i % ARRIVALS.length]!], false);
		}
	}
	expect(cuts).toBeGreaterThan(200);
	console.log(`journal: ${cuts} power cuts`);
}, 240_000);

test("the old batches go, whenever the power is cut", () => {
	const world = new JournalWorld();
	for (let i = 0; i < 130; i++) {
		world.sale("approved");
		if (i === 120) world.settle();
	}
	world.tidy();
	const segments = () => world.disk.list().filter(file => /^(?:journal|mirror)\.[0-9]+$/.test(file)).length;
	const before = segments();
	world.day += 100;
	cutEverywhere(world, w => w.tidy(), ARRIVALS.slice(0, 2), false);
	world.tidy();
	expect(segments()).toBeLessThan(before);
	world.restart();
});

// [MNY-PWR-03]
test("a record torn at any byte is not there, and what was there stays", () => {
	const world = new JournalWorld();
	world.sale("approved");
	let length = 0;
	const probe = world.fork();
	probe.disk.cutAfter(1, unflushed => {
		length = unflushed;
		return 0;
	});
	expect(() => probe.sale("approved")).toThrow(PowerCut);
	probe.restart();
	expect(length).toBeGreaterThan(100);
	for (let at = 0; at < length; at++) {
		const torn = world.fork();
		torn.disk.leavesZeros = (at & 1) === 1;
		torn.disk.cutAfter(1, () => at);
		expect(() => torn.sale("approved")).toThrow(PowerCut);
		torn.restart();
		expect(torn.model.entries.length).toBe(world.model.entries.length);
		torn.sale("approved");
		torn.restart();
	}
});

// [MNY-PWR-03]
test("cut again and again while it starts", () => {
	const random = new SeededRandom(5);
	const world = new JournalWorld();
	for (let i = 0; i < 40; i++) world.sale("approved");
	for (let n = 0; n < 12; n++) {
		const cut = world.fork();
		cut.disk.cutAfter(n % 6, unflushed => random.bytes(1)[0]! % (unflushed + 1));
		for (let again = 0; again < 3; again++) {
			try {
				cut.sale("pending");
				cut.tidy();
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			try {
				cut.restart();
				cut.disk.cutAfter(again, unflushed => unflushed >> 1);
				cut.recover();
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
		}
		cut.restart();
		cut.recover();
		cut.restart();
	}
});
