import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex } from "../../src/bytes/hex.js";
import { DeviceRandom, EntropyError } from "../../src/crypto/deviceRandom.js";
import type { Entropy } from "../../src/ports.js";

/** Good noise for `count` readings, then what `after` makes of it. */
function failingAfter(count: number, after: (samples: Uint8Array) => Uint8Array): Entropy & { readings: number } {
	const random = new SeededRandom(3);
	return {
		readings: 0,
		samples(length) {
			const samples = random.samples(length);
			return ++this.readings > count ? after(samples) : samples;
		},
	};
}

const START_UP_READINGS = 2;
const REQUESTS = 1000;

// [RND-02]
describe("the start is refused with a sentence that says what to do", () => {
	test.each<[string, (samples: Uint8Array) => Uint8Array]>([
		["stuck", samples => samples.fill(0x5a)],
		["biased", samples => samples.map(byte => (byte < 100 ? 0 : byte))],
		["of too few values", samples => samples.map(byte => byte & 3)],
		["too short", samples => samples.subarray(1)],
		[
			"dead",
			() => {
				throw new Error("no entropy");
			},
		],
	])("a source that is %s", (_name, spoil) => {
		const random = new DeviceRandom(failingAfter(0, spoil), nodeCrypto);
		const sentence = "the source of random numbers has failed: do not use the terminal and have it repaired";
		expect(() => random.refresh()).toThrow(new EntropyError(sentence));
		expect(() => random.bytes(1)).toThrow(new EntropyError(sentence));
	});

	test("ciphers that compute wrongly", () => {
		const crypto = { ...nodeCrypto, aesEcb: (_key: Uint8Array, data: Uint8Array) => data.slice() };
		const random = new DeviceRandom(new SeededRandom(1), crypto);
		expect(() => random.refresh()).toThrow("computes wrongly");
		expect(() => random.bytes(1)).toThrow("computes wrongly");
	});
});

test("the start tests 1024 samples before it takes the first", () => {
	const asked: number[] = [];
	const random = new SeededRandom(4);
	const entropy = {
		samples(count: number) {
			asked.push(count);
			return random.samples(count);
		},
	};
	new DeviceRandom(entropy, nodeCrypto);
	expect(asked).toEqual([1024, 128]);
});

test("fresh entropy is mixed in after a thousand requests", () => {
	const entropy = failingAfter(Number.POSITIVE_INFINITY, samples => samples);
	const random = new DeviceRandom(entropy, nodeCrypto);
	for (let i = 0; i < REQUESTS; i++) random.bytes(1);
	expect(entropy.readings).toBe(START_UP_READINGS);
	random.bytes(1);
	expect(entropy.readings).toBe(START_UP_READINGS + 1);
	for (let i = 1; i < REQUESTS; i++) random.bytes(1);
	expect(entropy.readings).toBe(START_UP_READINGS + 1);
});

test("fresh entropy is mixed in whenever something is begun, and the count starts again", () => {
	const entropy = failingAfter(Number.POSITIVE_INFINITY, samples => samples);
	const [refreshed, other] = [entropy, new SeededRandom(3)].map(source => new DeviceRandom(source, nodeCrypto));
	refreshed!.bytes(1);
	other!.bytes(1);
	refreshed!.refresh();
	expect(entropy.readings).toBe(START_UP_READINGS + 1);
	expect(refreshed!.bytes(16)).not.toEqual(other!.bytes(16));
	for (let i = 1; i < REQUESTS; i++) refreshed!.bytes(1);
	expect(entropy.readings).toBe(START_UP_READINGS + 1);
});

// [RND-02]
test("a source that fails later ends all random numbers, even when it recovers", () => {
	const entropy = failingAfter(START_UP_READINGS, samples => samples.fill(0));
	const random = new DeviceRandom(entropy, nodeCrypto);
	for (let i = 0; i < REQUESTS; i++) random.bytes(1);
	expect(() => random.bytes(1)).toThrow(EntropyError);
	expect(() => random.refresh()).toThrow(EntropyError);
	entropy.samples = length => new SeededRandom(8).samples(length);
	expect(() => random.bytes(1)).toThrow(EntropyError);
	expect(() => random.bytes(1)).toThrow("do not use the terminal");
});

test("two terminals with different noise give different numbers, one that restarts with the same noise the same", () => {
	const first = (seed: number) => formatHex(new DeviceRandom(new SeededRandom(seed), nodeCrypto).bytes(32));
	expect(first(1)).not.toBe(first(2));
	expect(first(1)).toBe(first(1));
});
