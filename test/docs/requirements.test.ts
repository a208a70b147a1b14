import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BOOK_SECTIONS } from "../../tools/bookSections.js";
import { citedClauses, citedIds, isWithin, sectionKey } from "../../tools/citations.js";
import { readTexts } from "../../tools/readTexts.js";
import { REQUIREMENTS, shownIn, testsByRequirement, titles } from "../../tools/requirements.js";
import { type Schema, schemaViolations } from "./jsonSchema.js";

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
const DOCUMENT: unknown = JSON.parse(read("requirements.json"));
const SCHEMA: Schema = JSON.parse(read("requirements.schema.json"));
const IDS = new Set(REQUIREMENTS.map(({ id }) => id));

test("docs/requirements.json is as its schema has it", () => {
	expect(schemaViolations(SCHEMA, DOCUMENT)).toEqual([]);
});

test.each<[string, object, string]>([
	["an id that is none", { id: "EMV-1", requirement: "It is so.", sections: ["Book 3, 10.5"] }, "id"],
	["no sentence", { id: "EMV-SEL-01", requirement: "something", sections: ["Book 3, 10.5"] }, "requirement"],
	["no section", { id: "EMV-SEL-01", requirement: "It is so.", sections: [] }, "sections"],
	["a section of nothing", { id: "EMV-SEL-01", requirement: "It is so.", sections: ["10.5"] }, "sections[0]"],
	["more", { id: "EMV-SEL-01", requirement: "It is so.", sections: ["Book 3, 10.5"], test: "x" }, "test"],
])("the schema refuses %s", (_name, requirement, path) => {
	expect(schemaViolations(SCHEMA, { title: "x", requirements: [requirement] })).toEqual([`requirements[0].${path}`]);
});

test("each id and each sentence is there once, and the numbers of an area have no gap", () => {
	expect(IDS.size).toBe(REQUIREMENTS.length);
	expect(new Set(REQUIREMENTS.map(({ requirement }) => requirement)).size).toBe(REQUIREMENTS.length);
	for (const id of IDS) {
		const before = id.replace(/\d\d$/, number => String(Number(number) - 1).padStart(2, "0"));
		if (!id.endsWith("-01")) expect(IDS, id).toContain(before);
	}
});

test("a requirement of the Books names sections that the coverage page lists", () => {
	const listed = new Set(BOOK_SECTIONS.map(([book, section]) => sectionKey(book, section)));
	const named = REQUIREMENTS.flatMap(({ sections }) => sections).filter(section => section.startsWith("Book "));
	expect(named.length).toBeGreaterThan(150);
	expect(named.filter(section => !listed.has(section))).toEqual([]);
});

test("each id that a test or a source names exists, and stands above something with a title", () => {
	for (const [file, text] of readTexts("test")) {
		for (const { ids, title } of shownIn(text)) {
			expect(title, `test/${file}: ${ids.join(" ")} stand above no test`).not.toBe("");
			for (const id of ids) expect(IDS, `test/${file}`).toContain(id);
		}
	}
	for (const [file, text] of readTexts("src"))
		for (const id of citedIds(text)) expect(IDS, `src/${file}`).toContain(id);
});

test("most requirements have a test", () => {
	const shown = testsByRequirement();
	expect(REQUIREMENTS.filter(({ id }) => shown.has(id)).length).toBeGreaterThan(0.95 * REQUIREMENTS.length);
});

test.each<[string, string, ReturnType<typeof shownIn>]>([
	["a test", '// [AB-01]\ntest("one", () => {', [{ ids: ["AB-01"], title: "one" }]],
	[
		"several lines",
		'// [AB-01 AB-02]\n// [CD-E-03]\ntest("one", () => {',
		[{ ids: ["AB-01", "AB-02", "CD-E-03"], title: "one" }],
	],
	[
		"a test with rows",
		'// [AB-01]\ntest.each<[string, number]>([\n\t["a", 1],\n])("%s is %i", () => {',
		[{ ids: ["AB-01"], title: "%s is %i" }],
	],
	["rows and a title below", '// [AB-01]\ntest.each([1])(\n\t"%i",\n\t() => {', [{ ids: ["AB-01"], title: "%i" }]],
	["a group", '// [AB-01]\ndescribe("group", () => {\n\ttest("one", () => {', [{ ids: ["AB-01"], title: "group" }]],
	[
		"a test in a group",
		'describe("group", () => {\n\t// [AB-01]\n\ttest("one", () => {',
		[{ ids: ["AB-01"], title: "group > one" }],
	],
	[
		"a test behind a group",
		'describe("group", () => {\n});\n\n// [AB-01]\ntest("one", () => {',
		[{ ids: ["AB-01"], title: "one" }],
	],
	["a function that makes tests", '// [AB-01]\nrows("methods", {', [{ ids: ["AB-01"], title: "methods" }]],
	["nothing", "// [AB-01]\n\nconst x = 1;", [{ ids: ["AB-01"], title: "" }]],
	["a comment of another kind", '// [see AB-01]\ntest("one", () => {', []],
])("ids above %s", (_name, text, shown) => {
	expect(shownIn(text)).toEqual(shown);
});

test.each<[string, string, string[]]>([
	[
		"a group and what is in it",
		'describe("group", () => {\n\ttest("one", () => {});\n\tit("two", () => {});\n});',
		["group", "one", "two"],
	],
	["rows", 'test.each([["x"]])("%s of many", () => {});', ["%s of many"]],
	["rows of a type", 'test.each<[string]>([\n\t["x"],\n])("%s of many", () => {});', ["%s of many"]],
	["a title below", 'test.for([1])(\n\t"%i",\n\t() => {', ["%i"]],
	["what is commented out", '// test("gone", () => {});', []],
	["a test in a text", "const text = 'test(\"written\", () => {});';", []],
	["another call's result that is called", 'const made = make()("a name");\nshow("x")("y");', []],
])("titles of %s", (_name, text, found) => {
	expect([...titles(text)]).toEqual(found);
});

test.each<[string, string[]]>([
	["ISO/IEC 7816-3, 11.4.3: CWT", ["ISO/IEC 7816-3, 11.4.3"]],
	["ISO/IEC 7816-3, 6.3.1 and 9", ["ISO/IEC 7816-3, 6.3.1", "ISO/IEC 7816-3, 9"]],
	["ANSI X9.24-1:2009, Annex A", ["X9.24-1, Annex A"]],
	["X9.24-3:2017 6.5", ["X9.24-3, 6.5"]],
	["ISO/IEC 7816-3: wrong TS", []],
	["docs/sale.md says more", ["docs/sale.md"]],
])("%j cites %j", (text, clauses) => {
	expect([...citedClauses(text)]).toEqual(clauses);
});

test("a citation counts for its clause, the clauses above and those below", () => {
	expect(isWithin("ISO/IEC 7816-3, 11.4.3", "ISO/IEC 7816-3, 11.4")).toBe(true);
	expect(isWithin("ISO/IEC 7816-3, 11", "ISO/IEC 7816-3, 11.4")).toBe(true);
	expect(isWithin("ISO/IEC 7816-3, 11.40", "ISO/IEC 7816-3, 11.4")).toBe(false);
	expect(isWithin("ISO 9564-1, 9.3", "ISO 9564-1, 9.4")).toBe(false);
});
