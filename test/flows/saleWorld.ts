import { cardProfiles } from "../../sim/card/cardProfiles.js";
import { hostileProfiles } from "../../sim/card/hostileProfiles.js";
import { personalise } from "../../sim/card/personalise.js";
import { makeTestScheme } from "../../sim/card/testScheme.js";
import { testConfiguration } from "../../sim/world/terminalConfiguration.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import type { BenchOptions } from "./bench.js";

export const BALANCE_MINOR = 100_000;

/** The configuration with these members in every application. */
export function withApplication(configuration: unknown, members: object = {}, more: object = {}): unknown {
	const { applications, ...others } = configuration as { applications: object[] };
	return { ...others, applications: applications.map(each => ({ ...each, ...members })), ...more };
}

/** The profile without waiting between two attempts to connect: nobody advances the clock. */
export function oneRound(profile: HostProfile): HostProfile {
	return { ...profile, connection: { ...profile.connection, rounds: 1 } };
}

/** Everything of a sale but the engine's cryptography; plain JSON. Keys are made once for a test file. */
export async function makeSaleWorld(...names: string[]): Promise<Record<string, Omit<BenchOptions, "crypto">>> {
	const scheme = await makeTestScheme();
	const profiles = [...cardProfiles(), ...hostileProfiles()];
	const made = names.map(async name => {
		const profile = profiles.find(each => each.name === name)!;
		return [
			name,
			{
				personalisation: await personalise(profile, scheme),
				configuration: testConfiguration(scheme),
				issuerMasterKeyAc: scheme.issuer.masterKeys.applicationCryptogram,
				secureMessaging: {
					integrity: scheme.issuer.masterKeys.secureMessagingIntegrity,
					confidentiality: scheme.issuer.masterKeys.secureMessagingConfidentiality,
				},
				account: { pan: profile.account.pan, pin: profile.account.pin, balanceMinor: BALANCE_MINOR },
			},
		] as const;
	});
	return Object.fromEntries(await Promise.all(made));
}
