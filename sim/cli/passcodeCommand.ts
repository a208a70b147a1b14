import { Command } from "commander";
import { asciiBytes, wipe } from "../../src/bytes/bytes.js";
import { testPasscodes } from "../world/equipTerminal.js";
import { FileStorage } from "../world/fileStorage.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { parsePasscode, stateOption, terminalOption } from "./options.js";

/** `kassa passcode`: what the supervisor types. */
export function passcodeCommand(): Command {
	const passcode = new Command("passcode").description("set the supervisor's passcode of a terminal");
	passcode
		.command("set")
		.description("give the supervisor another passcode, which also ends a lock after wrong ones")
		.argument("<passcode>", "4 to 12 digits", parsePasscode)
		.addOption(terminalOption("of which terminal"))
		.addOption(stateOption())
		.action(setPasscode);
	return passcode;
}

async function setPasscode(
	digits: string,
	{ terminal, state: folder }: { readonly terminal: TestTerminal; readonly state: string },
): Promise<void> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const lock = state.lock(terminal, `the terminal ${state.at(terminal)}`);
	const passcode = asciiBytes(digits);
	try {
		testPasscodes(new FileStorage(state.at(terminal))).set("supervisor", passcode);
	} finally {
		wipe(passcode); // WIPE
		lock.release();
	}
	console.log(`the supervisor of the terminal ${terminal} has another passcode`);
}
