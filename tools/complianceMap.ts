import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { titles } from "./requirements.js";

/** Who else has to do something before a requirement is met. */
export type Need = "hardware" | "lab" | "operator";

export interface ComplianceRow {
	readonly id: string;
	readonly requirement: string;
	/** That obey it, from the root of the project; empty where code can do nothing. */
	readonly files: readonly string[];
	readonly tests: readonly { readonly file: string; readonly title: string }[];
	readonly needs: readonly Need[];
	/** What is left, in a sentence. */
	readonly left?: string;
}

export interface Standard {
	readonly standard: string;
	readonly about: string;
	readonly requirements: readonly ComplianceRow[];
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");

export const STANDARDS: readonly Standard[] = JSON.parse(read("docs/compliance.json")).standards;

const NEEDS: Readonly<Record<Need, string>> = {
	hardware: "hardware",
	lab: "a laboratory",
	operator: "the operator",
};

/** By what a row says of itself: nobody else is needed, code has its part, or code has none. */
export function statusOf({ files, needs }: ComplianceRow): "code" | "part" | "others" {
	return needs.length === 0 ? "code" : files.length > 0 ? "part" : "others";
}

/** The page docs/compliance.md. */
export function complianceMap(standards = STANDARDS): string {
	return `${[...head(standards), ...standards.flatMap(section)].join("\n")}\n`;
}

function head(standards: readonly Standard[]): string[] {
	const all = standards.flatMap(({ requirements }) => requirements);
	const counts = (rows: readonly ComplianceRow[]) => {
		const of = (status: string) => rows.filter(row => statusOf(row) === status).length;
		const needing = (need: Need) => rows.filter(({ needs }) => needs.includes(need)).length;
		return [
			rows.length,
			of("code"),
			of("part"),
			of("others"),
			needing("hardware"),
			needing("lab"),
			needing("operator"),
		];
	};
	return [
		"# Compliance map",
		"",
		"Made by `npm run compliance` from [compliance.json](compliance.json); do not edit.",
		"",
		"**Nothing here is certified.** Kassa has been in no laboratory, has no approval of any scheme or council, and ran on no board.",
		"The table says, by topic and from what is publicly known of each standard, which code obeys a requirement and which test fails",
		"when it does not; and, as plainly, what only hardware, a laboratory or whoever operates the terminal can fulfil. Requirements are in",
		"Kassa's own words; where clauses are named in the code they are from memory of the standards and to be checked against them.",
		"",
		"- **met by code**: nobody else has to do anything",
		"- **code's part**: the code does what code can; the rest is named",
		"- **not by code**: nothing in this project can meet it",
		"",
		"| standard | requirements | met by code | code's part | not by code | needs hardware | needs a laboratory | needs the operator |",
		"|---|---|---|---|---|---|---|---|",
		...standards.map(
			({ standard, requirements }) => `| [${standard}](#${anchor(standard)}) | ${counts(requirements).join(" | ")} |`,
		),
		`| all | ${counts(all).join(" | ")} |`,
	];
}

function section({ standard, about, requirements }: Standard): string[] {
	return [
		"",
		`## ${standard}`,
		"",
		about,
		"",
		"| id | requirement | status | in | shown by |",
		"|---|---|---|---|---|",
		...requirements.map(row => `| ${row.id} | ${row.requirement} | ${status(row)} | ${files(row)} | ${tests(row)} |`),
	];
}

function status(row: ComplianceRow): string {
	const needs = row.needs.map(need => NEEDS[need]).join(", ");
	const words = { code: "met by code", part: `code's part; needs ${needs}`, others: `not by code: needs ${needs}` };
	return [words[statusOf(row)], ...(row.left ? [row.left] : [])].join(". ");
}

function files({ files: paths }: ComplianceRow): string {
	return paths.map(path => `\`${path}\``).join("<br>") || "–";
}

function tests({ tests: cited }: ComplianceRow): string {
	const escaped = (title: string) => title.replaceAll("|", "\\|").replaceAll("<", "&lt;");
	return cited.map(({ file, title }) => `\`${file}\` ${escaped(title)}`).join("<br>") || "–";
}

/** As Markdown makes it of a heading. */
function anchor(heading: string): string {
	return heading
		.toLowerCase()
		.replaceAll(/[^a-z0-9 -]/g, "")
		.replaceAll(" ", "-");
}

/** Files and tests that are cited and not there, one sentence each. */
export function brokenCitations(standards = STANDARDS): string[] {
	return standards
		.flatMap(({ requirements }) => requirements)
		.flatMap(({ id, files: paths, tests: cited }) => [
			...paths.filter(path => !existsSync(`${ROOT}${path}`)).map(path => `${id}: there is no file ${path}`),
			...cited
				.filter(({ file, title }) => !existsSync(`${ROOT}${file}`) || !titles(read(file)).has(title))
				.map(({ file, title }) => `${id}: ${file} has no test "${title}"`),
		]);
}
