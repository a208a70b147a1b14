import { existsSync, readdirSync } from "node:fs";
import type { StateFolder } from "../world/stateFolder.js";
import type { CardState } from "./cardMemory.js";
import type { CardGroup } from "./cardProfiles.js";
import { type CardProfile, checkProfile } from "./profile.js";
import { type RsaKeySource, sharedKeys } from "./rsaKeyPair.js";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

/**
 * The cards of a state folder. Of the card NAME, `cards/NAME.json` has keys and files, `cards/NAME.state.json` what it
 * remembers, and `cards/NAME.profile.json`, where a person has made it, what it was made from.
 */
export const cardFile = (name: string) => `cards/${name}.json`;
export const stateFile = (name: string) => `cards/${name}.state.json`;
export const profileFile = (name: string) => `cards/${name}.profile.json`;

/** What the card remembers; undefined when it has not been used. */
export function readCardState(state: StateFolder, name: string): CardState | undefined {
	return state.has(stateFile(name)) ? (state.readJson(stateFile(name)) as CardState) : undefined;
}

/** The profile of a card that a person has made in this folder; undefined when nobody has. */
export function madeProfile(state: StateFolder, name: string): CardProfile | undefined {
	return /^[a-z0-9-]+$/.test(name) && state.has(profileFile(name))
		? checkProfile(state.readJson(profileFile(name)))
		: undefined;
}

/** Names of the cards that people have made in this folder. */
function madeNames(state: StateFolder): string[] {
	if (!existsSync(state.at("cards"))) return [];
	const files = readdirSync(state.at("cards")).sort();
	return files.flatMap(file => /^([a-z0-9-]+)\.profile\.json$/.exec(file)?.[1] ?? []);
}

/** The same cards as a group of the gallery; none where nobody has made a card. */
export function madeGroups(state: StateFolder): CardGroup[] {
	const cards = madeNames(state).map(name => madeProfile(state, name)!);
	return cards.length ? [{ group: "Made here", cards }] : [];
}

const KEYS = "card-keys.json";

/** The RSA keys that the cards of this folder share, kept with it. */
export function storedKeys(state: StateFolder): RsaKeySource {
	const read = () => (state.has(KEYS) ? (state.readJson(KEYS) as Record<string, RsaPrivateKey>) : {});
	// Read again before writing: another command may have made a key meanwhile.
	return sharedKeys(read(), (name, key) => state.writeJson(KEYS, { ...read(), [name]: key }));
}
