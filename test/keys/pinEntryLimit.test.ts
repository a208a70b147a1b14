import fc from "fast-check";
import { expect, test } from "vitest";
import { PinEntryLimit } from "../../src/keys/pinEntryLimit.js";

// [PIN-ENT-06]
test("in any time, not more than 120 and one for each 30 seconds of it", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(90_000), { maxLength: 400 }), pauses => {
			let now = 1_000_000;
			const limit = new PinEntryLimit({ now: () => now });
			let taken = 0;
			for (const pause of pauses) {
				now += pause;
				if (limit.take()) taken++;
			}
			expect(taken).toBeLessThanOrEqual(120 + (now - 1_000_000) / 30_000);
		}),
		{ numRuns: 100 },
	);
});

// [PIN-ENT-06]
test("who waits gets one each 30 seconds, however often he asks", () => {
	let now = 0;
	const limit = new PinEntryLimit({ now: () => now });
	for (let n = 0; n < 120; n++) limit.take();
	let taken = 0;
	for (; now < 3_600_000; now += 7_000) if (limit.take()) taken++;
	expect(taken).toBe(119);
});

// [PIN-ENT-06]
test("a clock that is set back gives nothing", () => {
	let now = 10_000_000;
	const limit = new PinEntryLimit({ now: () => now });
	for (let n = 0; n < 120; n++) limit.take();
	now = 0;
	expect(limit.take()).toBe(false);
	now = 30_000;
	expect([limit.take(), limit.take()]).toEqual([true, false]);
});
