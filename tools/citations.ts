import { BOOK_SECTIONS } from "./bookSections.js";

/** A section of BOOK_SECTIONS, e.g. "Book 3, 10.5.1". */
export type SectionKey = string;

const KEYS: ReadonlySet<string> = new Set(BOOK_SECTIONS.map(([book, section]) => sectionKey(book, section)));

export function sectionKey(book: number | string, section: string): SectionKey {
	return `Book ${book}, ${section}`;
}

/** Numbers of other documents, which look like sections: taken out before reading. */
const FOREIGN =
	/EMV 4\.[34]\b|(?:ISO(?:\/IEC)?|ANSI|X9|RFC|FIPS|NIST|Level 1)[ \d.:/-]*(?:part \d+)?(?:, (?:Annex )?[A-Z]?\d+(?:\.\d+)*(?:(?:,| and| to) \d+(?:\.\d+)+)*)?/g;
const NUMBER =
	/\b(?:Book ([1-4]|[1-4] and [1-4])(?:[,:])? ?)?(?:(?:Annex(?:es)? )?([ABCD])(\d(?:\.\d)?)?\b|(\d{1,2}(?:\.\d{1,2}){1,3}|(?<=Book [1-4],? )\d{1,2})\b)/g;

/**
 * The sections that a source text cites: "Book 3, 10.5.1" anywhere; in comments also "10.5.1" alone, of the Book named last
 * before it that has such a section, or else of any that the text names.
 * @param readsBare whether a number alone can be a citation in this line
 */
export function citedSections(text: string, readsBare: (line: string) => boolean): Set<SectionKey> {
	const cited = new Set<SectionKey>();
	const named = [...new Set([...text.matchAll(/\bBook ([1-4])/g)].map(match => match[1]!))];
	const recent: string[] = [];
	for (const line of text.split("\n")) {
		const isComment = readsBare(line);
		for (const [, book, annex, annexNumber, number] of line.replace(FOREIGN, "").matchAll(NUMBER)) {
			if (book) recent.unshift(book);
			if (!book && !isComment) continue;
			const section = number ?? `${annex}${annexNumber ?? ""}`;
			const found = (book ? [book] : [...recent, ...named]).map(each => nearest(each, section)).find(key => key);
			if (found) cited.add(found);
		}
	}
	return cited;
}

/** The listed section that holds this one: itself or the nearest above; an annex's paragraph counts for the annex. */
function nearest(book: string, section: string): SectionKey | undefined {
	for (let part = section; part; part = part.includes(".") ? part.slice(0, part.lastIndexOf(".")) : "") {
		if (KEYS.has(sectionKey(book, part))) return sectionKey(book, part);
	}
	const annex = sectionKey(book, section.slice(0, 1));
	return /^[ABCD]/.test(section) && KEYS.has(annex) ? annex : undefined;
}

/** Other documents by the name that requirements use, and how sources write it. */
const DOCUMENTS: readonly (readonly [name: string, written: RegExp])[] = [
	["ISO/IEC 7816-3", /ISO\/IEC 7816-3/g],
	["ISO/IEC 7816-4", /ISO\/IEC 7816-4/g],
	["ISO 9564-1", /ISO 9564-1/g],
	["X9.24-1", /X9\.24-1(?::\d{4})?/g],
	["X9.24-3", /X9\.24-3(?::\d{4})?/g],
	["X9.143", /X9\.143(?::\d{4})?/g],
	["SP 800-90A", /SP 800-90A(?: Rev\. 1)?/g],
	["SP 800-90B", /SP 800-90B/g],
];
const CLAUSES =
	/^(?:,? (?:section )?(?:Annex )?(?:[A-Z]\b|[A-Z]?\d+)(?:\.\d+)*(?: and (?:Annex )?[A-Z]?\d+(?:\.\d+)*)*)+/;

/** The clauses of other documents that a source text cites, e.g. "ISO/IEC 7816-3, 11.4.3", and Kassa's own pages, e.g. "docs/sale.md". */
export function citedClauses(text: string): Set<string> {
	const cited = new Set<string>(text.match(/\bdocs\/[a-z-]+\.md\b/g));
	for (const [name, written] of DOCUMENTS)
		for (const { index, 0: found } of text.matchAll(written)) {
			const clauses = CLAUSES.exec(text.slice(index + found.length, index + found.length + 80))?.[0] ?? "";
			for (const clause of clauses.match(/(?:Annex )?[A-Z]?\d+(?:\.\d+)*|Annex [A-Z]/g) ?? [])
				cited.add(`${name}, ${clause}`);
		}
	return cited;
}

/** Whether a cited clause is the asked one, part of it, or holds it. */
export function isWithin(cited: string, asked: string): boolean {
	return cited === asked || cited.startsWith(`${asked}.`) || asked.startsWith(`${cited}.`);
}

/** The requirements that a source text cites, in square brackets: [EMV-SEL-03] or [EMV-SEL-03 EMV-SEL-04]. */
export function citedIds(text: string): Set<string> {
	return new Set(
		[...text.matchAll(/\[([A-Z][A-Z0-9-]+-\d\d(?: [A-Z][A-Z0-9-]+-\d\d)*)\]/g)].flatMap(([, ids]) => ids!.split(" ")),
	);
}
