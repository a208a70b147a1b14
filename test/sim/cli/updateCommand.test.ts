import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readUpdateFile } from "../../../sim/update/updateFolder.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { urgencyOf } from "../../../src/update/updateRules.js";
import { kassaHere } from "./kassaHere.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-make-update-"));
const state = new StateFolder(join(folder, "state"));
const image = join(folder, "v2.mjs");

beforeAll(async () => {
	await openTestWorld(state, false);
	writeFileSync(image, "an image");
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How urgent the update is that was made, by its own manifest. */
async function made(urgency: string, ...more: string[]) {
	const words = ["update", "make", image, "--version", "2.0.0", "--urgency", urgency, ...more, "--state", state.path];
	const { status, stdout, stderr } = await kassaHere(words);
	expect(status, stderr).toBe(0);
	const { claims: offer } = readUpdateFile(state, `${image}.update`);
	return {
		told: / counter 1, ([a-z-]+), /.exec(stdout)?.[1],
		urgency: urgencyOf(offer, Math.floor(Date.now() / 1000)),
	};
}

const STATES = [
	{ told: "available", urgency: "available" },
	{ told: "required", urgency: "required" },
	{ told: "required-for-offline", urgency: "requiredForOffline" },
] as const;

test.each([
	["available", [], "available"],
	["required", [], "required"],
	["required", ["--within", "0"], "overdue"],
	["required-for-offline", [], "requiredForOffline"],
	["required-for-offline", ["--within", "0"], "overdueForOffline"],
] as const)("%s %j is signed as such", async (urgency, more, is) => {
	expect(await made(urgency, ...more)).toEqual({ told: urgency, urgency: is });
});

test("random draws each of them, and signs and says which", async () => {
	const chance = vi.spyOn(Math, "random");
	try {
		for (const [drawn, expected] of [
			[0, STATES[0]],
			[0.33, STATES[0]],
			[0.34, STATES[1]],
			[0.67, STATES[2]],
			[0.999_999, STATES[2]],
		] as const) {
			chance.mockReturnValue(drawn);
			expect(await made("random")).toEqual(expected);
		}
	} finally {
		chance.mockRestore();
	}
});
