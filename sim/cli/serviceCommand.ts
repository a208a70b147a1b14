import { Command } from "commander";
import { setJournalAside } from "../../src/flows/setJournalAside.js";
import { formatSetAside } from "../../src/journal/setAside.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { useTerminalKeys } from "../world/terminalKeyStore.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

interface ServiceOptions {
	readonly yes?: boolean;
	readonly json?: boolean;
	readonly terminal: TestTerminal;
	readonly state: string;
}

/** `kassa service`: what a service engineer does to a terminal whose keys were erased. It must not run meanwhile. */
export function serviceCommand(): Command {
	const service = new Command("service").description("bring a terminal back whose keys were erased");
	const add = (name: string, description: string) =>
		service
			.command(name)
			.description(description)
			.option("--yes", "really")
			.option("--json", "print JSON")
			.addOption(terminalOption("which terminal"))
			.addOption(stateOption());
	add("set-journal-aside", "keep the journal that cannot be read any more for the bank, begin a fresh batch").action(
		async (o: ServiceOptions) => {
			const told = await serve(o, "the bank must settle what is in the journal from its side", (slots, storage) =>
				setJournalAside({ storage, random: systemRandom, clock: systemClock }, slots),
			);
			if (typeof told === "string") throw new UserError(told);
			console.log(o.json ? JSON.stringify(told) : formatSetAside(told));
		},
	);
	add("renew-keys", "open an empty key store, as binding the terminal again does").action(async (o: ServiceOptions) => {
		await serve(o, "the terminal gets new keys of its own", slots => slots.renew());
		const sentence = "the key store is empty and open: the bank's keys can be loaded";
		console.log(o.json ? JSON.stringify({ renewed: true }) : sentence);
	});
	return service;
}

async function serve<T>(o: ServiceOptions, what: string, work: Parameters<typeof useTerminalKeys<T>>[2]): Promise<T> {
	if (!o.yes) throw new UserError(`${what}: say --yes`);
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	return useTerminalKeys(state, o.terminal, work);
}
