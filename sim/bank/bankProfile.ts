import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { PROFILES } from "../../src/host/profiles/profiles.js";

/** The host that the bank plays, by name. @throws {Error} one sentence when there is no such profile */
export function bankProfile(name = "unionPay"): HostProfile {
	const profile = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
	if (!profile) throw new Error(`there is no host profile ${name}: known are ${Object.keys(PROFILES).join(", ")}`);
	return profile;
}
