import { existsSync } from "node:fs";
import { Command } from "commander";
import type { ApplicationState } from "../card/cardMemory.js";
import { type CardGroup, cardGroups } from "../card/cardProfiles.js";
import { madeGroups, readCardState } from "../card/madeCards.js";
import { StateFolder } from "../world/stateFolder.js";
import { stateOption } from "./options.js";

/** `kassa card list`: what can be inserted, and what the cards of this state folder remember. */
export function cardListCommand(): Command {
	return new Command("list")
		.description("list the virtual cards: those that come with Kassa and those that were made")
		.option("--json", "print one JSON array")
		.addOption(stateOption())
		.action(({ json, state: folder }: { json?: boolean; state: string }) => {
			// A folder that is not there has nothing to tell, and looking makes none.
			const state = existsSync(folder) ? new StateFolder(folder) : undefined;
			const groups = [...cardGroups(), ...(state ? madeGroups(state) : [])];
			const memory = (name: string) => state && readCardState(state, name);
			if (json) console.log(JSON.stringify(groups.flatMap(each => groupJson(each, memory))));
			else console.log(groups.map(each => groupText(each, memory)).join("\n"));
		});
}

type Memory = (name: string) => Readonly<Record<string, ApplicationState>> | undefined;

function groupJson({ group, cards }: CardGroup, memory: Memory): object[] {
	return cards.map(({ name, title, description, expected = null }) => ({
		name,
		title,
		description,
		group,
		expected,
		state: Object.entries(memory(name) ?? {}).map(([aid, { atc, lastOnlineAtc, pinTryCounter, ...more }]) => ({
			aid,
			atc,
			lastOnlineAtc,
			pinTryCounter,
			applicationBlocked: more.blocked === true,
			cardBlocked: more.cardBlocked === true,
		})),
	}));
}

function groupText({ group, cards }: CardGroup, memory: Memory): string {
	const lines = cards.flatMap(({ name, description }) => [
		`  ${name.padEnd(28)}${description}`,
		...Object.entries(memory(name) ?? {}).map(([aid, state]) => `  ${"".padEnd(28)}${stateText(aid, state)}`),
	]);
	return `${[group, ...lines].join("\n")}\n`;
}

function stateText(aid: string, { atc, pinTryCounter, blocked, cardBlocked }: ApplicationState): string {
	return [
		`${aid}: transactions ${atc}, PIN tries left ${pinTryCounter}`,
		...(blocked ? ["application blocked"] : []),
		...(cardBlocked ? ["card blocked"] : []),
	].join(", ");
}
