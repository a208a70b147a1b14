import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** The parts of a Moddable manifest that name Kassa's modules. */
export interface Manifest {
	readonly modules: Record<string, string | string[]>;
	preload: string[];
	readonly platforms: { readonly esp32: { readonly modules: Manifest["modules"]; readonly preload: string[] } };
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

/** Modules of sim/ to which the simulated device leads by imports that remain at run time. */
export function simulatedDevice(start = "sim/device/main", found = new Set<string>()): string[] {
	if (!start.startsWith("sim/") || found.has(start)) return [...found];
	found.add(start);
	const source = readFileSync(`${start}.ts`, "utf8");
	for (const [, path] of source.matchAll(/^(?:import|export) (?!type )[^"]*"(\.[^"]*)\.js";$/gm))
		simulatedDevice(normalize(join(start, "..", path!)), found);
	return [...found].sort();
}

export function readManifest(path: string): Manifest {
	return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

export function writeManifest(path: string, manifest: Manifest): void {
	writeFileSync(path, `${JSON.stringify(manifest, null, "\t")}\n`);
}
