import { existsSync } from "node:fs";
import { Command } from "commander";
import { cardProfile } from "../card/cardProfiles.js";
import { madeProfile } from "../card/madeCards.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { stateOption } from "./options.js";

/** `kassa card show`: the profile of a card, to be copied and changed. */
export function cardShowCommand(): Command {
	return new Command("show")
		.description("print the profile of a card as JSON: edit a copy and give it to `kassa card make`")
		.argument("<name>", "a card of `kassa card list`")
		.addOption(stateOption())
		.action((name: string, { state: folder }: { state: string }) => {
			const profile =
				cardProfile(name) ?? (existsSync(folder) ? madeProfile(new StateFolder(folder), name) : undefined);
			if (!profile) throw new UserError(`there is no card "${name}": \`kassa card list\` names those that there are`);
			console.log(JSON.stringify(profile, null, "\t"));
		});
}
