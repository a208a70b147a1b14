import { Command } from "commander";
import { bankCommand } from "./cli/bankCommand.js";
import { cardsCommand } from "./cli/cardsCommand.js";
import { configCommand } from "./cli/configCommand.js";
import { decodeCommand } from "./cli/decodeCommand.js";
import { saleCommand } from "./cli/saleCommand.js";
import { UserError } from "./world/stateFolder.js";

/** The `kassa` command. */
const program = new Command("kassa")
	.description("A payment terminal on the command line")
	.configureOutput({ outputError: (text, write) => write(text) })
	.showHelpAfterError(false)
	.addCommand(saleCommand())
	.addCommand(bankCommand())
	.addCommand(cardsCommand())
	.addCommand(configCommand())
	.addCommand(decodeCommand());

try {
	await program.parseAsync();
} catch (error) {
	if (!(error instanceof UserError)) throw error;
	console.error(`kassa: ${error.message}`);
	process.exitCode = 1;
}
