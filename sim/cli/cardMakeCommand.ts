import { readFileSync } from "node:fs";
import { Command } from "commander";
import { makeCard } from "../card/makeCard.js";
import { findRunningBank } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption } from "./options.js";

/** `kassa card make`: a virtual card from a profile. */
export function cardMakeCommand(): Command {
	return new Command("make")
		.description("make a virtual card from a profile (docs/cards.md) and open its account at the test bank")
		.argument("<profile>", "JSON file; `kassa card show NAME` prints one to start from")
		.option("-f, --force", "take the place of the card that has this name")
		.addOption(stateOption())
		.action(async (file: string, { force = false, state: folder }: { force?: boolean; state: string }) => {
			const json = readProfile(file);
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			const { profile: name, applications } = await makeCard(state, json, force);
			console.log(`made the card ${name}, applications: ${applications.map(each => each.name).join(", ") || "none"}`);
			console.log(`kassa sale --card ${name} --amount 1.00`);
			if (await findRunningBank(state))
				console.log("the test bank that is running knows the card after its next start");
		});
}

function readProfile(file: string): unknown {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		throw new UserError(
			`cannot read ${file}: name a card profile, such as a copy of \`kassa card show unionpay-debit\``,
		);
	}
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new UserError(`${file} is not JSON: ${(error as SyntaxError).message.replace(/\s+/g, " ")}`);
	}
}
