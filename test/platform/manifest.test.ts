import { expect, test } from "vitest";
import {
	linkedSources,
	platformModules,
	readManifest,
	simulatedDevice,
	sources,
} from "../../sim/device/moduleLists.js";

// When one of these fails: npx tsx sim/device/updateManifests.ts

const manifest = readManifest("manifest.json");
const { esp32 } = manifest.platforms;
const linked = [...linkedSources(manifest, manifest.modules), ...linkedSources(manifest, esp32.modules)];

/** Ciphers in JavaScript, for engines that have no native ones. */
const JAVASCRIPT_CIPHERS = sources().filter(source => source.startsWith("src/crypto/software"));
/** Linked under the names of the libraries that they stand in for. */
const STAND_INS = ["src/platform/nacl", "src/platform/naclSelf", "src/platform/rng"];

test("everything in src/ is linked but the ciphers in JavaScript", () => {
	expect([...linked, ...STAND_INS, ...JAVASCRIPT_CIPHERS].sort()).toEqual(sources());
});

test("every module but the entry is preloaded, so that it lies in flash", () => {
	const preloaded = [...manifest.preload, ...esp32.preload].filter(name => name.startsWith("src/"));
	expect(preloaded.sort()).toEqual(linked.filter(name => name !== "src/main").sort());
});

test("a board links what its entry leads to, the simulator without what only a board has", () => {
	const { common, board } = platformModules();
	expect([manifest.modules["src/platform/*"]].flat()).toEqual(common.map(name => `./${name}`));
	expect([esp32.modules["src/platform/*"]].flat()).toEqual(board.map(name => `./${name}`));
});

test("the simulator links exactly the modules that its device consists of", () => {
	const { modules } = readManifest("sim/device/manifest.json");
	const named = Object.entries(modules).filter(([specifier]) => specifier.startsWith("sim/"));
	const paths = named.flatMap(([, path]) => path).map(path => path.replace("../", "sim/").replace("./", "sim/device/"));
	expect(paths.sort()).toEqual(simulatedDevice());
});
