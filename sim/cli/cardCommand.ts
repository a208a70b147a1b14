import { Command } from "commander";
import { cardListCommand } from "./cardListCommand.js";
import { cardMakeCommand } from "./cardMakeCommand.js";
import { cardServeCommand } from "./cardServeCommand.js";
import { cardShowCommand } from "./cardShowCommand.js";

/** `kassa card`: the virtual cards. */
export function cardCommand(): Command {
	return new Command("card")
		.description("list, look at, make and plug in virtual cards")
		.addCommand(cardListCommand())
		.addCommand(cardShowCommand())
		.addCommand(cardMakeCommand())
		.addCommand(cardServeCommand());
}
