import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { brokenCitations, type ComplianceRow, complianceMap, STANDARDS, statusOf } from "../../tools/complianceMap.js";
import { privacyPage } from "../../tools/keptDataTable.js";

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const rows = STANDARDS.flatMap(({ requirements }) => requirements);

test("docs/compliance.md is what docs/compliance.json says; when not: npm run compliance", () => {
	expect(read("compliance.md")).toBe(complianceMap());
});

test("docs/privacy.md holds the table that the code obeys; when not: npm run compliance", () => {
	const page = read("privacy.md");
	expect(page).toBe(privacyPage(page));
	expect(() => privacyPage("# Privacy")).toThrow("docs/privacy.md lacks");
});

test("the data are as their schema has them, each id once", () => {
	const isValid = new Ajv2020({ strict: false }).compile(JSON.parse(read("compliance.schema.json")));
	const data = JSON.parse(read("compliance.json"));
	expect(isValid(data), JSON.stringify(isValid.errors)).toBe(true);
	expect(isValid({ ...data, standards: [{ ...data.standards[0], certified: true }] })).toBe(false);
	expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test("every file and every test that is cited exists", () => {
	expect(brokenCitations()).toEqual([]);
	const row: ComplianceRow = {
		...{ id: "TST-01", requirement: "None.", needs: [], files: ["src/nowhere.ts"] },
		tests: [{ file: "test/docs/compliance.test.ts", title: "no such title" }],
	};
	expect(brokenCitations([{ standard: "none", about: "", requirements: [row] }])).toEqual([
		"TST-01: there is no file src/nowhere.ts",
		'TST-01: test/docs/compliance.test.ts has no test "no such title"',
	]);
});

test("what is said to be met by code names code and a test; what is not says what is left", () => {
	for (const row of rows) {
		const { id, files, tests, needs, left } = row;
		if (statusOf(row) === "code") expect([files.length, tests.length].every(Boolean), id).toBe(true);
		if (statusOf(row) === "others") expect(tests, id).toEqual([]);
		if (needs.length) expect(left, id).toBeDefined();
	}
});

describe("the page", () => {
	test("claims no certificate, and counts each row of each standard once", () => {
		const page = complianceMap();
		expect(page).toContain("**Nothing here is certified.**");
		for (const { standard, requirements } of STANDARDS) {
			expect(requirements.length, standard).toBeGreaterThan(5);
			const [, total, code, part, others] = new RegExp(
				`^\\| \\[${standard.replaceAll(/[()/]/g, "\\$&")}\\]\\(#[^)]*\\) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|`,
				"m",
			)
				.exec(page)!
				.map(Number) as [number, number, number, number, number];
			expect(total).toBe(requirements.length);
			expect(code + part + others).toBe(total);
		}
	});
});
