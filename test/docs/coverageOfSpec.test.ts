import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { citedSections } from "../../tools/citations.js";
import { coverageOfSpec } from "../../tools/coverageOfSpec.js";

test("docs/coverage-of-spec.md is what sources and tests cite now", () => {
	const page = readFileSync(new URL("../../docs/coverage-of-spec.md", import.meta.url), "utf8");
	expect(page, "citations have changed: run npm run coverage").toBe(coverageOfSpec());
});

const inComments = (line: string) => line.includes("//");

test.each<[string, string[]]>([
	["// EMV 4.4 Book 3, 10.5.1", ["Book 3, 10.5.1"]],
	['setTvr(t, bit, "Book 3, 10.6.3", reason)', ["Book 3, 10.6.3"]],
	["// Book 2, 6.3 step 8", ["Book 2, 6.3"]],
	["// Book 1, 12\n// 12.3.2 step 5: the list", ["Book 1, 12", "Book 1, 12.3.2"]],
	["// Book 3, 10.5, then Book 4, 6.3.4.5\n// 10.5.2: online", ["Book 3, 10.5", "Book 4, 6.3.4.5", "Book 3, 10.5.2"]],
	["// Book 3, 6.5.12.2", ["Book 3, 6.5.12"]],
	["// (EMV 4.4 Book 4, Annex A2)", ["Book 4, A"]],
	["// Book 3, 10.3\nconst ratio = 10.5;", ["Book 3, 10.3"]],
	["// Book 3, 10.1\n// ISO/IEC 7816-3, 10.3.3: INS lets all pass", ["Book 3, 10.1"]],
	["// EMV 4.4 alone, and 12.4 of no Book", []],
	["// Book 3, 99.1", []],
])("%j cites %j", (text, sections) => {
	expect([...citedSections(text, inComments)]).toEqual(sections);
});
