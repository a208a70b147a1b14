import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { ComponentEntry } from "../../src/keys/componentEntry.js";
import type { Key } from "../../src/ports.js";
import { keysFor } from "./componentKeys.js";

function typed(length: number, keys: readonly Key[]): ComponentEntry {
	const entry = new ComponentEntry(length);
	for (const key of keys) entry.take(key);
	return entry;
}

test("any component can be keyed in", () => {
	fc.assert(
		fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
			const entry = typed(16, keysFor(formatHex(bytes)));
			expect(entry.take("enter")).toBe(true);
			expect(entry.component()).toEqual(bytes);
			expect(entry.component()).toEqual(new Uint8Array(16)); // nothing stays
		}),
		{ numRuns: 100 },
	);
});

describe("the arrows bring a letter", () => {
	test.each([
		[["up"], "[A]"],
		[["up", "up", "up"], "[C]"],
		[["down"], "[F]"],
		[["down", "down"], "[E]"],
		[["up", "down"], "[F]"],
		[["1", "up", "2"], "1A2"],
		[["up", "enter", "up"], "A[A]"],
		[["1", "up", "clear"], "1"],
		[["1", "2", "clear"], "1"],
		[["clear"], ""],
	] as const)("%j shows %s", (keys, text) => {
		expect(typed(16, keys).progress).toEqual({ group: 1, groups: 8, text });
	});
});

test("only the group that is being typed is shown", () => {
	const entry = typed(16, keysFor("01234567"));
	expect(entry.progress).toEqual({ group: 3, groups: 8, text: "" });
	entry.take("8");
	expect(entry.progress.text).toBe("8");
	entry.take("clear");
	entry.take("clear");
	expect(entry.progress).toEqual({ group: 2, groups: 8, text: "456" });
});

test("Enter before the end is not the end, and a digit too many is none", () => {
	const entry = typed(16, keysFor("0123456789ABCDEF0123456789ABCDE"));
	expect(entry.take("enter")).toBe(false);
	entry.take("1");
	for (const key of ["2", "up", "3"] as const) entry.take(key);
	expect(entry.progress).toEqual({ group: 8, groups: 8, text: "CDE1" });
	expect(entry.take("enter")).toBe(true);
	entry.forget();
	expect(entry.progress.text).toBe("");
	expect(entry.take("enter")).toBe(false);
});
