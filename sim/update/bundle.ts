import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What an image may do wrong, for trying the way back. */
export const DEFECTS = Object.freeze(["none", "crash", "selfCheck"] as const);
export type Defect = (typeof DEFECTS)[number];

/** Finds its sources beside itself, so that it can be in no bundle. */
const BUNDLER = new URL("../launch/bundle.mjs", import.meta.url).href;
interface Bundler {
	bundle(entries: object, outdir: string, define: object): Promise<string[]>;
}

/** @returns the terminal as an image: one module for Node, with the version that it says it has */
export async function bundleTerminal(version: string, defect: Defect = "none"): Promise<Uint8Array> {
	const folder = mkdtempSync(join(tmpdir(), "kassa-image-"));
	try {
		const { bundle } = (await import(BUNDLER)) as Bundler;
		await bundle({ terminal: "sim/update/terminal.ts" }, folder, {
			KASSA_VERSION: JSON.stringify(version),
			KASSA_DEFECT: JSON.stringify(defect),
		});
		return new Uint8Array(readFileSync(join(folder, "terminal.mjs")));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
