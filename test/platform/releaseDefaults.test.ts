import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as testMerchant from "../../sim/world/merchant.js";
import { PASSCODE } from "../flows/bench.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8")) as Manifest;

interface Manifest {
	readonly include?: string | readonly string[];
	readonly modules?: Readonly<Record<string, string | readonly string[]>>;
	readonly config?: object;
	readonly defines?: object;
	readonly platforms: Readonly<Record<string, Omit<Manifest, "platforms">>>;
}

/** What the image for a board is made of: the common part and the board's. */
const BOARD: readonly Omit<Manifest, "platforms">[] = [MANIFEST, MANIFEST.platforms.esp32!];

/** Sources of the image, by their path. */
function sources(): ReadonlyMap<string, string> {
	const files = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true });
	return new Map(
		files
			.filter(file => file.isFile() && /\.(?:ts|c)$/.test(file.name))
			.map(file => join(file.parentPath, file.name))
			.map(path => [relative(ROOT, path), readFileSync(path, "utf8")]),
	);
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

describe("the image for a board has no debug interface", () => {
	test("its manifest includes no debugger, no instrumentation, no test and no simulator", () => {
		const named = BOARD.flatMap(part => [part.include ?? [], ...Object.values(part.modules ?? {})].flat(2));
		expect(named.length).toBeGreaterThan(20);
		for (const name of named) expect(name).not.toMatch(/debug|xsbug|instrument|telnet|\brepl\b|\/tests?\/|sim\//i);
	});

	test("neither configuration nor definitions switch one on", () => {
		for (const { config, defines } of BOARD)
			expect(JSON.stringify({ config, defines })).not.toMatch(/debug|xsbug|telnet|jtag|trace/i);
	});

	test("no source stops in a debugger, opens a listener, or evaluates text", () => {
		for (const [path, text] of sources()) {
			const code = withoutComments(text);
			expect(code, path).not.toMatch(/\bdebugger\b/);
			expect(code, path).not.toMatch(/\beval\s*\(|new Function\b|\bimport\.meta\.eval\b/);
			expect(code, path).not.toMatch(/\bListener\b|\.listen\(\s*[{0-9]|embedded:io\/socket\/listener/);
		}
	});

	test("what is traced goes through the log alone, which a release build leaves without effect", () => {
		const tracing = [...sources()]
			.filter(([, text]) => /\btrace\s*\(/.test(withoutComments(text)))
			.map(([path]) => path);
		expect(tracing).toEqual(["src/platform/log.ts"]);
	});

	test("no source writes to a console", () => {
		for (const [path, text] of sources()) expect(withoutComments(text), path).not.toMatch(/\bconsole\s*\./);
	});
});

describe("the image has no passcode and no key of its own", () => {
	test("what tests and the test world use is nowhere in it", () => {
		const secrets = [testMerchant.TEST_SUPERVISOR_PASSCODE, PASSCODE];
		for (const [path, text] of sources()) {
			if (path === join("src", "display", "font.generated.ts")) continue; // pictures of letters in base64
			for (const secret of secrets) expect(text, path).not.toMatch(new RegExp(`["'\`]${secret}["'\`]`));
		}
	});

	test("nothing in it sets a passcode to a fixed value", () => {
		const setting = /(?:passcodes?|operators?)\.(?:set|choosePasscode|add)\([^)]*(?:asciiBytes\(|["'`][0-9]{4,}["'`])/i;
		for (const [path, text] of sources()) expect(text, path).not.toMatch(setting);
		expect('c.passcodes.set("supervisor", asciiBytes("1234"), 0)').toMatch(setting); // it would be seen
	});

	test("no module of it comes from the simulators", () => {
		for (const [path, text] of sources())
			for (const [, from] of text.matchAll(/from "(\.[^"]+)"/g))
				expect(relative(ROOT, join(ROOT, dirname(path), from!)), path).toMatch(/^src/);
	});
});
