import { Command } from "commander";
import { formatSelfCheck } from "../../src/monitor/selfCheck.js";
import { addWorldOptions, atTheBank, usual } from "./operationCommand.js";
import { type WorkOptions, withTerminal } from "./terminalAtWork.js";

interface SelfCheckOptions extends WorkOptions {
	readonly state: string;
	readonly profile?: string;
}

/** `kassa self-check`: the terminal of the command line checks itself. */
export function selfCheckCommand(): Command {
	const command = new Command("self-check")
		.summary("check the terminal itself")
		.description(
			"check the terminal itself, its line to the bank included (the test bank is started for it if none runs)",
		);
	addWorldOptions(command);
	return command
		.addHelpText("after", "\nExit status: 0 safe to sell, 2 sales are blocked, 1 anything else.")
		.action((options: SelfCheckOptions) =>
			atTheBank(
				options,
				usual(options),
				async (state, bank) => () =>
					withTerminal(options, state, bank, {}, async ({ terminal }) => {
						const report = await terminal.selfCheck("full");
						if (options.json) console.log(JSON.stringify(report));
						else console.log(["", ...formatSelfCheck(report, "en")].join("\n"));
						return report.blocking.length ? 2 : 0;
					}),
			),
		);
}
