import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = [
	"README.md",
	"CHANGELOG.md",
	...readdirSync(join(ROOT, "docs"))
		.filter(isPage)
		.map(name => `docs/${name}`),
];
const { scripts, dependencies, optionalDependencies, devDependencies } = JSON.parse(read("package.json"));
const SCRIPTS = Object.keys(scripts);

function isPage(name: string): boolean {
	return name.endsWith(".md");
}

function read(page: string): string {
	return readFileSync(join(ROOT, page), "utf8");
}

/** Addresses of a page's headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
	const found = new Set<string>();
	for (const [, heading] of withoutCode(text).matchAll(/^#+ (.+)$/gm)) {
		const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
		const anchor = plain.replaceAll(/[^\p{L}\p{N}\- _]/gu, "").replaceAll(" ", "-");
		found.add(found.has(anchor) ? `${anchor}-1` : anchor);
	}
	return found;
}

function withoutCode(text: string): string {
	return text.replaceAll(/^\s*```[\s\S]*?^\s*```/gm, "");
}

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
	return [...withoutCode(text).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([, path, anchor]) => {
		const target = path ? normalize(join(dirname(page), path)) : page;
		if (path && !existsSync(join(ROOT, target))) return [target];
		return anchor === undefined || anchors(path ? read(target) : text).has(anchor) ? [] : [`${target}#${anchor}`];
	});
}

/** Files and folders of the project that a page names and that are not there; tests are also named from test/. */
function missingFiles(text: string): string[] {
	const named = [...text.matchAll(/`((?:src|sim|test|tools|docs|bench)\/[\w./-]+)`/g)].map(([, path]) => path!);
	const isThere = (path: string) =>
		existsSync(join(ROOT, path)) || (path.endsWith(".test.ts") && existsSync(join(ROOT, "test", path)));
	return named.filter(path => !isThere(path));
}

/** `npm run NAME` that package.json has not. */
function missingScripts(text: string): string[] {
	return [...text.matchAll(/npm run (?:-s )?([a-z][\w:]*)/g)]
		.map(([, name]) => name!)
		.filter(name => !SCRIPTS.includes(name));
}

describe.each(PAGES)("%s", page => {
	test("links to what is there, and names files and commands that are", () => {
		const text = read(page);
		expect({ links: brokenLinks(page, text), files: missingFiles(text), scripts: missingScripts(text) }).toEqual({
			links: [],
			files: [],
			scripts: [],
		});
	});
});

test("README.md lists every command of npm run", () => {
	const list = /^`npm run` lists the commands:[\s\S]*?\.$/m.exec(read("README.md"))![0];
	const listed = [...list.matchAll(/`([a-z:]+)`/g)].map(([, name]) => name);
	expect(listed.sort()).toEqual([...SCRIPTS].sort());
});

test("docs/dependencies.md gives each package its reason, in one row", () => {
	const cells = [...read("docs/dependencies.md").matchAll(/^\| ((?:`[^`]+`(?:, )?)+)/gm)].map(([, cell]) => cell!);
	const named = cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
	const packages = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
	expect(packages.length).toBeGreaterThan(30);
	for (const name of packages) {
		const rows = named.filter(each => each === name || (each === "@types/*" && name.startsWith("@types/")));
		expect(rows, name).toHaveLength(1);
	}
});

test("what is broken is found", () => {
	const text = "# One\n[a](#one) [b](#two) [c](nowhere.md) [d](keys.md#no-such) `src/nowhere.ts` `npm run nothing`";
	expect(brokenLinks("docs/x.md", text)).toEqual(["docs/x.md#two", "docs/nowhere.md", "docs/keys.md#no-such"]);
	expect(missingFiles(text)).toEqual(["src/nowhere.ts"]);
	expect(missingScripts(text)).toEqual(["nothing"]);
});
