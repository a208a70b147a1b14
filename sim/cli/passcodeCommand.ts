import { Command, Option } from "commander";
import { asciiBytes, wipe } from "../../src/bytes/bytes.js";
import { ROLES, type Role } from "../../src/operators/rights.js";
import { testAccess } from "../world/equipTerminal.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder } from "../world/stateFolder.js";
import { useTerminalKeys } from "../world/terminalKeyStore.js";
import { openTestWorld } from "../world/testWorld.js";
import { parsePasscode, stateOption, terminalOption } from "./options.js";

/** `kassa passcode`: what a supervisor types, or a custodian of the bank's keys. */
export function passcodeCommand(): Command {
	const passcode = new Command("passcode").description("set a passcode of a terminal");
	passcode
		.command("set")
		.description("give the supervisor or a key custodian another passcode, which also ends a lock after wrong ones")
		.argument("<passcode>", "4 to 12 digits", parsePasscode)
		.addOption(new Option("-r, --role <role>", "whose passcode").choices(ROLES).default("supervisor" satisfies Role))
		.addOption(terminalOption("of which terminal"))
		.addOption(stateOption())
		.action(setPasscode);
	return passcode;
}

async function setPasscode(
	digits: string,
	{ terminal, role, state: folder }: { readonly terminal: TestTerminal; readonly role: Role; readonly state: string },
): Promise<void> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const passcode = asciiBytes(digits);
	try {
		await useTerminalKeys(state, terminal, (slots, storage) =>
			testAccess(slots, storage).passcodes.set(role, passcode, Date.now()),
		);
	} finally {
		wipe(passcode); // WIPE
	}
	console.log(`the ${role} of the terminal ${terminal} has another passcode`);
}
