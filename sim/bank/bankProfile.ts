import { readFileSync } from "node:fs";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { decodeHostProfile } from "../../src/host/profiles/lintHostProfile.js";
import { PROFILES } from "../../src/host/profiles/profiles.js";

/** The host that the bank plays: by name, or from the JSON file of a profile. @throws {Error} one sentence */
export function bankProfile(name = "unionPay"): HostProfile {
	if (Object.hasOwn(PROFILES, name)) return PROFILES[name]!;
	if (!name.endsWith(".json"))
		throw new Error(
			`there is no host profile ${name}: known are ${Object.keys(PROFILES).join(", ")}, or name a .json file`,
		);
	try {
		return decodeHostProfile(JSON.parse(readFileSync(name, "utf8")));
	} catch (error) {
		throw new Error(`${name}: ${(error as Error).message}`);
	}
}
