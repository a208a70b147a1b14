import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BOOK_SECTIONS } from "./bookSections.js";
import { citedSections, type SectionKey, sectionKey } from "./citations.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The page docs/coverage-of-spec.md: each section of the Books with the files that obey it and the tests that cite it. */
export function coverageOfSpec(): string {
	const sources = citations("src");
	const tests = citations("test");
	const count = (cited: Citations) =>
		BOOK_SECTIONS.filter(([book, section]) => cited.has(sectionKey(book, section))).length;
	const lines = [
		"# Coverage of the Books",
		"",
		"Made by `npm run coverage` from the citations in `src/` and `test/`; do not edit. A section without a file is a hole, or is",
		"obeyed by code that does not say so; one without a test has no test that names it. Sections are those of EMV 4.4; a",
		"citation of a paragraph counts for the section listed here that holds it. Book 1, 8 and 9 are those of EMV 4.3, before they",
		"moved to Level 1.",
		"",
		`${BOOK_SECTIONS.length} sections: sources cite ${count(sources)}, tests cite ${count(tests)}.`,
	];
	for (const book of [1, 2, 3, 4] as const) {
		lines.push("", `## Book ${book}`, "", "| section | title | obeyed in | tested in |", "|---|---|---|---|");
		for (const [, section, title] of BOOK_SECTIONS.filter(each => each[0] === book)) {
			const key = sectionKey(book, section);
			lines.push(`| ${section} | ${title} | ${cell(sources, key)} | ${cell(tests, key)} |`);
		}
	}
	return `${lines.join("\n")}\n`;
}

type Citations = ReadonlyMap<SectionKey, readonly string[]>;

/** The files that cite a section; a heading may leave that to its parts. */
function cell(citations: Citations, key: SectionKey): string {
	const paths = citations.get(key);
	if (paths) return paths.map(path => `\`${path}\``).join("<br>");
	return [...citations.keys()].some(each => each.startsWith(`${key}.`)) ? "in its parts" : "**–**";
}

/** Section to the files of a folder that cite it, sorted. */
function citations(folder: string): Citations {
	const files = new Map<SectionKey, string[]>();
	const paths = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
		.map(path => path.replaceAll("\\", "/"))
		.filter(path => path.endsWith(".ts") && !/^docs\/|node_modules\//.test(path));
	for (const path of paths.sort()) {
		const text = readFileSync(`${ROOT}${folder}/${path}`, "utf8");
		for (const key of citedSections(text, isCommentOrName)) files.set(key, [...(files.get(key) ?? []), path]);
	}
	return files;
}

/** Lines in which people explain: comments, and the names of tests. */
function isCommentOrName(line: string): boolean {
	return /^\s*(\/?\*|\/\/)|\s\/\/ |^\s*(test|describe|it)\b/.test(line);
}
