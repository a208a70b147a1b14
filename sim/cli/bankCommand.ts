import { Command } from "commander";
import { addBankReports } from "./bankReports.js";
import { bankRunCommand } from "./bankRun.js";
import { addBankSwitches } from "./bankSwitches.js";

/** `kassa bank`: the test bank's own side of the story (docs/test-bank.md). */
export function bankCommand(): Command {
	const bank = new Command("bank").description("look into the test bank, and tell it what to do wrong");
	bank.addCommand(bankRunCommand());
	addBankReports(bank);
	addBankSwitches(bank);
	return bank;
}
