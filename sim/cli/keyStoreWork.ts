import type { Command } from "commander";
import type { KeySlots } from "../../src/keys/keySlots.js";
import type { Storage } from "../../src/ports.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder } from "../world/stateFolder.js";
import { useTerminalKeys } from "../world/terminalKeyStore.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

/** What every command on a key store takes. */
export interface KeysOptions {
	readonly json?: boolean;
	readonly terminal: TestTerminal;
	readonly state: string;
}

/** Prints a sentence, or with --json what it says as data. */
export type Say = (sentence: string, json: unknown) => void;

/** What such a command works on. */
export interface KeyStoreAtWork {
	readonly slots: KeySlots;
	readonly storage: Storage;
	readonly state: StateFolder;
	readonly say: Say;
}

/** A command on the key store of a terminal that does not run. */
export function addKeysCommand(to: Command, name: string, description: string): Command {
	return to
		.command(name)
		.description(description)
		.option("--json", "print JSON")
		.addOption(terminalOption("whose keys"))
		.addOption(stateOption());
}

/** @throws {UserError} as `useTerminalKeys` */
export async function withKeys(o: KeysOptions, use: (work: KeyStoreAtWork) => void | Promise<void>): Promise<void> {
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	const say: Say = (sentence, json) => console.log(o.json ? JSON.stringify(json) : sentence);
	await useTerminalKeys(state, o.terminal, (slots, storage) => use({ slots, storage, state, say }));
}
