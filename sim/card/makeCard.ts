import type { BankConfig } from "../bank/bankConfig.js";
import { accountOf } from "../world/cardAccount.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import type { CardState } from "./cardMemory.js";
import { cardNames } from "./cardProfiles.js";
import { cardFile, madeProfile, profileFile, readCardState, stateFile, storedKeys } from "./madeCards.js";
import type { Personalisation } from "./personalisation.js";
import { personalise } from "./personalise.js";
import { type CardProfile, checkProfile } from "./profile.js";
import type { TestScheme } from "./testScheme.js";

const BANK = "bank/config.json";

/**
 * Makes a card in the state folder and opens its account at the test bank.
 * @param json the content of a profile file
 * @param force takes the place of a card of that name; its transaction counters go on, since the bank remembers them
 * @throws {UserError} one sentence that names the path of the bad value; nothing has been written then
 */
export async function makeCard(state: StateFolder, json: unknown, force: boolean): Promise<Personalisation> {
	const profile = check(json);
	const { name, account } = profile;
	if (cardNames().includes(name))
		throw new UserError(`profile.name: the card ${name} comes with Kassa; choose another name`);
	const earlier = madeProfile(state, name);
	if (earlier && !force)
		throw new UserError(`the card ${name} is there already: choose another name, or make it anew with --force`);
	const bank = state.readJson(BANK) as BankConfig;
	const others = bank.accounts.filter(({ pan }) => pan !== earlier?.account.pan);
	if (others.some(({ pan }) => pan === account.pan))
		throw new UserError("profile.account.pan is that of another card: choose another number");
	const card = await write(profile, state);
	const counters = earlier && readCardState(state, name);
	state.writeJson(BANK, { ...bank, accounts: [...others, accountOf(profile)] });
	state.writeJson(cardFile(name), card);
	if (counters) state.writeJson(stateFile(name), countersOnly(card, counters));
	state.writeJson(profileFile(name), json); // last: without it there is no such card
	return card;
}

function check(json: unknown): CardProfile {
	try {
		return checkProfile(json);
	} catch (error) {
		if (error instanceof TypeError) throw new UserError(error.message);
		throw error;
	}
}

async function write(profile: CardProfile, state: StateFolder): Promise<Personalisation> {
	try {
		return await personalise(profile, state.readJson("scheme.json") as TestScheme, storedKeys(state));
	} catch (error) {
		if (error instanceof RangeError) throw new UserError(error.message);
		throw error;
	}
}

/** A new card in everything but the counters by which its issuer tells a copy. */
function countersOnly({ applications }: Personalisation, earlier: CardState): CardState {
	return Object.fromEntries(
		applications.flatMap(({ name, pinTryLimit, pinTriesLeft = pinTryLimit, counters }) => {
			const before = earlier[name];
			if (!before) return [];
			const atc = Math.max(before.atc, counters?.atc ?? 0);
			return [[name, { atc, lastOnlineAtc: before.lastOnlineAtc, pinTryCounter: pinTriesLeft }]];
		}),
	);
}
