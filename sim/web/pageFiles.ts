import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface PageFile {
	/** The media type. */
	readonly type: string;
	readonly content: string;
}

/** The files of both pages by the path of their address, the TypeScript of each bundled into one script. */
export async function loadPage(): Promise<ReadonlyMap<string, PageFile>> {
	const folder = new URL("page/", import.meta.url);
	const read = (name: string) => readFile(new URL(name, folder), "utf8");
	const { outputFiles } = await build({
		entryPoints: ["panel", "report"].map(name => fileURLToPath(new URL(`${name}.ts`, folder))),
		outdir: "/",
		bundle: true,
		write: false,
		format: "iife",
		target: "es2022",
		logLevel: "silent",
	});
	const script = (path: string) => outputFiles.find(file => file.path.endsWith(path))!.text;
	const html = async (name: string) => ({ type: "text/html; charset=utf-8", content: await read(name) });
	const css = (content: string) => ({ type: "text/css; charset=utf-8", content });
	const js = (path: string) => ({ type: "text/javascript; charset=utf-8", content: script(path) });
	return new Map([
		["/", await html("index.html")],
		["/report", await html("report.html")],
		["/theme.css", css(await read("theme.css"))],
		["/panel.css", css(await read("panel.css"))],
		["/report.css", css(await read("report.css"))],
		["/plots.css", css(await read("../../../node_modules/uplot/dist/uPlot.min.css"))],
		["/icon.svg", { type: "image/svg+xml", content: await read("icon.svg") }],
		["/panel.js", js("panel.js")],
		["/report.js", js("report.js")],
	]);
}
