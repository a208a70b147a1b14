import { Command, InvalidArgumentError, Option } from "commander";
import { feeOf } from "../../src/flows/fees.js";
import { csvOf, EXPORT_TABLES, type ExportTable, merchantExport } from "../../src/privacy/merchantExport.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { useStoppedTerminal } from "../world/stoppedTerminal.js";
import { systemClock } from "../world/system.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseOperatorNumber, stateOption, terminalOption } from "./options.js";
import { writeOut } from "./writeOut.js";

interface ExportOptions {
	readonly from?: number;
	readonly to?: number;
	readonly operator?: string;
	readonly format: "json" | "csv";
	readonly table?: ExportTable;
	readonly out?: string;
	readonly terminal: TestTerminal;
	readonly state: string;
}

const DAY_MS = 86_400_000;

/** `kassa export`: what is the merchant's, to take away. The terminal must not run meanwhile. */
export function exportCommand(): Command {
	return new Command("export")
		.summary("write all that is the merchant's, as JSON or CSV")
		.description(
			"write transactions (card numbers masked) with their fees, settlements, days, incidents, who did what, and the last self-check",
		)
		.option("--from <date>", "from this local day on, such as 2026-11-01", parseDay)
		.option("--to <date>", "up to this local day", parseDay)
		.addOption(new Option("--operator <number>", "only what names this operator").argParser(parseOperatorNumber))
		.addOption(
			new Option("--format <format>", "one JSON document, or one table").choices(["json", "csv"]).default("json"),
		)
		.addOption(new Option("--table <name>", "for CSV; transactions unless given").choices(EXPORT_TABLES))
		.option("-o, --out <file>", "write there; to the standard output without it")
		.addOption(terminalOption("whose data"))
		.addOption(stateOption())
		.action(run);
}

async function run({ from, to, operator, format, table, out, terminal, state: folder }: ExportOptions): Promise<void> {
	if (from !== undefined && to !== undefined && to < from)
		throw new UserError("--to is before --from: give the earlier day first");
	if (table !== undefined && format !== "csv") throw new UserError("--table needs --format csv beside it");
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const limits = { from: from ?? 0, before: to === undefined ? Number.MAX_SAFE_INTEGER : to + DAY_MS, operator };
	const exported = await useStoppedTerminal(state, terminal, ({ journal, monitor, binding, access }) => {
		const { name = "", merchantId = "", terminalId = "" } = binding.certificate?.merchant ?? {};
		const { incidents, lastCheck } = monitor;
		const { utcOffsetMinutes } = systemClock;
		const merchant = { name, merchantId, terminalId };
		const sources = {
			journal,
			incidents,
			access: access.entries(),
			lastCheck,
			days: monitor.days(),
			merchant,
			utcOffsetMinutes,
		};
		return merchantExport({ ...sources, feeOf: record => feeOf({ binding }, record) }, limits);
	});
	const text =
		format === "csv" ? csvOf(exported, table ?? "transactions") : `${JSON.stringify(exported, null, "\t")}\n`;
	if (out === undefined) process.stdout.write(text);
	else writeOut(out, text, 0o600);
}

/** The local midnight that a day begins with, milliseconds since 1970. */
function parseDay(text: string): number {
	const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
		throw new InvalidArgumentError("a day is written as 2026-11-23.");
	return at - systemClock.utcOffsetMinutes * 60_000;
}
