/** `npm run cuts`: every cut of every money flow, torn at every byte. */
import { Command } from "commander";
import { cutEverywhere, makeKit } from "./cutEverywhere.js";
import { formatCuts, formatSum } from "./cutReport.js";
import { MONEY_FLOWS } from "./moneyFlows.js";

const { flow, everyByte } = new Command("npm run cuts --")
	.description("Cut the power at every point of every money flow, boot, finish, compare card, journal and ledger")
	.option("--flow <part>", "only flows whose name has this in it", "")
	.option("--no-every-byte", "tear the last write at some bytes instead of at every one")
	.parse()
	.opts<{ flow: string; everyByte: boolean }>();

const TELL_MS = 10_000;

const kit = await makeKit();
const begin = performance.now();
const reports = [];
for (const each of MONEY_FLOWS.filter(({ name }) => name.includes(flow))) {
	const from = performance.now();
	let told = from;
	const onProgress = (done: number, of: number) => {
		if (performance.now() - told < TELL_MS) return;
		told = performance.now();
		console.log(`  ${each.name}: ${done} of ${of} worlds, ${Math.round((told - from) / 1_000)} s`);
	};
	const report = await cutEverywhere(kit, each, { everyByte, onProgress });
	reports.push(report);
	console.log(formatCuts(report));
	for (const line of report.wrong) console.log(`  WRONG ${line}`);
}
console.log(`${formatSum(reports)}; ${Math.round((performance.now() - begin) / 1_000)} s`);
process.exitCode = reports.some(({ wrong }) => wrong.length) ? 1 : 0;
