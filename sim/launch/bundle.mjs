import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The programs of the simulator, by the name that starts them. */
export const PROGRAMS = Object.freeze({
	start: "sim/main.ts",
	kassa: "sim/kassa.ts",
	bank: "sim/bank/main.ts",
	management: "sim/management/main.ts",
});

const FOLDER = join(ROOT, "artefacts/programs");
const LATEST = "latest.json";
/** Those that are no longer the latest may still run, and load what they have not loaded yet. */
const KEEP_MS = 24 * 60 * 60_000;
/** The clock that files are stamped by ticks more slowly, and may be so far behind. */
const TICK_MS = 20;

/**
 * The programs as JavaScript, bundled again when a source or a package has changed since: Node loads a few bundles in a
 * fraction of the time that a thousand modules take.
 * @param {string} [home] where they are kept
 * @returns {Promise<string>} the folder that holds `start.mjs`, `kassa.mjs` …
 */
export async function bundledPrograms(home = FOLDER) {
	const latest = readLatest(home);
	if (latest?.inputs.every(([path, stamp]) => stamp === stampOf(path)) && existsSync(join(home, latest.folder)))
		return join(home, latest.folder);
	const folder = `${Date.now().toString(36)}-${process.pid}`;
	const begun = Date.now() - TICK_MS;
	const inputs = await bundle(PROGRAMS, join(home, folder));
	// Two that bundle at the same time: both bundles are good, and the last one is the latest.
	const stamped = [...inputs, "sim/launch/bundle.mjs", "package-lock.json"].map(path => [path, stampOf(path, begun)]);
	const draft = join(home, `${folder}.json`);
	writeFileSync(draft, JSON.stringify({ root: ROOT, folder, inputs: stamped }));
	renameSync(draft, join(home, LATEST));
	removeOld(home, folder);
	return join(home, folder);
}

/**
 * Bundles TypeScript of this project for Node, each entry into one file and what they share into others. What a module asks
 * for beside itself (`import.meta.url`) it still finds there.
 * @param {Readonly<Record<string, string>>} entries source in this project, by the name of what it becomes
 * @param {string} outdir
 * @param {Readonly<Record<string, string>>} [define] constants to put in the place of names
 * @returns {Promise<string[]>} the project's own sources that went into it, relative to its folder
 */
export async function bundle(entries, outdir, define = {}) {
	const { build } = await import("esbuild");
	const isAlone = Object.keys(entries).length === 1; // one file, as small as it can be
	const { metafile } = await build({
		absWorkingDir: ROOT,
		entryPoints: Object.entries(entries).map(([out, path]) => ({ in: path, out })),
		outdir,
		define,
		bundle: true,
		splitting: !isAlone,
		minify: isAlone,
		format: "esm",
		platform: "node",
		target: "node20",
		outExtension: { ".js": ".mjs" },
		chunkNames: "shared/[name]-[hash]",
		sourcemap: "linked",
		mainFields: ["module", "main"],
		// These bring native code or find their own files.
		external: ["libsql", "koffi", "esbuild", "cbor-extract"],
		// For packages in CommonJS, which ask for Node's own modules so.
		banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
		metafile: true,
		logLevel: "silent",
		plugins: [ownPlaces],
	});
	return Object.keys(metafile.inputs).filter(path => !path.includes("node_modules/"));
}

/** A module that looks for a file beside itself looks beside its source. */
const ownPlaces = {
	name: "own places",
	setup({ onLoad }) {
		onLoad({ filter: /\.ts$/ }, async ({ path }) => {
			if (/^(\.\.|node_modules)/.test(relative(ROOT, path))) return undefined;
			const source = await readFile(path, "utf8");
			const contents = source.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
			return { loader: "ts", contents };
		});
	},
};

function readLatest(home) {
	try {
		const latest = JSON.parse(readFileSync(join(home, LATEST), "utf8"));
		// Those of a project that this one was copied from load the sources of that one.
		return latest.root === ROOT && Array.isArray(latest.inputs) ? latest : undefined;
	} catch {
		return undefined; // there is none, or none that counts
	}
}

/** Changes when the file does; null for one of since `begun`, of which nobody knows what was read of it. */
function stampOf(path, begun = Number.POSITIVE_INFINITY) {
	const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
	return stat && stat.mtimeMs < begun ? `${stat.mtimeMs}-${stat.size}` : null;
}

function removeOld(home, latest) {
	for (const name of readdirSync(home)) {
		const path = join(home, name);
		const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
		if (name !== latest && name !== LATEST && age > KEEP_MS) rmSync(path, { recursive: true, force: true });
	}
}
