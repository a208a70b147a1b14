import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";

const PROFILES: Readonly<Record<string, HostProfile>> = Object.freeze({ unionPay });

/** The host that the bank plays, by name. @throws {Error} one sentence when there is no such profile */
export function bankProfile(name = "unionPay"): HostProfile {
	const profile = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
	if (!profile) throw new Error(`there is no host profile ${name}: known are ${Object.keys(PROFILES).join(", ")}`);
	return profile;
}
