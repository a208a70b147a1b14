import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** The parts of a Moddable manifest that name modules. */
export interface ModuleLists {
	/** Files by specifier; a specifier "folder/*" has those of one folder. */
	modules: Record<string, string | string[]>;
	preload: string[];
}

export interface Manifest extends ModuleLists {
	readonly platforms: { readonly esp32: ModuleLists };
}

/** Modules of src/ and sim/ to which an entry leads by imports that remain at run time, without ".ts". */
function reachedFrom(entry: string, found = new Set<string>()): string[] {
	if (found.has(entry)) return [];
	found.add(entry);
	const source = readFileSync(`${entry}.ts`, "utf8");
	for (const [, path] of source.matchAll(/^(?:import|export) (?!type )[^"]*"(\.[^"]*)\.js";$/gm))
		reachedFrom(slashed(normalize(join(entry, "..", path!))), found);
	return [...found].sort();
}

/** What is linked: into every device, into a board alone, into the simulated device alone. */
export function linkedModules(): Readonly<Record<"common" | "board" | "simulator", string[]>> {
	const simulator = reachedFrom("sim/device/main");
	// Native code of a board has no TypeScript of its own that could be imported.
	const native = readdirSync("src/platform")
		.filter(name => name.endsWith(".c"))
		.map(name => `src/platform/${name.slice(0, -2)}`)
		.filter(name => !hasTypeScript(name));
	const board = [...reachedFrom("src/main"), ...native].sort();
	return {
		common: board.filter(name => simulator.includes(name)),
		board: board.filter(name => !simulator.includes(name)),
		simulator: simulator.filter(name => !board.includes(name)),
	};
}

/**
 * A manifest's lists with `names` as its modules of src/ and sim/; what else it names stays.
 * @param folder where the manifest lies
 * @param entry started by the SDK; all others are preloaded: mcconfig expands a "*" in "preload" for JavaScript only
 */
export function withModules(
	{ modules, preload }: ModuleLists,
	names: readonly string[],
	folder: string,
	entry?: string,
): ModuleLists {
	const isOurs = (name: string) => /^(src|sim)\//.test(name);
	const lines: Record<string, string[]> = {};
	for (const name of names) {
		const path = slashed(relative(folder, name));
		const line = `${dirname(name)}/*`;
		lines[line] ??= [];
		lines[line].push(path.startsWith(".") ? path : `./${path}`);
	}
	return {
		modules: { ...Object.fromEntries(Object.entries(modules).filter(([specifier]) => !isOurs(specifier))), ...lines },
		preload: [...preload.filter(name => !isOurs(name)), ...names.filter(name => name !== entry && hasTypeScript(name))],
	};
}

/** Both manifests as the sources want them. */
export function upToDate(firmware: Manifest, device: ModuleLists): { firmware: Manifest; device: ModuleLists } {
	const { common, board, simulator } = linkedModules();
	const esp32 = { ...firmware.platforms.esp32, ...withModules(firmware.platforms.esp32, board, ".", "src/main") };
	return {
		firmware: {
			...firmware,
			...withModules(firmware, common, "."),
			platforms: { ...firmware.platforms, esp32 },
		},
		device: { ...device, ...withModules(device, simulator, "sim/device", "sim/device/main") },
	};
}

export function readManifest<T extends ModuleLists = Manifest>(path: string): T {
	return JSON.parse(readFileSync(path, "utf8")) as T;
}

export function writeManifest(path: string, manifest: ModuleLists): void {
	writeFileSync(path, `${JSON.stringify(manifest, null, "\t")}\n`);
}

function hasTypeScript(name: string): boolean {
	return existsSync(`${name}.ts`);
}

function slashed(path: string): string {
	return path.replaceAll("\\", "/");
}
