import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { linkedModules, type ModuleLists, readManifest, upToDate, withModules } from "../../sim/device/moduleLists.js";

const firmware = readManifest("manifest.json");
const device = readManifest<ModuleLists>("sim/device/manifest.json");

test("both manifests name the modules that the sources want; when not: npm run manifests", () => {
	expect({ firmware, device }).toEqual(upToDate(firmware, device));
});

test("the board gets its drivers, the simulator its cards, both the terminal, neither what only Node runs", () => {
	const { common, board, simulator } = linkedModules();
	expect(common).toContain("src/terminal");
	expect(board).toContain("src/platform/cardSlot");
	expect(simulator).toContain("sim/card/virtualCard");
	const all = [...common, ...board, ...simulator];
	expect(new Set(all).size).toBe(all.length);
	for (const name of all) expect(name).not.toMatch(/^src\/crypto\/software|^sim\/world\/node|^sim\/cli/);
});

test("every native source is linked", () => {
	const { common, board } = linkedModules();
	const native = readdirSync("src/platform").filter(name => name.endsWith(".c"));
	expect(native).toContain("entropy.c");
	for (const name of native) expect([...common, ...board]).toContain(`src/platform/${name.slice(0, -2)}`);
});

test("a folder that came gets its line, one that went loses it, and what others wrote stays", () => {
	const before = {
		modules: {
			rng: "./src/platform/rng",
			"src/gone/*": ["./src/gone/module"],
			"cbor-x/*": ["./node_modules/cbor-x/encode"],
		},
		preload: ["rng", "src/gone/module"],
	};
	const names = ["src/main", "src/platform/iso7816Uart", "src/terminal"];
	expect(withModules(before, names, ".", "src/main")).toEqual({
		modules: {
			rng: "./src/platform/rng",
			"cbor-x/*": ["./node_modules/cbor-x/encode"],
			"src/*": ["./src/main", "./src/terminal"],
			"src/platform/*": ["./src/platform/iso7816Uart"],
		},
		// Neither the entry, which runs at start, nor native code, which has no module body.
		preload: ["rng", "src/terminal"],
	});
	expect(withModules(before, ["src/terminal"], "sim/device").modules["src/*"]).toEqual(["../../src/terminal"]);
});
