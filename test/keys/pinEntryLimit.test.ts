import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { PinEntryLimit } from "../../src/keys/pinEntryLimit.js";

/** A clock of which the bank sets one half, and nobody the other. */
function make(start = 1_000_000_000_000) {
	const time = { now: start, elapsed: 0 };
	const disk = new MemoryDisk();
	const open = () => new PinEntryLimit({ now: () => time.now, monotonicMs: () => time.elapsed }, disk);
	const pass = (ms: number) => {
		time.now += ms;
		time.elapsed += ms;
	};
	return { time, disk, open, pass };
}

// [PIN-ENT-06]
test("in any time, not more than 120 and one for each 30 seconds of it, however often it is switched off and on", () => {
	const step = fc.record({ pause: fc.nat(90_000), restarts: fc.boolean() });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 400 }), steps => {
			const { time, disk, open, pass } = make();
			let limit = open();
			let taken = 0;
			let passed = 0;
			for (const { pause, restarts } of steps) {
				pass(pause);
				passed += pause;
				if (restarts) {
					disk.restart();
					time.elapsed = 0;
					limit = open();
				}
				if (limit.take()) taken++;
			}
			expect(taken).toBeLessThanOrEqual(120 + passed / 30_000);
		}),
		{ numRuns: 100 },
	);
});

// [PIN-ENT-06]
test("who waits gets one each 30 seconds, however often he asks", () => {
	const { open, pass } = make();
	const limit = open();
	for (let n = 0; n < 120; n++) limit.take();
	let taken = 0;
	for (let ms = 0; ms < 3_600_000; ms += 7_000) {
		if (limit.take()) taken++;
		pass(7_000);
	}
	expect(taken).toBe(119);
});

// [PIN-ENT-06]
test("a restart costs at most eight of them, a power cut while they are written too, and a rest brings them back", () => {
	const { disk, open, pass } = make();
	expect(open().take()).toBe(true);
	const count = () => {
		const limit = open();
		let taken = 0;
		while (limit.take()) taken++;
		return taken;
	};
	const copy = disk.clone();
	expect(count()).toBe(112);
	expect(count()).toBe(0);
	pass(3_600_000);
	expect(count()).toBe(120);
	expect(copy.size("pin-limit")).toBe(7);
	const other = make();
	other.disk.cutAfter(0);
	expect(() => other.open().take()).toThrow(PowerCut);
	other.disk.restart();
	expect(other.open().take()).toBe(true);
});

// [PIN-ENT-06]
test("a clock that is set, forward or back, gives nothing; a damaged file neither", () => {
	const { time, disk, open, pass } = make(10_000_000);
	let limit = open();
	while (limit.take());
	for (const now of [0, 4_000_000_000_000]) {
		time.now = now;
		expect(limit.take()).toBe(false);
	}
	pass(30_000);
	expect([limit.take(), limit.take()]).toEqual([true, false]);
	time.now = 0; // a board without a battery, before it has heard the time
	time.elapsed = 0;
	limit = open();
	expect(limit.take()).toBe(false);
	for (const bytes of [new Uint8Array(0), new Uint8Array(6), new Uint8Array(8).fill(255)]) {
		disk.replace("pin-limit", bytes);
		expect(open().take()).toBe(false);
	}
});
