import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeTestScheme } from "../../sim/card/testScheme.js";
import { testConfiguration } from "../../sim/world/terminalConfiguration.js";
import { parseHex } from "../../src/bytes/hex.js";
import { testsByRequirement } from "../../tools/requirements.js";

interface Option {
	readonly id: string;
	readonly option: string;
	readonly section: string;
	readonly supported: "yes" | "no";
	readonly bit?: string;
	readonly source: readonly string[];
	readonly tests: readonly string[];
	/** Of docs/requirements.json: what the option pulls in. */
	readonly requirements: readonly string[];
}

interface Capabilities {
	readonly terminalType: string;
	readonly terminalCapabilities: string;
	readonly additionalTerminalCapabilities: string;
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const OPTIONS: readonly Option[] = JSON.parse(read("docs/ics.json")).options;

test("each option has a name of its own, a section, and an answer", () => {
	expect(new Set(OPTIONS.map(({ id }) => id)).size).toBe(OPTIONS.length);
	const bits = OPTIONS.flatMap(({ bit }) => bit ?? []);
	expect(new Set(bits).size).toBe(bits.length);
	for (const { id, option, section, supported } of OPTIONS) {
		expect(option, id).not.toBe("");
		expect(section, id).toMatch(/^Book [1-4], (Annex [A-D]\d?|\d+(\.\d+)*)$/);
		expect(supported, id).toMatch(/^(yes|no)$/);
	}
});

test.each(OPTIONS.filter(({ supported }) => supported === "yes"))("$id is where the statement says", option => {
	expect(option.source).not.toEqual([]);
	expect(option.tests).not.toEqual([]);
	for (const path of [...option.source, ...option.tests])
		expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
	for (const path of option.source) expect(path).toMatch(/^src\//);
	for (const path of option.tests) expect(/\btest(\.\w+)?[<(]/.test(read(path)), path).toBe(true);
});

test.each(OPTIONS.filter(({ supported }) => supported === "yes"))(
	"$id pulls in requirements, each with a test",
	option => {
		const shown = testsByRequirement();
		expect(option.requirements).not.toEqual([]);
		expect(option.requirements.filter(id => !shown.has(id))).toEqual([]);
	},
);

test("what is not supported names no code", () => {
	for (const { id, supported, source, tests, requirements } of OPTIONS)
		if (supported === "no") expect([...source, ...tests, ...requirements], id).toEqual([]);
});

test("every bit of the three data elements is declared", () => {
	const all = { terminalType: "22", terminalCapabilities: "E0F8E8", additionalTerminalCapabilities: "FF80F0F3FF" };
	const declared = OPTIONS.map(({ bit }) => bit);
	expect(claims(all).filter(bit => !declared.includes(bit))).toEqual([]);
	expect(declared.filter(bit => bit?.startsWith("9F35"))).toHaveLength(15);
});

test("the example configuration claims nothing that is not supported", () => {
	expect(claims(JSON.parse(read("docs/configuration.example.json"))).filter(bit => !isSupported(bit))).toEqual([]);
});

test("the test terminal claims no kernel option that is not supported", async () => {
	const configuration = testConfiguration(await makeTestScheme()) as Capabilities;
	// Readers, keys and printers belong to the device that the test terminal stands for, not to the kernel.
	const ofKernel = claims(configuration).filter(bit => /^9F35|^9F33 byte [23]|^9F40 byte [125]/.test(bit));
	expect(ofKernel.length).toBeGreaterThan(8);
	expect(ofKernel.filter(bit => !isSupported(bit))).toEqual([]);
});

function isSupported(bit: string): boolean {
	return OPTIONS.some(option => option.bit === bit && option.supported === "yes");
}

/** What a configuration declares, e.g. "9F33 byte 2 bit 8". */
function claims(configuration: Capabilities): string[] {
	return [
		`9F35 = ${configuration.terminalType}`,
		...bits("9F33", configuration.terminalCapabilities),
		...bits("9F40", configuration.additionalTerminalCapabilities),
	];
}

function bits(tag: string, hex: string): string[] {
	return [...parseHex(hex)].flatMap((byte, i) =>
		[8, 7, 6, 5, 4, 3, 2, 1].filter(bit => byte & (1 << (bit - 1))).map(bit => `${tag} byte ${i + 1} bit ${bit}`),
	);
}
