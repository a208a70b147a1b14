import { Command } from "commander";
import { formatAmount } from "../../src/display/amount.js";
import { formatDayReport } from "../../src/monitor/formatDayReport.js";
import { monitorReport } from "../../src/monitor/monitorReport.js";
import { formatSelfCheck } from "../../src/monitor/selfCheck.js";
import { readConfiguration } from "../world/configurationFile.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder } from "../world/stateFolder.js";
import { useStoppedTerminal } from "../world/stoppedTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

/** `kassa report`: the days of a terminal that does not run, as the report page of the front panel shows them. */
export function reportCommand(): Command {
	return new Command("report")
		.description("print the risk scores of the last five weeks with their causes, and the last self-check")
		.option("--json", "print one JSON object")
		.addOption(terminalOption("whose days"))
		.addOption(stateOption())
		.action(async (options: { readonly json?: boolean; readonly terminal: TestTerminal; readonly state: string }) => {
			const state = new StateFolder(options.state);
			await openTestWorld(state, false);
			const report = await useStoppedTerminal(state, options.terminal, ({ monitor }) =>
				monitorReport(monitor, Date.now()),
			);
			if (options.json) {
				console.log(JSON.stringify(report));
				return;
			}
			const { days, today, trend, check } = report;
			const rules = Object.entries(report.rules).map(([name, says]) => ({ name, says }));
			const { currencyCode } = readConfiguration(state, undefined);
			const money = (amountMinor: number) => formatAmount(amountMinor, currencyCode);
			if (days.length === 0)
				console.log("No day has been assessed yet: leave it on over the end of a day, started without --no-monitor.");
			const told = [...days, ...(days.length && today ? [today] : [])];
			// The trend is that of all days: it stands under the newest one.
			for (const [i, day] of told.entries()) {
				const about = { rules, money, ...(i === told.length - 1 && { trend }) };
				console.log(formatDayReport(day, about, "en").join("\n  "));
			}
			console.log(`terminal: ${report.state}, ${report.incidents.length} entries in its incident log`);
			if (check) console.log(formatSelfCheck(check, "en").join("\n"));
		});
}
