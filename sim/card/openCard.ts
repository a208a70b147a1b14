import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import type { CardState } from "./cardMemory.js";
import { cardProfiles } from "./cardProfiles.js";
import type { Personalisation } from "./personalisation.js";
import { T0Card } from "./t0Card.js";
import { VirtualCard } from "./virtualCard.js";

/** A card of the test world, with the counters that it had when it was last used. @throws {UserError} when there is no such card */
export function openCard(state: StateFolder, name: string): T0Card {
	const names = cardProfiles().map(profile => profile.name);
	if (!names.includes(name)) throw new UserError(`there is no card "${name}": choose one of ${names.join(", ")}`);
	const stateFile = `cards/${name}.state.json`;
	return new T0Card(
		new VirtualCard({
			personalisation: state.readJson(`cards/${name}.json`) as Personalisation,
			crypto: nodeCrypto,
			random: systemRandom,
			state: state.has(stateFile) ? (state.readJson(stateFile) as CardState) : undefined,
			onStateChange: counters => state.writeJson(stateFile, counters),
		}),
	);
}
