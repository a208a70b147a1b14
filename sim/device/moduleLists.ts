import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** The parts of a Moddable manifest that name Kassa's modules. */
export interface Manifest {
	readonly modules: Record<string, string | string[]>;
	preload: string[];
	readonly platforms: { readonly esp32: { readonly modules: Manifest["modules"]; preload: string[] } };
}

/** Modules of src/ in the order of their names, without ".ts". */
export function sources(): string[] {
	return readdirSync("src", { recursive: true, encoding: "utf8" })
		.filter(path => path.endsWith(".ts"))
		.map(path => `src/${path.replaceAll("\\", "/").slice(0, -3)}`)
		.sort();
}

/** Those that the manifest links under their own names. */
export function linkedSources(manifest: Manifest, modules: Manifest["modules"]): string[] {
	const paths = (value: string | string[] | undefined) => [value ?? []].flat().map(path => path.replace("./", ""));
	const excluded = paths(manifest.modules["~"]);
	const named = Object.keys(modules)
		.filter(specifier => specifier.startsWith("src/"))
		.flatMap(specifier => paths(modules[specifier]));
	return sources().filter(source => {
		const folder = `${source.slice(0, source.lastIndexOf("/"))}/*`;
		return !excluded.includes(source) && (named.includes(source) || named.includes(folder));
	});
}

/** Modules of src/ and sim/ to which an entry leads by imports that remain at run time, without ".ts". */
export function reachedFrom(entry: string, found = new Set<string>()): string[] {
	if (found.has(entry)) return [];
	found.add(entry);
	const source = readFileSync(`${entry}.ts`, "utf8");
	for (const [, path] of source.matchAll(/^(?:import|export) (?!type )[^"]*"(\.[^"]*)\.js";$/gm))
		reachedFrom(normalize(join(entry, "..", path!)).replaceAll("\\", "/"), found);
	return [...found].sort();
}

/** Those of sim/ of which the simulated device consists. */
export function simulatedDevice(): string[] {
	return reachedFrom("sim/device/main").filter(name => name.startsWith("sim/"));
}

/** Modules of src/platform/: what every device needs, and what a board alone needs. */
export function platformModules(): { readonly common: string[]; readonly board: string[] } {
	const platform = (entry: string) => reachedFrom(entry).filter(name => name.startsWith("src/platform/"));
	const common = platform("sim/device/main");
	// Native code of a board has no TypeScript of its own that could be imported.
	const native = readdirSync("src/platform")
		.filter(name => name.endsWith(".c"))
		.map(name => `src/platform/${name.slice(0, -2)}`);
	const board = [...new Set([...platform("src/main"), ...native])].filter(name => !common.includes(name));
	return { common, board: board.sort() };
}

export function readManifest(path: string): Manifest {
	return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

export function writeManifest(path: string, manifest: Manifest): void {
	writeFileSync(path, `${JSON.stringify(manifest, null, "\t")}\n`);
}
