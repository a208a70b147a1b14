/** `npm run soak`: many orders with everything that goes wrong in the field, then card, journal and ledger compared. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cliProgress from "cli-progress";
import { Command } from "commander";
import { wholeNumber } from "../../sim/cli/options.js";
import { soak } from "./soak.js";

const { sales, seed } = new Command("npm run soak --")
	.description(
		"Give orders of every kind with random faults, power cuts and restarts, then compare cards, journals and ledger",
	)
	.option("-n, --sales <count>", "how many orders", wholeNumber(1, 1_000_000), 10_000)
	.option("--seed <number>", "repeat a soak by its seed", wholeNumber(1, 0x7fff_ffff), 1 + (Date.now() % 1_000_000))
	.parse()
	.opts<{ sales: number; seed: number }>();

const folder = mkdtempSync(join(tmpdir(), "kassa-soak-"));
const bar = new cliProgress.SingleBar(
	{
		format: "{bar} {value}/{total} orders  {duration_formatted}  eta {eta_formatted}",
		hideCursor: true,
		noTTYOutput: true,
		notTTYSchedule: 10_000,
	},
	cliProgress.Presets.shades_classic,
);
console.log(`soak: ${sales} orders, seed ${seed}`);
bar.start(sales, 0);
try {
	const from = performance.now();
	const report = await soak({
		sales,
		seed,
		ledger: join(folder, "ledger.sqlite"),
		onProgress: done => bar.update(done),
	});
	bar.stop();
	const { troubles, ends, repeated, lost, doubled, wrong, terminals } = report;
	const seconds = (performance.now() - from) / 1_000;
	tellCounts("went wrong", troubles);
	tellCounts("in the journals", ends);
	console.log(`${terminals} terminals, ${repeated} orders given again with their key; ${seconds.toFixed(0)} s,`);
	console.log(
		`${(sales / seconds).toFixed(1)} orders/s, at most ${process.resourceUsage().maxRSS >> 10} MiB of memory`,
	);
	for (const line of [...lost, ...doubled, ...wrong]) console.log(`  WRONG ${line}`);
	console.log(`${lost.length} lost, ${doubled.length} doubled, ${wrong.length} otherwise wrong`);
	process.exitCode = lost.length + doubled.length + wrong.length ? 1 : 0;
} finally {
	bar.stop();
	rmSync(folder, { recursive: true, force: true });
}

function tellCounts(title: string, counts: Readonly<Record<string, number>>): void {
	console.log(`${title}:`);
	for (const [name, count] of Object.entries(counts).sort()) console.log(`  ${String(count).padStart(6)}  ${name}`);
}
