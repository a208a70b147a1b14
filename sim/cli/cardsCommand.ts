import { Command } from "commander";
import { cardProfiles } from "../card/cardProfiles.js";

/** `kassa cards`: what can be inserted. */
export function cardsCommand(): Command {
	return new Command("cards").description("list the test cards").action(() => {
		for (const { name, description } of cardProfiles()) console.log(`${name.padEnd(24)}${description}`);
	});
}
