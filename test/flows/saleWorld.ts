import { cardProfiles } from "../../sim/card/cardProfiles.js";
import { hostileProfiles } from "../../sim/card/hostileProfiles.js";
import { personalise } from "../../sim/card/personalise.js";
import type { CardProfile } from "../../sim/card/profile.js";
import { makeTestScheme, type TestScheme } from "../../sim/card/testScheme.js";
import { testConfiguration } from "../../sim/world/terminalConfiguration.js";
import type { BenchOptions } from "./bench.js";

export const BALANCE_MINOR = 100_000;

/** Everything of a sale but the engine's cryptography; plain JSON. Keys are made once for a test file. */
export async function makeSaleWorld(...names: string[]): Promise<Record<string, Omit<BenchOptions, "crypto">>> {
	const scheme = await makeTestScheme();
	const profiles = [...cardProfiles(), ...hostileProfiles()];
	const made = names.map(
		async name => [name, await saleWorldOf(profiles.find(each => each.name === name)!, scheme)] as const,
	);
	return Object.fromEntries(await Promise.all(made));
}

/** The world of one card. */
export async function saleWorldOf(profile: CardProfile, scheme: TestScheme): Promise<Omit<BenchOptions, "crypto">> {
	return {
		personalisation: await personalise(profile, scheme),
		configuration: testConfiguration(scheme),
		issuerMasterKeyAc: scheme.issuer.masterKeys.applicationCryptogram,
		secureMessaging: {
			integrity: scheme.issuer.masterKeys.secureMessagingIntegrity,
			confidentiality: scheme.issuer.masterKeys.secureMessagingConfidentiality,
		},
		account: { pan: profile.account.pan, pin: profile.account.pin, balanceMinor: BALANCE_MINOR },
	};
}
