import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { softwareCrypto } from "../../src/crypto/software.js";
import { outcomes, sameBytesRows } from "./sameBytesRows.js";

const rows = sameBytesRows();

const IMPLEMENTATIONS = [
	["node:crypto", outcomes(nodeCrypto)],
	["software", outcomes(softwareCrypto)],
] as const;

describe.each(IMPLEMENTATIONS)("%s", (_name, found) => {
	// [RND-03]
	test.each(rows.flatMap(({ name, expected }, i) => (expected ? [[name, expected, i] as const] : [])))(
		"%s",
		(_row, expected, i) => {
			expect(found[i]).toBe(expected);
		},
	);
});

test.each([
	["node:crypto", nodeCrypto],
	["software", softwareCrypto],
])("%s refuses a key of another length", (_name, crypto) => {
	for (const length of [0, 7, 12, 32])
		expect(() => crypto.desEcb(new Uint8Array(length), new Uint8Array(8), "encipher")).toThrow(
			/^a DES key has 8, 16 or 24 bytes$/,
		);
	for (const length of [0, 8, 15, 33])
		expect(() => crypto.aesEcb(new Uint8Array(length), new Uint8Array(16), "encipher")).toThrow(
			/^an AES key has 16, 24 or 32 bytes$/,
		);
});

test("both give the same bytes for every row", () => {
	const [first, second] = IMPLEMENTATIONS.map(([, found]) => found.map((hex, i) => `${rows[i]!.name}: ${hex}`));
	expect(second).toEqual(first);
	expect(first!.filter(each => /Error/.test(each))).toEqual([]);
	expect(rows.length).toBeGreaterThan(180);
});
