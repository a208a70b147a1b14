import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { Seal } from "../../src/keys/seal.js";
import { openSlots } from "./testKeys.js";

const PAN = "6221261000000018";

describe("seal", () => {
	// [SEC-03]
	test("opens what it closed, after a restart too, and each time looks different", () => {
		const { storage, slots } = openSlots();
		const seal = new Seal(slots, new SeededRandom(9));
		const plain = asciiBytes(PAN);
		const [first, second] = [seal.close(plain), seal.close(plain)];
		expect(first).toHaveLength(plain.length + 40);
		expect(first).not.toEqual(second);
		storage.restart();
		const again = new Seal(openSlots(storage).slots, new SeededRandom(10));
		expect(again.open(first)).toEqual(plain);
		expect(again.link(nodeCrypto, PAN)).toEqual(seal.link(nodeCrypto, PAN));
	});

	// [SEC-03]
	test("does not open what was changed, cut off or sealed elsewhere", () => {
		const { slots } = openSlots();
		const seal = new Seal(slots, new SeededRandom(9));
		const sealed = seal.close(asciiBytes(PAN));
		for (let at = 0; at < sealed.length; at++)
			expect(seal.open(sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)))).toBeUndefined();
		for (let length = 0; length < sealed.length; length++)
			expect(seal.open(sealed.subarray(0, length))).toBeUndefined();
		expect(new Seal(openSlots().slots, new SeededRandom(1)).open(sealed)).toBeUndefined();
	});

	// [EMV-TRM-02]
	test("links sales of one card and of no other, and not across terminals", () => {
		const seal = new Seal(openSlots().slots, new SeededRandom(9));
		const link = seal.link(nodeCrypto, PAN);
		expect(link).toHaveLength(8);
		expect(seal.link(nodeCrypto, PAN)).toEqual(link);
		expect(seal.link(nodeCrypto, "6221261000000026")).not.toEqual(link);
		expect(new Seal(openSlots().slots, new SeededRandom(8)).link(nodeCrypto, PAN)).not.toEqual(link);
	});
});
