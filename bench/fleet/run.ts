/**
 * `npm run fleet [-- --terminals N --records N]`: simulated terminals on one broker, each with its own TLS client certificate
 * and signing key and the real management code over a small journal in memory; broker and the bank's service are the
 * process that `npm start` starts. Prints what it took.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startManagement } from "../../sim/management/startManagement.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";
import { ManagementFleet } from "./managementFleet.js";

const { values } = parseArgs({
	options: { terminals: { type: "string", default: "1000" }, records: { type: "string", default: "20" } },
});
const [terminals, records] = [Number(values.terminals), Number(values.records)];
const folder = mkdtempSync(join(tmpdir(), "kassa-fleet-"));
const state = new StateFolder(folder);
await openTestWorld(state, false);
const bank = await startManagement(state, undefined);
const { pid } = state.readJson("management/running.json") as { readonly pid: number };
const fleet = new ManagementFleet(state, bank, { terminals, records });
try {
	await step("certificates and keys made, terminals enrolled", () => fleet.make(progress));
	await step("connected, journals at the bank", () => fleet.connect(progress));
	await step("every terminal ordered to check itself, every answer at the bank", () => fleet.order(progress));
	await step("every line broken at once, everybody back", () => fleet.comeBack(progress));
} finally {
	await fleet.stop();
	await bank.leave();
	rmSync(folder, { recursive: true, force: true });
}

async function step(what: string, work: () => Promise<void>): Promise<void> {
	const [begin, own, theirs] = [performance.now(), process.cpuUsage(), cpuSeconds(pid)];
	await work();
	const { user, system } = process.cpuUsage(own);
	const seconds = (performance.now() - begin) / 1_000;
	process.stdout.write("\r");
	console.log(
		`${terminals} terminals: ${what}: ${seconds.toFixed(1)} s; processor: terminals ${((user + system) / 1e6).toFixed(1)} s, broker and service ${(cpuSeconds(pid) - theirs).toFixed(1)} s; memory: terminals ${megabytes(process.pid)} MB, broker and service ${megabytes(pid)} MB`,
	);
}

function progress(done: number): void {
	if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${terminals} `);
}

/** proc(5): user and system time, in ticks of 10 ms. */
function cpuSeconds(process: number): number {
	const fields = readFileSync(`/proc/${process}/stat`, "utf8")
		.replace(/^.*\) /, "")
		.split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

function megabytes(process: number): number {
	const [, kilobytes] = /VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${process}/status`, "utf8")) ?? [];
	return Math.round(Number(kilobytes) / 1_024);
}
