/** `npm test`: fetches what the tests need from the system, runs every suite, ends with one line that counts all checks. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REPORT = `${ROOT}artefacts/vitest.json`;
const XS_WORKER = `${ROOT}test/xs/node_modules/@agoric/xsnap/xsnap-native/xsnap/build/bin/lin/release/xsnap-worker`;

let passed = 0;
let failed = 0;

provide("Chromium", "/usr/bin/chromium", installWithApt("chromium"));
provide("pcscd", "/usr/sbin/pcscd", installWithApt("pcscd"));
provide("vpcd", "/etc/reader.conf.d/vpcd", installWithApt("vsmartcard-vpcd"));
provide("opensc-tool", "/usr/bin/opensc-tool", installWithApt("opensc"));
provide("Mosquitto", "/usr/sbin/mosquitto", () => installWithApt("mosquitto")() && stopService("mosquitto"));
provide("the XS engine", XS_WORKER, () => run("npm", ["ci", "--prefix", "test/xs", "--no-audit", "--no-fund"], "pipe"));

check("format and lint", "npm", ["run", "-s", "lint"]);
check("types", "npm", ["run", "-s", "typecheck"]);
vitest();
if (!process.env.MODDABLE)
	console.log("not run: test/device and the build for the Moddable simulator need MODDABLE to name an SDK 8.2.x");

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

/** Installs what is missing; when that does not work either, one line says what to do and the run counts it as failed. */
function provide(what: string, path: string, install: () => boolean): void {
	if (existsSync(path)) return;
	console.log(`installing ${what} …`);
	if (install() && existsSync(path)) return;
	console.error(`FAILED: ${what} is missing and could not be installed: ${path}`);
	failed++;
}

function installWithApt(name: string): () => boolean {
	const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", name], "pipe");
	return () => process.getuid?.() === 0 && (install() || (run("apt-get", ["update"], "pipe") && install()));
}

/** Debian starts what it installs; the tests start their own, on ports of their own. */
function stopService(name: string): boolean {
	spawnSync("service", [name, "stop"], { stdio: "ignore" }); // it may not have been started
	return true;
}

function check(name: string, command: string, args: readonly string[]): void {
	const ok = run(command, args, "inherit");
	console.log(`${ok ? "ok" : "FAILED"}: ${name}`);
	if (ok) passed++;
	else failed++;
}

function vitest(): void {
	mkdirSync(`${ROOT}artefacts`, { recursive: true });
	rmSync(REPORT, { force: true });
	const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
	const ok = run("npx", ["vitest", "run", ...reporters], "inherit");
	if (!existsSync(REPORT)) {
		console.error("FAILED: the unit tests did not run to their end");
		failed++;
		return;
	}
	const report = JSON.parse(readFileSync(REPORT, "utf8")) as Readonly<Record<string, number>>;
	passed += report.numPassedTests!;
	// A file that does not load has no tests to count, and a skipped test is one that nobody saw pass.
	const missing = report.numFailedTests! + report.numPendingTests! + report.numTodoTests!;
	failed += missing || (ok ? 0 : 1);
}

function run(command: string, args: readonly string[], output: "inherit" | "pipe"): boolean {
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	const { status, stderr } = spawnSync(command, args, { cwd: ROOT, env, stdio: ["ignore", output, output] });
	if (status !== 0 && stderr) console.error(String(stderr).trim().split("\n").slice(-5).join("\n"));
	return status === 0;
}
