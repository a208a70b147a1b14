import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EntropyHealth } from "../../src/crypto/entropyHealth.js";

/** Bytes of a generator unlike the one under test: a linear congruence, its high byte. */
function noise(count: number, seed: number): Uint8Array {
	let state = seed >>> 0;
	return Uint8Array.from({ length: count }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state >>> 24;
	});
}

const take = (samples: Uint8Array) => new EntropyHealth().take(samples);

// [RND-01]
describe("repetition count (SP 800-90B, 4.4.1)", () => {
	const repeated = (times: number) => Uint8Array.from([...noise(100, 1), ...new Uint8Array(times).fill(7)]);

	test("eight equal samples may happen, nine do not", () => {
		expect(take(repeated(8))).toBe(true);
		expect(take(repeated(9))).toBe(false);
	});

	test("a run is counted across two readings", () => {
		const health = new EntropyHealth();
		expect(health.take(new Uint8Array(5).fill(3))).toBe(true);
		expect(health.take(new Uint8Array(4).fill(3))).toBe(false);
	});

	test("a source that is stuck at any value fails", () => {
		for (const value of [0, 1, 255]) expect(take(new Uint8Array(20).fill(value))).toBe(false);
	});
});

// [RND-01]
describe("adaptive proportion (SP 800-90B, 4.4.2)", () => {
	/** A window that starts with 7 and holds it `times` times, never twice in a row. */
	function windowWith(times: number): Uint8Array {
		const samples = noise(512, 5).map(byte => (byte === 7 ? 8 : byte));
		for (let i = 0; i < times; i++) samples[2 * i] = 7;
		return samples;
	}

	test("a value may come 70 times in 512 samples, not 71 times", () => {
		expect(take(windowWith(70))).toBe(true);
		expect(take(windowWith(71))).toBe(false);
	});

	test("each window counts anew", () => {
		expect(take(Uint8Array.from([...windowWith(70), ...windowWith(70), ...windowWith(70)]))).toBe(true);
	});

	test("a source of 3 bits in a byte fails, one of 5 bits passes", () => {
		expect(take(noise(20_000, 9).map(byte => byte >> 5))).toBe(false);
		expect(take(noise(20_000, 9).map(byte => byte >> 3))).toBe(true);
	});

	test("a source that gives one value in five samples fails", () => {
		const values = noise(20_000, 11);
		expect(take(noise(20_000, 12).map((byte, i) => (byte < 51 ? 42 : values[i]!)))).toBe(false);
	});
});

test("good noise passes, however it is cut into readings", () => {
	fc.assert(
		fc.property(fc.nat(), fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 20 }), (seed, counts) => {
			const health = new EntropyHealth();
			expect(counts.every((count, i) => health.take(noise(count, seed + i)))).toBe(true);
		}),
		{ numRuns: 50 },
	);
});
