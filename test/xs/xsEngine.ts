import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the bundle, or one expression after it, used on the XS engine. */
export interface XsUse {
	/** XS compute units. */
	readonly compute: number;
	/** Slots of the heap in use afterwards, collected or not. */
	readonly slots: number;
	/** Bytes of slots and chunks alive after a collection, on a 64-bit machine; only when asked for. */
	readonly heapBytes?: number;
	/** What the expression told by `issueCommand`. */
	readonly reply: unknown;
}

/** @throws {Error} when the engine, a package of its own, has not been installed */
export function requireXsEngine(): void {
	if (!existsSync(at("node_modules"))) throw new Error("the XS engine is missing: npm ci --prefix test/xs");
}

/**
 * Bundles a TypeScript entry and evaluates it on XS, then the expressions one after another.
 * @returns what the bundle used, then each expression
 */
export async function runOnXs(
	entry: URL,
	expressions: readonly string[],
	{ withHeap = false }: { readonly withHeap?: boolean } = {},
): Promise<XsUse[]> {
	requireXsEngine();
	const folder = mkdtempSync(join(tmpdir(), "kassa-xs-"));
	try {
		const bundle = join(folder, "bundle.js");
		await build({
			entryPoints: [fileURLToPath(entry)],
			outfile: bundle,
			bundle: true,
			format: "iife",
			target: "es2022", // as on the device: private fields as such, which would otherwise become look-ups in a WeakMap
			// XS 13 refuses a class whose static field makes the class itself while it has instance fields.
			supported: { "class-static-field": false },
			platform: "neutral",
			mainFields: ["module", "main"],
			alias: { crypto: at("noCrypto.ts") },
			logLevel: "error",
		});
		const output = execFileSync(process.execPath, [at("engine.mjs"), bundle, ...(withHeap ? ["heap"] : [])], {
			encoding: "utf8",
			input: JSON.stringify(expressions),
			maxBuffer: 64 * 1024 * 1024,
		});
		return JSON.parse(output);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
