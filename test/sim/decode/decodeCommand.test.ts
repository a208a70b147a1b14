import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FRAMED, PAN, TRACE } from "./samples.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-decode-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function decode(args: readonly string[], input = "") {
	const options = { cwd: ROOT, encoding: "utf8", timeout: 15_000, input } as const;
	const all = ["sim/launch/run.mjs", "kassa", "decode", ...args];
	const { status, stdout, stderr } = spawnSync(process.execPath, all, options);
	return { status, stdout, stderr };
}

test("arguments: the guess is said", () => {
	const { status, stdout, stderr } = decode(["00", "08", "04", "80", "00"]);
	expect(stdout).toMatch(/^tvr, 5 bytes \(guessed\)\n\n95 .*Terminal Verification Results/);
	expect(stderr).toBe("");
	expect(status).toBe(0);
});

test("a binary file", () => {
	const file = join(folder, "frame.bin");
	writeFileSync(file, FRAMED);
	const { status, stdout } = decode(["iso8583", "--profile", "unionPay", "--file", file]);
	expect(stdout).toMatch(/^iso8583, \d+ bytes\n/);
	expect(stdout).toContain("622126*********0018");
	expect(status).toBe(0);
});

test("standard input, one APDU a line", () => {
	const { status, stdout } = decode([], TRACE.join("\n"));
	expect(stdout).toMatch(/^apdu, \d+ bytes \(guessed\)/);
	expect(stdout).toContain("GENERATE AC");
	expect(stdout).not.toContain(PAN);
	expect(status).toBe(0);
});

test("one JSON object, and the number only when asked for", () => {
	const masked = JSON.parse(decode(["--json", "tlv", `5A0A${PAN}F`]).stdout);
	expect(masked).toEqual({
		kind: "tlv",
		guessed: false,
		length: 12,
		nodes: [
			{
				label: "5A",
				name: "Application Primary Account Number (PAN)",
				value: "622126*********0018",
				sensitivity: "pan",
				offset: 2,
			},
		],
		problem: null,
	});
	expect(decode(["--reveal", "tlv", `5A0A${PAN}F`]).stdout).toContain(PAN);
});

test("not well-formed: what comes before, then one sentence", () => {
	const { status, stdout, stderr } = decode(["tlv", "9B02E8009F2608"]);
	expect(stdout).toContain("Offline data authentication was performed");
	expect(stderr).toBe("kassa: offset 4: a value is longer than what holds it\n");
	expect(status).toBe(1);
});

test.each([
	[["frobnicate", "9B02E800"], "", 'there is no kind "frobnicate": `kassa decode --help` lists them'],
	[["9B02E80"], "", "7 hexadecimal digits are no whole number of bytes"],
	[["9B02\u001B[31m"], "", "character 5 is not a hexadecimal digit"],
	[[], "9B02E800\n9B02X800\n", "line 2, character 5 is not a hexadecimal digit"],
	[[], "", "there is nothing to decode"],
	[["01020304"], "", "these bytes look like nothing that is known: name their kind, `kassa decode --help` lists them"],
	[["tlv", "9B02E800", "--file", "x"], "", "give hexadecimal digits or --file, not both"],
	[["--file", "/nowhere/x"], "", "cannot read /nowhere/x"],
	[["tlv", "00".repeat(16385)], "", "16385 bytes are more than the 16384 that are decoded"],
])("%j refused in one sentence", (args, input, sentence) => {
	expect(decode(args, input)).toEqual({ status: 1, stdout: "", stderr: `kassa: ${sentence}\n` });
});
