/** `npm run bench:bank`: how many sales a second the test bank takes from many terminals, and whether its ledger agrees. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { startBank } from "../../sim/bank/startBank.js";
import { wholeNumber } from "../../sim/cli/options.js";
import { makeTestPki } from "../../sim/world/pki.js";
import { IMK_HEX, MAK_HEX, PIK_HEX, PIN } from "../../test/sim/bank/bankWorld.js";
import { clientPair } from "../../test/sim/bank/clientPair.js";
import type { LoadOrder, LoadResult } from "./loadOrder.js";
import { loadReport, mismatches } from "./loadReport.js";

const CLIENT = fileURLToPath(new URL("loadTerminals.ts", import.meta.url));
const MERCHANT_ID = "LOADMERCHANT001";

const { terminals, seconds } = new Command("npm run bench:bank --")
	.description("Sell at the test bank from many terminals at once, over TLS")
	.option("-t, --terminals <count>", "how many terminals", wholeNumber(1, 2_000), 200)
	.option("-s, --seconds <count>", "how long each of the two runs takes", wholeNumber(5, 3_600), 15)
	.parse()
	.opts<{ terminals: number; seconds: number }>();

const folder = mkdtempSync(join(tmpdir(), "kassa-load-"));
try {
	process.exitCode = await load();
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function load(): Promise<number> {
	const ids = Array.from({ length: terminals }, (_, i) => `LOAD${String(i + 1).padStart(4, "0")}`);
	const pans = ids.map((_, i) => `62220299${String(i).padStart(8, "0")}`);
	const pki = await makeTestPki();
	writeFileSync(join(folder, "bank.key"), pki.bank.keyPem);
	writeFileSync(join(folder, "bank.pem"), pki.bank.certPem);
	writeFileSync(join(folder, "root.pem"), pki.rootPem);
	const config = join(folder, "bank.json");
	writeFileSync(
		config,
		JSON.stringify({
			host: "127.0.0.1",
			port: 0,
			tls: { key: "bank.key", cert: "bank.pem", ca: "root.pem" },
			keys: { pik: PIK_HEX, mak: MAK_HEX },
			issuerMasterKeyAc: IMK_HEX,
			ledger: "ledger.sqlite",
			merchants: [{ merchantId: MERCHANT_ID, terminalIds: ids }],
			accounts: pans.map(pan => ({ pan, pin: PIN, balanceMinor: 1_000_000_000 })),
		}),
	);
	const bank = await startBank(config);
	const { keyPem: key, certPem: cert } = await clientPair(pki);
	const tls = { host: "127.0.0.1", port: bank.port, ca: pki.rootPem, key, cert };
	const order = (everyMs: number, lastStans: readonly number[]): LoadOrder => ({
		...{ tls, merchantId: MERCHANT_ID, durationMs: seconds * 1_000, everyMs },
		terminals: ids.map((terminalId, i) => ({ terminalId, pan: pans[i]!, lastStan: lastStans[i] ?? 0 })),
	});
	try {
		console.log(
			`${terminals} terminals over TLS with client certificates, PIN, ARQC and ARPC; ${cpus().length} cores (load ${loadavg()[0]!.toFixed(1)}),`,
		);
		console.log(
			"one process for the bank (every booking flushed to the medium before its answer), one for all terminals\n",
		);
		const before = cpuMs(bank.pid);
		const full = await sell(order(0, []));
		const bankMs = (cpuMs(bank.pid) - before) / full.records.reduce((sum, { approved }) => sum + approved, 0);
		const fullReport = loadReport(full, seconds);
		console.log(`as fast as it goes:  ${fullReport.text}; processor time of the bank: ${bankMs.toFixed(2)} ms a sale`);
		// Half of that: what a bank is meant to run at.
		const everyMs = (2 * 1_000 * terminals) / fullReport.perSecond;
		const half = await sell(
			order(
				everyMs,
				full.records.map(({ lastStan }) => lastStan),
			),
		);
		console.log(`at half of that:     ${loadReport(half, seconds).text}`);
		const wrong = await mismatches(bank.ask, [full, half]);
		for (const line of wrong) console.log(`  WRONG ${line}`);
		const sales = [full, half].flatMap(({ records }) => records).reduce((sum, { approved }) => sum + approved, 0);
		console.log(`\n${sales} sales: ledger and terminals ${wrong.length ? "DIFFER" : "agree"}`);
		return wrong.length ? 1 : 0;
	} finally {
		await bank.stop();
	}
}

/** Processor time of a process so far, as Linux counts it in hundredths of a second (proc(5), stat, fields 14 and 15). */
function cpuMs(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
		.replace(/^.*\) /, "")
		.split(" ");
	return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function sell(order: LoadOrder): Promise<LoadResult> {
	const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", CLIENT], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const answer = new Promise<LoadResult>((resolve, reject) => {
		child.once("exit", status => status && reject(new Error(`the terminals' process ended with status ${status}`)));
		createInterface({ input: child.stdout! }).once("line", text => resolve(JSON.parse(text) as LoadResult));
	});
	child.stdin!.end(`${JSON.stringify(order)}\n`);
	return answer;
}
