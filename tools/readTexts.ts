import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Path under the folder and content of each of its own TypeScript files, sorted by path. */
export function readTexts(folder: "src" | "test"): (readonly [path: string, text: string])[] {
	return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
		.map(path => path.replaceAll("\\", "/"))
		.filter(path => path.endsWith(".ts") && !/^docs\/|node_modules\//.test(path))
		.sort()
		.map(path => [path, readFileSync(`${ROOT}${folder}/${path}`, "utf8")] as const);
}
