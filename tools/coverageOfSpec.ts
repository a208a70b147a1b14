import { BOOK_SECTIONS } from "./bookSections.js";
import { citedClauses, citedIds, citedSections, isWithin, type SectionKey, sectionKey } from "./citations.js";
import { readTexts } from "./readTexts.js";
import { REQUIREMENTS, type Requirement, type ShownBy, testsByRequirement } from "./requirements.js";

const HOLE = "**–**";

/** The page docs/coverage-of-spec.md: each requirement and each section of the Books, what obeys it and which tests show it. */
export function coverageOfSpec(): string {
	return `${[...head(), ...requirements(), ...sections()].join("\n")}\n`;
}

function head(): string[] {
	const shown = testsByRequirement();
	const holes = REQUIREMENTS.filter(({ id }) => !shown.has(id));
	return [
		"# Coverage of the Books",
		"",
		"Made by `npm run coverage` from the citations in `src/` and `test/` and the requirement ids in `test/`; do not edit.",
		"",
		`${REQUIREMENTS.length} requirements: ${REQUIREMENTS.length - holes.length} with a test, ${holes.length} without${holes.length ? `: **${holes.map(({ id }) => id).join(" ")}**` : ""}.`,
	];
}

/** The obligations of docs/requirements.json. */
function requirements(): string[] {
	const sources = readTexts("src").map(([path, text]) => ({ path, ids: citedIds(text), clauses: citedClauses(text) }));
	const sections = citations("src");
	const shown = testsByRequirement();
	const obeyedIn = ({ id, sections: asked }: Requirement) => {
		const paths = sources.filter(
			({ path, ids, clauses }) =>
				ids.has(id) ||
				asked.some(
					section => sections.get(section)?.includes(path) || [...clauses].some(each => isWithin(each, section)),
				),
		);
		return files(paths.map(({ path }) => path));
	};
	return [
		"",
		"## Requirements",
		"",
		"What implementers get wrong and what the steps must do, in Kassa's own words ([requirements.json](requirements.json)). Obeyed",
		"in: the files that cite the section, or the requirement itself by its id in square brackets. Shown by: the tests above which the id stands.",
		"",
		"| id | requirement | section | obeyed in | shown by |",
		"|---|---|---|---|---|",
		...REQUIREMENTS.map(
			each =>
				`| ${each.id} | ${each.requirement} | ${each.sections.join("<br>")} | ${obeyedIn(each)} | ${tests(shown.get(each.id))} |`,
		),
	];
}

function tests(shown: readonly ShownBy[] = []): string {
	const escaped = ({ file, title }: ShownBy) => `\`${file}\` ${title.replaceAll("|", "\\|").replaceAll("<", "&lt;")}`;
	return shown.map(escaped).join("<br>") || HOLE;
}

/** The sections of the Books. */
function sections(): string[] {
	const sources = citations("src");
	const tested = citations("test");
	const count = (cited: Citations) =>
		BOOK_SECTIONS.filter(([book, section]) => cited.has(sectionKey(book, section))).length;
	const lines = [
		"",
		"## Sections",
		"",
		"A section without a file is a hole, or is obeyed by code that does not say so; one without a test has no test that names",
		"it. Sections are those of EMV 4.4; a citation of a paragraph counts for the section listed here that holds it. Book 1, 6, 8",
		"and 9 are those of EMV 4.3, before they moved to Level 1.",
		"",
		`${BOOK_SECTIONS.length} sections: sources cite ${count(sources)}, tests cite ${count(tested)}.`,
	];
	for (const book of [1, 2, 3, 4] as const) {
		lines.push("", `### Book ${book}`, "", "| section | title | obeyed in | tested in |", "|---|---|---|---|");
		for (const [, section, title] of BOOK_SECTIONS.filter(each => each[0] === book)) {
			const key = sectionKey(book, section);
			lines.push(`| ${section} | ${title} | ${cell(sources, key)} | ${cell(tested, key)} |`);
		}
	}
	return lines;
}

type Citations = ReadonlyMap<SectionKey, readonly string[]>;

/** The files that cite a section; a heading may leave that to its parts. */
function cell(citations: Citations, key: SectionKey): string {
	const paths = citations.get(key);
	if (paths) return files(paths);
	return [...citations.keys()].some(each => each.startsWith(`${key}.`)) ? "in its parts" : HOLE;
}

function files(paths: readonly string[]): string {
	return paths.map(path => `\`${path}\``).join("<br>") || HOLE;
}

/** Section to the files of a folder that cite it, sorted. */
function citations(folder: "src" | "test"): Citations {
	const cited = new Map<SectionKey, string[]>();
	for (const [path, text] of readTexts(folder))
		for (const key of citedSections(text, isCommentOrName)) cited.set(key, [...(cited.get(key) ?? []), path]);
	return cited;
}

/** Lines in which people explain: comments, and the names of tests. */
function isCommentOrName(line: string): boolean {
	return /^\s*(\/?\*|\/\/)|\s\/\/ |^\s*(test|describe|it)\b/.test(line);
}
