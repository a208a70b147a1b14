import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { bankProfile } from "../bank/bankProfile.js";
import { type StateFolder, UserError } from "./stateFolder.js";

/** Where a world keeps the host profile that somebody brought. */
export const PROFILE_FILE = "host-profile.json";

/** The host profile that a person names. @throws {UserError} one sentence when it is none */
export function givenProfile(nameOrFile: string): HostProfile {
	try {
		return bankProfile(nameOrFile);
	} catch (error) {
		throw new UserError((error as Error).message);
	}
}

/** The host that terminals and bank of this world speak with. @throws {UserError} when the folder does not say */
export function worldProfile(state: StateFolder): HostProfile {
	const { profile } = state.readJson("world.json") as { profile?: unknown };
	if (typeof profile === "string") return givenProfile(profile === PROFILE_FILE ? state.at(PROFILE_FILE) : profile);
	throw new UserError(`${state.at("world.json")} is damaged: start again with --fresh, or put the file back`);
}

/** @throws {UserError} when a person names another profile than the one that the world was made for */
export function checkWorldProfile(state: StateFolder, nameOrFile: string): void {
	const [own, given] = [worldProfile(state), givenProfile(nameOrFile)];
	if (JSON.stringify(own) === JSON.stringify(given)) return;
	const which = own.name === given.name ? `another profile of the name ${own.name}` : `the profile ${own.name}`;
	throw new UserError(
		`the world in ${state.path} was made for ${which}: choose another folder with --state DIR, ` +
			`or begin anew with \`npm start -- --fresh --profile ${nameOrFile}\``,
	);
}
