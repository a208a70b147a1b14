import { Command } from "commander";
import { formatAmount } from "../../src/display/amount.js";
import { totalsByOperator } from "../../src/journal/operatorTotals.js";
import type { TotalsRow } from "../../src/journal/totals.js";
import { readConfiguration } from "../world/configurationFile.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder } from "../world/stateFolder.js";
import { useStoppedTerminal } from "../world/stoppedTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

/** `kassa totals`: the open batch, before it is settled. */
export function totalsCommand(): Command {
	return new Command("totals")
		.description("print counts and sums of the open batch, by operation and by operator")
		.option("--json", "print one JSON object")
		.addOption(terminalOption("whose batch"))
		.addOption(stateOption())
		.action(async (options: { readonly json?: boolean; readonly terminal: TestTerminal; readonly state: string }) => {
			const state = new StateFolder(options.state);
			await openTestWorld(state, false);
			const { currencyCode } = readConfiguration(state, undefined);
			const { batch, totals, operators, owed } = await useStoppedTerminal(state, options.terminal, ({ journal }) => ({
				batch: journal.batch,
				totals: journal.totals(),
				operators: totalsByOperator(journal.transactions()).filter(({ operator }) => operator !== undefined),
				owed: journal.owed().length,
			}));
			if (options.json) {
				console.log(
					JSON.stringify({ batch, currency: String(currencyCode).padStart(3, "0"), totals, operators, owed }),
				);
				return;
			}
			console.log(`batch ${batch}: ${totals.length ? "" : "nothing yet"}`.trimEnd());
			const tell = ({ operation, foreign, count, amountMinor }: TotalsRow) =>
				console.log(
					`  ${operation.padEnd(22)} ${String(count).padStart(4)}  ${formatAmount(Math.abs(amountMinor), currencyCode)}${
						foreign ? "  cards from abroad" : ""
					}`,
				);
			for (const row of totals) tell(row);
			for (const { operator, totals: own } of operators) {
				console.log(`operator ${operator}:`);
				for (const row of own) tell(row);
			}
			if (owed) console.log(`  ${owed} messages still wait for the bank: \`kassa deliver\` sends them`);
		});
}
