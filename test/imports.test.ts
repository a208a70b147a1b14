import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const BELOW_FLOWS = [
	"privacy",
	"monitor",
	"update",
	"operation.ts",
	"operators",
	"receipt",
	"binding",
	"emv",
	"host",
	"management",
	"journal",
	"keys",
	"keypad",
	"display",
	"card",
	"crypto",
	"bytes",
];
/** What the parts of the Terminal may use. */
const BELOW_TERMINAL = [...BELOW_FLOWS, "flows", "type:terminalSettings.ts"];

/**
 * Arrows point down: which folder of `src/` may import which (docs/architecture.md). A row names what its folder may
 * import besides itself; types of ports.ts are free to all.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
	bytes: ["package:cbor-x/encode"],
	crypto: ["bytes", "package:@stablelib/", "package:tweetnacl"],
	card: ["bytes"],
	keys: ["crypto", "bytes"],
	display: ["bytes"],
	operators: ["journal", "crypto", "bytes", "operation.ts"],
	binding: ["keys", "crypto", "bytes"],
	update: ["binding", "journal", "crypto", "bytes"],
	receipt: ["display", "bytes"],
	keypad: ["bytes"],
	emv: ["card", "crypto", "bytes", "type:keys"],
	host: ["keys", "bytes", "operation.ts"],
	privacy: ["monitor", "operators", "journal", "binding", "bytes", "operation.ts"],
	monitor: ["journal", "keys", "bytes", "operation.ts"],
	journal: ["bytes", "crypto", "operation.ts"],
	management: ["binding", "journal", "keys", "crypto", "bytes"],
	flows: BELOW_FLOWS,
	"turns.ts": [],
	"terminalSettings.ts": ["type:*"],
	"secureDomain.ts": BELOW_TERMINAL,
	"storedParts.ts": [...BELOW_TERMINAL, "type:secureDomain.ts"],
	"terminalParts.ts": [...BELOW_TERMINAL, "storedParts.ts", "type:secureDomain.ts", "type:turns.ts"],
	"idleLoop.ts": [...BELOW_TERMINAL, "type:turns.ts"],
	"terminalRecords.ts": BELOW_TERMINAL,
	"terminal.ts": [
		...BELOW_TERMINAL,
		"terminalParts.ts",
		"terminalRecords.ts",
		"secureDomain.ts",
		"idleLoop.ts",
		"turns.ts",
		"terminalSettings.ts",
	],
	training: [...BELOW_TERMINAL, "terminal.ts"],
	register: ["type:terminal.ts", "type:flows", "journal", "display", "bytes", "operation.ts"],
	"ports.ts": [],
	"operation.ts": [],
	platform: ["bytes", "type:*", "sdk"],
	"main.ts": ["*"],
};

// What EMV steps share and may therefore import no step (style: core below steps).
const EMV_CORE = ["tags", "dol", "fields", "outcome", "candidate", "configuration", "cvmList"];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Import {
	readonly file: string;
	readonly target: string;
	readonly typeOnly: boolean;
}

const sources = (folder: string): string[] =>
	readdirSync(join(ROOT, folder)).flatMap(name => {
		const path = `${folder}/${name}`;
		if (statSync(join(ROOT, path)).isDirectory()) return name === "node_modules" ? [] : sources(path);
		return /\.(ts|js|mjs)$/.test(name) && !name.endsWith(".d.ts") ? [path] : [];
	});

/** Import and export declarations of a file; a clause in which every name is a type counts as type-only. */
function importsOf(file: string): Import[] {
	const text = readFileSync(join(ROOT, file), "utf8");
	const found: Import[] = [];
	for (const [, keyword, clause, target] of text.matchAll(/^(import|export)\s([^;'"]*?from\s+)?["']([^"']+)["']/gm)) {
		if (keyword === "export" && !clause) continue;
		const names =
			/\{([^}]*)\}/
				.exec(clause ?? "")?.[1]
				?.split(",")
				.filter(name => name.trim()) ?? [];
		const allTypes = names.length > 0 && names.every(name => name.trim().startsWith("type "));
		found.push({ file, target: target!, typeOnly: /^type\s/.test(clause ?? "") || allTypes });
	}
	for (const [, target] of text.matchAll(/\bimport\(\s*["']([^"']+)["']/g))
		found.push({ file, target: target!, typeOnly: false });
	return found;
}

const unitOf = (path: string) => path.split("/")[1]!;
const resolveTarget = ({ file, target }: Import) => relative(ROOT, join(ROOT, dirname(file), target));

test("src/ imports follow the dependency table", () => {
	const broken: string[] = [];
	const files = sources("src");
	expect(files.length).toBeGreaterThan(80);
	for (const each of files.flatMap(importsOf)) {
		const from = unitOf(each.file);
		const allowed = ALLOWED[from];
		if (!allowed) broken.push(`${each.file}: no row in the table`);
		else if (allowed.includes("*")) continue;
		else if (each.target.startsWith(".")) {
			const path = resolveTarget(each);
			const to = path.startsWith("src/") ? unitOf(path).replace(/\.js$/, ".ts") : path;
			const free = to === from || (to === "ports.ts" && each.typeOnly) || allowed.includes(to);
			const asType = each.typeOnly && (allowed.includes(`type:${to}`) || allowed.includes("type:*"));
			if (!free && !asType) broken.push(`${each.file} -> ${each.target}`);
		} else {
			const known = allowed.some(row => row.startsWith("package:") && each.target.startsWith(row.slice(8)));
			if (!known && !allowed.includes("sdk")) broken.push(`${each.file} -> package ${each.target}`);
		}
	}
	expect(broken).toEqual([]);
});

test("the core of emv/ imports no step", () => {
	const core = EMV_CORE.map(name => `src/emv/${name}.ts`);
	const broken = core
		.flatMap(importsOf)
		.filter(each => each.target.startsWith("./") && !EMV_CORE.some(name => each.target === `./${name}.js`));
	expect(broken).toEqual([]);
});

test("no files import one another in a circle, types included", () => {
	const files = ["src", "sim", "bench"].flatMap(sources);
	const below = new Map(
		files.map(file => [
			file,
			importsOf(file)
				.filter(each => each.target.startsWith("."))
				.map(each => resolveTarget(each).replace(/\.js$/, ".ts")),
		]),
	);
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (file: string, above: readonly string[]): void => {
		if (above.includes(file)) circles.push([...above.slice(above.indexOf(file)), file].join(" -> "));
		if (done.has(file)) return;
		done.add(file);
		for (const target of below.get(file) ?? []) visit(target, [...above, file]);
	};
	for (const file of files) visit(file, []);
	expect(circles).toEqual([]);
});

test("only main.ts and sim/device import the platform, and nothing in src/ imports sim/ or test/", () => {
	const all = [...sources("src"), ...sources("sim"), ...sources("test")].flatMap(importsOf);
	const relativeOnes = all.filter(each => each.target.startsWith("."));
	const toPlatform = relativeOnes.filter(each => resolveTarget(each).startsWith("src/platform/"));
	const strangers = toPlatform.filter(
		({ file }) => !/^(src\/(main\.ts|platform\/)|sim\/device\/|test\/(platform|device)\/)/.test(file),
	);
	expect(strangers).toEqual([]);
	const upward = relativeOnes.filter(each => each.file.startsWith("src/") && !resolveTarget(each).startsWith("src/"));
	expect(upward).toEqual([]);
});

test("no source of src/ asks where it runs, reads a clock or draws a random number of its own", () => {
	const forbidden = /\bsimulator\b|Math\.random|Date\.now|process\.|\bBuffer\b|setTimeout|console\./;
	const broken = sources("src")
		.filter(file => !file.startsWith("src/platform/"))
		.filter(file => forbidden.test(readFileSync(join(ROOT, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")));
	expect(broken).toEqual([]);
});
