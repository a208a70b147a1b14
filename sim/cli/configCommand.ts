import { Command } from "commander";
import { CONFIGURATION_FILE } from "../world/configurationFile.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption } from "./options.js";

/** `kassa config`: what the test terminal has been told (docs/configuration.md). */
export function configCommand(): Command {
	const config = new Command("config").description("look at the terminal's configuration");
	config
		.command("print")
		.description("print the configuration as JSON: edit a copy and give it to --config")
		.addOption(stateOption())
		.action(async ({ state: folder }: { state: string }) => {
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			console.log(JSON.stringify(state.readJson(CONFIGURATION_FILE), null, "\t"));
		});
	return config;
}
