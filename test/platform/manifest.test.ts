import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Manifest {
	readonly modules: Readonly<Record<string, string | readonly string[]>>;
	readonly preload: readonly string[];
	readonly platforms: { readonly esp32: Pick<Manifest, "modules" | "preload"> };
}

const manifest = JSON.parse(readFileSync("manifest.json", "utf8")) as Manifest;
const { esp32 } = manifest.platforms;

/** The sources of the firmware; of src/platform and src/crypto the manifest names those that a device has. */
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
	.filter(path => path.endsWith(".ts"))
	.map(path => `src/${path.replaceAll("\\", "/").slice(0, -3)}`);

function linked(modules: Manifest["modules"]): string[] {
	const named = Object.entries(modules)
		.filter(([specifier]) => specifier.startsWith("src/"))
		.flatMap(([, paths]) => paths)
		.map(path => path.replace("./", ""));
	return sources.filter(
		source => named.includes(source) || named.includes(`${source.slice(0, source.lastIndexOf("/"))}/*`),
	);
}

test("every folder of src/ is linked; the ciphers in JavaScript are not", () => {
	const all = [...linked(manifest.modules), ...linked(esp32.modules)].sort();
	const mapped = ["src/platform/nacl", "src/platform/naclSelf", "src/platform/rng"];
	expect(all).toEqual(sources.filter(source => source !== "src/crypto/software" && !mapped.includes(source)).sort());
});

// mcconfig expands a "*" in "preload" for JavaScript only, so that each TypeScript module has its line.
test("every module but the entry is preloaded, so that it lies in flash", () => {
	const all = [...linked(manifest.modules), ...linked(esp32.modules)];
	const preloaded = [...manifest.preload, ...esp32.preload].filter(name => name.startsWith("src/"));
	expect(preloaded.sort()).toEqual(all.filter(name => name !== "src/main").sort());
});
