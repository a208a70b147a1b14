import { Command } from "commander";
import { type BankLogLine, spawnBank } from "../bank/startBank.js";
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
			const tell = ({ control: _secret, ...shown }: BankLogLine) => console.log(JSON.stringify(shown));
			let ready: BankLogLine | undefined;
			const spawned = spawnBank(line => {
				if (line.ready) ready = line;
				else tell(line);
			});
			const bank = await spawned.open(state.at("bank/config.json"), bankPort).catch((error: Error) => {
				throw new UserError(error.message);
			});
			const forget = announceBank(state, bank);
			if (ready) tell(ready); // only now do other commands find it
			await new Promise<void>(resolve => {
				process.once("SIGINT", resolve);
				process.once("SIGTERM", resolve);
			});
			forget();
			await bank.stop();
		});
}
