import { Command } from "commander";
import { cardServeCommand } from "./cardServeCommand.js";

/** `kassa card`: what can be done with a virtual card besides putting it into Kassa. */
export function cardCommand(): Command {
	return new Command("card").description("use a virtual card outside Kassa").addCommand(cardServeCommand());
}
