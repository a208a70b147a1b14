import { readdirSync, readFileSync } from "node:fs";
import { cardProfiles } from "./cardProfiles.js";
import { type Check, list, object, oneOf, text } from "./check.js";
import { type CardProfile, checkProfile } from "./profile.js";

/** Cards for tests, each a good one with faults: the files of sim/card/profiles/hostile. */
export function hostileProfiles(): CardProfile[] {
	const files = readdirSync(FOLDER).filter(name => name.endsWith(".json"));
	return files.sort().map(name => hostileProfile(JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"))));
}

/** @throws {TypeError} one sentence that names what is wrong */
export function hostileProfile(json: unknown): CardProfile {
	const good = cardProfiles();
	const asIs: Check<unknown> = value => value;
	const { name, description, card, faults } = object({
		name: text(/^[a-z0-9-]{1,24}$/, "1 to 24 small letters, digits and hyphens"),
		description: text(/^[ -~]{1,80}$/, "1 to 80 printable ASCII characters"),
		/** The gallery's card that it is but for the faults. */
		card: oneOf(...good.map(each => each.name)),
		faults: list(asIs),
	})(json, "hostile");
	const profile = good.find(each => each.name === card)!;
	return checkProfile({ ...profile, name, title: name, description, faults });
}

const FOLDER = new URL("profiles/hostile/", import.meta.url);
