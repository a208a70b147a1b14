import { Command } from "commander";
import { formatAmount } from "../../src/display/amount.js";
import { useTestBank } from "../world/runningBank.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption } from "./options.js";

const CURRENCY = 156;

/** `kassa bank`: the test bank's own side of the story. */
export function bankCommand(): Command {
	const bank = new Command("bank").description("look into the test bank");
	bank
		.command("ledger")
		.description("print every money movement, two entries each")
		.option("--json", "print one JSON array instead of the table")
		.addOption(stateOption())
		.action(async ({ json, state: folder }: { json?: boolean; state: string }) => {
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			const running = await useTestBank(state);
			try {
				const rows = await running.ledger();
				if (json) console.log(JSON.stringify(rows));
				else console.table(rows.map(({ amountMinor, ...row }) => ({ ...row, amount: signedAmount(amountMinor) })));
			} finally {
				await running.leave();
			}
		});
	return bank;
}

function signedAmount(amountMinor: number): string {
	return `${amountMinor < 0 ? "-" : ""}${formatAmount(Math.abs(amountMinor), CURRENCY)}`;
}
