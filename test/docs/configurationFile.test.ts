import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-configuration-"));
const state = join(folder, "state");
// Its first CVM is the PIN that the issuer checks.
const SALE = ["sale", "--amount", "1.00", "--card", "unionpay-online-pin"] as const;
let printed: { applications: Record<string, unknown>[] };

beforeAll(() => {
	const { stdout } = run("kassa", "config", "print");
	printed = JSON.parse(stdout);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a copy of the printed configuration, changed, is what the sale goes by", () => {
	const [application] = printed.applications;
	// Book 3, 10.7: online PIN entered, TVR byte 3 bit 3, is laid over the action code
	const file = write("changed.json", { ...printed, applications: [{ ...application, tacDenial: "0000040000" }] });
	expect(JSON.parse(run("kassa", ...SALE, "--json").stdout)).toMatchObject({ outcome: "approved" });
	const { status, stdout } = run("kassa", ...SALE, "--json", "--config", file);
	expect(JSON.parse(stdout)).toMatchObject({ outcome: "declined", online: false });
	expect(status).toBe(2);
}, 60_000);

test.each([
	["kassa", SALE],
	["start", ["--port", "0", "--bank-port", "0"]],
] as const)(
	"%s refuses a bad file in one sentence with the path of the bad value",
	(program, args) => {
		const file = write("bad.json", {
			...printed,
			applications: [{ ...printed.applications[0], tacOnline: "D84004F8" }],
		});
		const { status, stdout, stderr } = run(program, ...args, "--config", file);
		expect(stderr).toBe(`kassa: ${file}: configuration.applications[0].tacOnline: must be 5 bytes in hexadecimal\n`);
		expect(stdout).toBe("");
		expect(status).toBe(1);
	},
	60_000,
);

test.each([
	["is not there", undefined, /^kassa: cannot read \S+\n$/],
	["is not JSON", "{", /^kassa: \S+ is not JSON: .+\n$/],
])(
	"a file that %s",
	(_name, content, sentence) => {
		const file = join(folder, "other.json");
		if (content) writeFileSync(file, content);
		const { status, stderr } = run("kassa", ...SALE, "--config", file);
		expect(stderr).toMatch(sentence);
		expect(status).toBe(1);
	},
	60_000,
);

function write(name: string, value: unknown): string {
	const file = join(folder, name);
	writeFileSync(file, JSON.stringify(value));
	return file;
}

function run(program: string, ...args: readonly string[]) {
	const command = ["sim/launch/run.mjs", program, ...args, "--state", state];
	return spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8", timeout: 50_000 });
}
