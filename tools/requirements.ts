import { readFileSync } from "node:fs";
import { readTexts } from "./readTexts.js";

/** One obligation that a test can check, from docs/requirements.json. */
export interface Requirement {
	/** Stable, e.g. "EMV-SEL-03". */
	readonly id: string;
	/** One sentence. */
	readonly requirement: string;
	/** Where it stands, e.g. "Book 1, 12.3.2", "ISO/IEC 7816-3, 11.4" or "docs/sale.md". */
	readonly sections: readonly string[];
}

/** A test, or a group of them, that fails where a requirement is not met. */
export interface ShownBy {
	/** Under test/. */
	readonly file: string;
	/** With the groups that it stands in, e.g. "DDA > fails: %s". */
	readonly title: string;
}

export const REQUIREMENTS: readonly Requirement[] = JSON.parse(
	readFileSync(new URL("../docs/requirements.json", import.meta.url), "utf8"),
).requirements;

/** Requirement id to the tests that name it, from all files of test/. */
export function testsByRequirement(): ReadonlyMap<string, readonly ShownBy[]> {
	const tests = new Map<string, ShownBy[]>();
	for (const [file, text] of readTexts("test")) {
		for (const { ids, title } of shownIn(text))
			for (const id of ids) tests.set(id, [...(tests.get(id) ?? []), { file, title }]);
	}
	return tests;
}

const IDS = /^\s*\/\/ \[([A-Z][A-Z0-9-]+-\d\d(?: [A-Z][A-Z0-9-]+-\d\d)*)\]$/;
/** A call that makes tests: of vitest, or of a function in the file that takes a title first. */
const CALL = /^(\t*)(?:await )?([a-z]\w*)(\.each|\.for)?\b[^;]*?[(<]/;

/**
 * What the tests of a file show: requirement ids in square brackets, alone on comment lines directly above a test or a
 * group, e.g. `// [EMV-SEL-03 EMV-SEL-04]`.
 * @returns `title` is "" where the lines stand above nothing that has one
 */
export function shownIn(text: string): { ids: string[]; title: string }[] {
	const lines = text.split("\n");
	const shown: { ids: string[]; title: string }[] = [];
	const groups: { depth: number; title: string }[] = [];
	let ids: string[] = [];
	for (const [i, line] of lines.entries()) {
		const named = IDS.exec(line)?.[1];
		if (named) {
			ids.push(...named.split(" "));
			continue;
		}
		const [, indent, name] = CALL.exec(line) ?? [];
		if (ids.length === 0 && name !== "describe") continue;
		const depth = indent?.length ?? 0;
		while (groups.length && groups.at(-1)!.depth >= depth) groups.pop();
		const own = name === undefined ? "" : titleAt(lines.slice(i).join("\n"));
		if (name === "describe") groups.push({ depth, title: own });
		const above = name === "describe" ? groups.slice(0, -1) : groups;
		if (ids.length) shown.push({ ids, title: own && [...above.map(({ title }) => title), own].join(" > ") });
		ids = [];
	}
	return shown;
}

/** Titles of all tests and groups of a file. */
export function titles(text: string): Set<string> {
	const lines = text.split("\n");
	const calls = lines.flatMap((line, i) => (/^(?:test|it|describe)$/.test(CALL.exec(line)?.[2] ?? "") ? [i] : []));
	return new Set(calls.map(i => titleAt(lines.slice(i).join("\n"))));
}

/** The title of the call that a text begins with; of a call with rows it stands behind them. */
function titleAt(text: string): string {
	const isEach = /^\s*\w+\.(?:each|for)\b/.test(text);
	const title = isEach ? /\)\(\s*(["'`])(.*?)\1/s : /^[^(]*\(\s*(["'`])(.*?)\1/s;
	return title.exec(text)?.[2] ?? "";
}
