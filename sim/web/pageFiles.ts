import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface PageFile {
	/** The media type. */
	readonly type: string;
	readonly content: string;
}

/** The page's files by the path of their address, its TypeScript bundled into one script. */
export async function loadPage(): Promise<ReadonlyMap<string, PageFile>> {
	const folder = new URL("page/", import.meta.url);
	const read = (name: string) => readFile(new URL(name, folder), "utf8");
	const bundle = await build({
		entryPoints: [fileURLToPath(new URL("panel.ts", folder))],
		bundle: true,
		write: false,
		format: "iife",
		target: "es2022",
		logLevel: "silent",
	});
	return new Map([
		["/", { type: "text/html; charset=utf-8", content: await read("index.html") }],
		["/panel.css", { type: "text/css; charset=utf-8", content: await read("panel.css") }],
		["/icon.svg", { type: "image/svg+xml", content: await read("icon.svg") }],
		["/panel.js", { type: "text/javascript; charset=utf-8", content: bundle.outputFiles[0]!.text }],
	]);
}
