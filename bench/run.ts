/** `npm run bench [-- SUITE…]`: what Kassa costs, mostly in compute units on the XS engine, beside the targets. */
import { Argument, Command } from "commander";
import { formatRows, type Row } from "./row.js";
import * as binding from "./suites/binding.js";
import * as crypto from "./suites/crypto.js";
import * as driver from "./suites/driver.js";
import * as host from "./suites/host.js";
import * as journal from "./suites/journal.js";
import * as keys from "./suites/keys.js";
import * as line from "./suites/line.js";
import * as monitor from "./suites/monitor.js";
import * as sale from "./suites/sale.js";
import * as tlv from "./suites/tlv.js";

const SUITES = Object.freeze({ tlv, sale, line, driver, crypto, keys, journal, host, monitor, binding });
type SuiteName = keyof typeof SUITES;
const NAMES = Object.keys(SUITES) as SuiteName[];

await new Command("bench")
	.description("measure what Kassa costs, and say which targets are met")
	.addArgument(new Argument("[suites...]", "which to run; all when none is named").choices(NAMES))
	.action(run)
	.parseAsync();

async function run(named: readonly SuiteName[]): Promise<void> {
	const all: Row[] = [];
	for (const name of named.length ? new Set(named) : NAMES) {
		const rows = await SUITES[name].rows();
		console.log(`${name}\n${formatRows(rows)}\n`);
		all.push(...rows);
	}
	const targets = all.filter(({ target }) => target !== undefined);
	const missed = targets.filter(({ met }) => !met);
	console.log(`${targets.length - missed.length} of ${targets.length} targets met`);
	for (const { what, kassa, ratio, target } of missed)
		console.log(`MISSED  ${what}: ${[kassa, ratio].filter(Boolean).join(", ")}, target ${target}`);
	process.exitCode = missed.length ? 1 : 0;
}
