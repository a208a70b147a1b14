import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { CardInterface } from "./cardInterface.js";
import type { CardState } from "./cardMemory.js";
import { cardProfiles } from "./cardProfiles.js";
import type { Personalisation } from "./personalisation.js";
import { personalise } from "./personalise.js";
import type { TestScheme } from "./testScheme.js";
import { VirtualCard } from "./virtualCard.js";

/** A card of the test world, with the counters that it had when it was last used. @throws {UserError} when there is no such card */
export async function openCard(state: StateFolder, name: string): Promise<CardInterface> {
	return new CardInterface(await openVirtualCard(state, name));
}

/** The same card above its protocol. @throws {UserError} when there is no such card */
export async function openVirtualCard(state: StateFolder, name: string): Promise<VirtualCard> {
	const personalisation = await personalisedCard(state, name);
	const stateFile = `cards/${name}.state.json`;
	return new VirtualCard({
		personalisation,
		crypto: nodeCrypto,
		random: systemRandom,
		state: state.has(stateFile) ? (state.readJson(stateFile) as CardState) : undefined,
		onStateChange: counters => state.writeJson(stateFile, counters),
	});
}

/** A card's keys, certificates and files, made when the card is first asked for. @throws {UserError} when there is no such card */
export async function personalisedCard(state: StateFolder, name: string): Promise<Personalisation> {
	const profile = cardProfiles().find(each => each.name === name);
	if (!profile) {
		const names = cardProfiles().map(each => each.name);
		throw new UserError(`there is no card "${name}": choose one of ${names.join(", ")}`);
	}
	const file = `cards/${name}.json`;
	if (state.has(file)) return state.readJson(file) as Personalisation;
	const personalisation = await personalise(profile, state.readJson("scheme.json") as TestScheme);
	state.writeJson(file, personalisation);
	return personalisation;
}
