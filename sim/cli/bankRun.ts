import { Command } from "commander";
import { spawnBank } from "../bank/startBank.js";
import { announceBank, findRunningBank } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, wholeNumber } from "./options.js";

/** `kassa bank run`: the test bank by itself, for terminals elsewhere, until Ctrl-C. */
export function bankRunCommand(): Command {
	return new Command("run")
		.description("run the test bank until Ctrl-C, its log as JSON lines")
		.option("-b, --bank-port <port>", "port to listen on, 0 for any free one", wholeNumber(0, 65_535), 8583)
		.addOption(stateOption())
		.action(async ({ bankPort, state: folder }: { bankPort: number; state: string }) => {
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			if (await findRunningBank(state)) throw new UserError(`a test bank runs on ${folder} already`);
			const spawned = spawnBank(line => {
				const { control: _secret, ...shown } = line;
				console.log(JSON.stringify(shown));
			});
			const bank = await spawned.open(state.at("bank/config.json"), bankPort).catch((error: Error) => {
				throw new UserError(error.message);
			});
			const forget = announceBank(state, bank);
			await new Promise<void>(resolve => {
				process.once("SIGINT", resolve);
				process.once("SIGTERM", resolve);
			});
			forget();
			await bank.stop();
		});
}
