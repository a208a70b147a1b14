import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapters } from "./conformance/adapters.js";
import { DataObjectsOf, Facts, type Got, holds, Leftmost, Words } from "./conformance/compare.js";
import { findCaseFiles, runCaseFile, UnreadableCases } from "./conformance/runner.js";

const SAMPLES = fileURLToPath(new URL("conformance/samples", import.meta.url));
const ROOT = fileURLToPath(new URL("..", import.meta.url));

test.each(findCaseFiles([SAMPLES]))("%s", async path => {
	const { passed, failures } = await runCaseFile(path);
	expect(failures).toEqual([]);
	expect(passed).toBeGreaterThan(0);
});

test("there are samples for every area", () => {
	const areas = findCaseFiles([SAMPLES]).map(path => path.slice(SAMPLES.length + 1, -".json".length));
	expect(areas.sort()).toEqual(Object.keys(adapters).sort());
});

describe("a file", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "conformance-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const write = (content: unknown, name = "cases.json"): string => {
		const path = join(folder, name);
		writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
		return path;
	};
	const failureOf = async (area: string, inputs: unknown, expected: Got): Promise<string | undefined> =>
		(await runCaseFile(write({ area, cases: [{ id: "x-1", inputs, expected }] }))).failures[0];

	test("whose case fails says what came and what should have", async () => {
		const failure = await failureOf("dol", { op: "length", dol: "9F0206" }, { data_length: 7 });
		expect(failure).toBe('dol x-1: got {"data_length":6}, expected {"data_length":7}');
	});

	test.each([
		["an unknown area", "magic", {}],
		["an unknown operation", "dol", { op: "sort", dol: "" }],
		["a missing input", "dol", { op: "length" }],
		["an input of another kind", "dol", { op: "length", dol: 5 }],
		["inputs that are no object", "dol", null],
	])("with %s has a failed case, even if a refusal is expected", async (_name, area, inputs) => {
		expect(await failureOf(area, inputs, { error: true })).toMatch(/^\w+ x-1: got /);
	});

	test("that expects a refusal passes with Kassa's own error only", async () => {
		const rejected = { ok: false };
		expect(await failureOf("tlv", { op: "decode", tlv: "5A02" }, rejected)).toBeUndefined();
		expect(await failureOf("tlv", { op: "decode", tlv: "5A0111" }, rejected)).toContain('got {"ok":true}');
		// A card that answers nothing the script has is no refusal by Kassa but a script that does not fit.
		const t0 = { c_apdu: "00B2010C00", exchanges: [{ terminal_sends: "0084000000", card_sends: "9000" }] };
		expect(await failureOf("t0_tpdu", t0, rejected)).toContain("the script has");
	});

	test.each([
		["no JSON", "{", /not JSON/],
		["no cases", { area: "dol" }, /does not hold cases/],
		["a case without an expectation", { area: "dol", cases: [{ id: "1", inputs: {} }] }, /does not hold cases/],
	])("with %s cannot be read", async (_name, content, sentence) => {
		await expect(runCaseFile(write(content))).rejects.toThrow(sentence);
	});

	test("that is not there cannot be read", () => {
		expect(() => findCaseFiles([join(folder, "none.json")])).toThrow(UnreadableCases);
	});

	test("run from the command line: counts, failures, last line, exit code", () => {
		const good = { id: "good", inputs: { op: "length", dol: "9F0206" }, expected: { data_length: 6 } };
		const bad = { ...good, id: "bad", expected: { data_length: 7 } };
		const run = (...paths: string[]) => {
			const { status, stdout, stderr } = spawnSync("npx", ["tsx", "test/conformance/run.ts", ...paths], {
				cwd: ROOT,
				encoding: "utf8",
			});
			return { status, lines: stdout.trim().split("\n"), stderr };
		};
		const passing = write({ area: "dol", cases: [good] }, "a.json");
		expect(run(passing)).toMatchObject({ status: 0, lines: [`${passing}: 1 passed, 0 failed`, "1 passed, 0 failed"] });
		const mixed = write({ area: "dol", cases: [good, bad] }, "b.json");
		expect(run(folder)).toMatchObject({
			status: 1,
			lines: [
				`${passing}: 1 passed, 0 failed`,
				`${mixed}: 1 passed, 1 failed`,
				'dol bad: got {"data_length":6}, expected {"data_length":7}',
				"2 passed, 1 failed",
			],
		});
		const unreadable = run(write("{", "c.txt"));
		expect(unreadable.status).toBe(2);
		expect(unreadable.stderr).toContain("c.txt is not JSON.");
	});
});

// What counts as the same
test.each([
	["bytes as hexadecimal", { a: "00FF" }, { a: Uint8Array.of(0, 255) }, true],
	["lower case is another text", { a: "00ff" }, { a: Uint8Array.of(0, 255) }, false],
	["only the keys that are expected", { a: 1 }, { a: 1, b: 2 }, true],
	["a key that is missing", { a: 1, b: null }, { a: 1 }, true],
	["a key that is missing and was to be there", { a: 1, b: 2 }, { a: 1 }, false],
	["an object inside has no key more", { a: { b: 1 } }, { a: { b: 1, c: 2 } }, false],
	["a list in its order", { a: [1, 2] }, { a: [2, 1] }, false],
	["a list is no longer", { a: [1] }, { a: [1, 2] }, false],
	["leftmost bytes", { a: "01" }, { a: new Leftmost(Uint8Array.of(1, 2)) }, true],
	["no bytes at all", { a: "" }, { a: new Leftmost(Uint8Array.of(1, 2)) }, false],
	["an outcome with an explanation", { a: "card_blocked_or_not" }, { a: new Words("card_blocked") }, true],
	["an outcome that only begins alike", { a: "card_blockedx" }, { a: new Words("card_blocked") }, false],
	["some of the facts", { a: { b: 1 } }, { a: new Facts({ b: 1, c: 2 }, "n") }, true],
	["a wrong fact", { a: { b: 2 } }, { a: new Facts({ b: 1 }, "n") }, false],
	["the name of a thing", { a: "n" }, { a: new Facts({ b: 1 }, "n") }, true],
	["a data object", { a: { "5A": "01" } }, { a: new DataObjectsOf(() => Uint8Array.of(1)) }, true],
	["a data object that is missing", { a: { "5A": "01" } }, { a: new DataObjectsOf(() => undefined) }, false],
])("%s", (_name, expected, got, same) => {
	expect(holds(expected as Got, got)).toBe(same);
});
