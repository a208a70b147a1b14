import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import type { CardFault } from "./cardFault.js";
import type { CardState } from "./cardMemory.js";
import { cardProfile } from "./cardProfiles.js";
import type { ContactCard } from "./contactCard.js";
import { contactsOf } from "./contactsOf.js";
import { cardFile, madeProfile, readCardState, stateFile, storedKeys } from "./madeCards.js";
import type { Personalisation } from "./personalisation.js";
import { personalise } from "./personalise.js";
import type { TestScheme } from "./testScheme.js";
import { VirtualCard } from "./virtualCard.js";

/**
 * A card of the test world, with the counters that it had when it was last used.
 * @param faults besides those of its profile
 * @throws {UserError} when there is no such card
 */
export async function openCard(
	state: StateFolder,
	name: string,
	faults: readonly CardFault[] = [],
): Promise<ContactCard> {
	const card = await openVirtualCard(state, name);
	card.faults = [...card.faults, ...faults];
	return contactsOf(card);
}

/** The same card above its protocol. @throws {UserError} when there is no such card */
export async function openVirtualCard(state: StateFolder, name: string): Promise<VirtualCard> {
	const personalisation = await personalisedCard(state, name);
	return new VirtualCard({
		personalisation,
		crypto: nodeCrypto,
		random: systemRandom,
		state: readCardState(state, name),
		onStateChange: (counters: CardState) => state.writeJson(stateFile(name), counters),
	});
}

/** A card's keys, certificates and files, made when the card is first asked for. @throws {UserError} when there is no such card */
export async function personalisedCard(state: StateFolder, name: string): Promise<Personalisation> {
	const profile = cardProfile(name) ?? madeProfile(state, name);
	if (!profile) throw new UserError(`there is no card "${name}": \`kassa card list\` names those that there are`);
	const file = cardFile(name);
	if (state.has(file)) return state.readJson(file) as Personalisation;
	const personalisation = await personalise(profile, state.readJson("scheme.json") as TestScheme, storedKeys(state));
	state.writeJson(file, personalisation);
	return personalisation;
}
