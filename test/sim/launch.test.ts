import { spawnSync } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
// @ts-expect-error plain JavaScript: it runs before there is anything that understands types
import { bundle, bundledPrograms } from "../../sim/launch/bundle.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const drafts: string[] = [];

afterEach(() => {
	for (const draft of drafts.splice(0)) rmSync(draft, { recursive: true, force: true });
});

/** A folder of its own: those of the project run while this is tested. */
function ownFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "kassa-bundle-"));
	drafts.push(folder);
	return folder;
}

test("programs are bundled once, and used again while no source changes", async () => {
	const home = ownFolder();
	const first = await bundledPrograms(home);
	expect(dirname(first)).toBe(home);
	expect(readdirSync(first)).toEqual(expect.arrayContaining(["start.mjs", "kassa.mjs", "bank.mjs", "management.mjs"]));
	expect(await bundledPrograms(home)).toBe(first);
});

test("they are bundled again when a source that went into them is another one now", async () => {
	const home = ownFolder();
	const first = await bundledPrograms(home);
	const latest = join(home, "latest.json");
	const kept = JSON.parse(readFileSync(latest, "utf8"));
	kept.inputs[0][1] = "1-1";
	writeFileSync(latest, JSON.stringify(kept));
	const second = await bundledPrograms(home);
	expect(second).not.toBe(first);
	expect(existsSync(first)).toBe(true); // it may still run
	writeFileSync(latest, "{");
	expect(await bundledPrograms(home)).not.toBe(second);
});

test("those of a project that this one was copied from do not count, nor does a list of another kind", async () => {
	const home = ownFolder();
	const first = await bundledPrograms(home);
	const latest = join(home, "latest.json");
	const kept = JSON.parse(readFileSync(latest, "utf8"));
	expect(kept.inputs.map(([path]: [string]) => path)).toContain("sim/launch/bundle.mjs");
	writeFileSync(latest, JSON.stringify({ ...kept, root: "/the/original" }));
	const second = await bundledPrograms(home);
	expect(second).not.toBe(first);
	writeFileSync(latest, "{}");
	expect(await bundledPrograms(home)).not.toBe(second);
});

test("a source that changes while it is bundled is bundled again", async () => {
	const home = ownFolder();
	const source = join(ROOT, "sim/launch/program.ts");
	const { atimeMs, mtimeMs } = statSync(source);
	try {
		const bundling = bundledPrograms(home);
		utimesSync(source, new Date(), new Date());
		const first = await bundling;
		expect(await bundledPrograms(home)).not.toBe(first);
	} finally {
		utimesSync(source, atimeMs / 1000, mtimeMs / 1000);
	}
});

test("a bundled module finds the files beside its source", async () => {
	const outdir = ownFolder();
	const inputs = await bundle({ profiles: "sim/card/cardProfiles.ts" }, outdir);
	expect(inputs).toContain("sim/card/cardProfiles.ts");
	const { cardGroups } = await import(join(outdir, "profiles.mjs"));
	expect(cardGroups().length).toBeGreaterThan(3);
});

test("a program that there is none of is refused with those that there are", () => {
	const { status, stderr } = spawnSync(process.execPath, ["sim/launch/run.mjs", "till"], {
		cwd: ROOT,
		encoding: "utf8",
	});
	expect({ status, stderr }).toEqual({
		status: 1,
		stderr: "no program till: there are start, kassa, bank, management\n",
	});
});
