import { cardProfile } from "../../sim/card/cardProfiles.js";
import { personalise } from "../../sim/card/personalise.js";
import type { CardProfile } from "../../sim/card/profile.js";
import { sharedKeys } from "../../sim/card/rsaKeyPair.js";
import { makeTestScheme, type TestScheme } from "../../sim/card/testScheme.js";
import { accountOf } from "../../sim/world/cardAccount.js";
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

/** A card of the gallery with the cardholder verification of another one. */
export function withCvmListOf(other: string, name: string): CardProfile {
	const { cvmList } = cardProfile(other)!.applications[0]!;
	const profile = cardProfile(name)!;
	return { ...profile, applications: profile.applications.map(each => ({ ...each, cvmList })) };
}

/** Everything of a sale but the engine's cryptography; plain JSON. Keys are made once for a test file. */
export function makeSaleWorld(...names: string[]): Promise<Record<string, Omit<BenchOptions, "crypto">>> {
	return makeSaleWorldOf(names.map(name => cardProfile(name)!));
}

/** The same of cards that do not come with Kassa. */
export async function makeSaleWorldOf(
	profiles: readonly CardProfile[],
): Promise<Record<string, Omit<BenchOptions, "crypto">>> {
	const scheme = await makeTestScheme();
	const keys = sharedKeys();
	const made = profiles.map(async profile => [profile.name, await saleWorldOf(profile, scheme, keys)] as const);
	return Object.fromEntries(await Promise.all(made));
}

/** The world of one card. */
export async function saleWorldOf(
	profile: CardProfile,
	scheme: TestScheme,
	keys = sharedKeys(),
): Promise<Omit<BenchOptions, "crypto">> {
	return {
		personalisation: await personalise(profile, scheme, keys),
		configuration: testConfiguration(scheme),
		issuerMasterKeyAc: scheme.issuer.masterKeys.applicationCryptogram,
		secureMessaging: {
			integrity: scheme.issuer.masterKeys.secureMessagingIntegrity,
			confidentiality: scheme.issuer.masterKeys.secureMessagingConfidentiality,
		},
		account: { ...accountOf(profile), balanceMinor: profile.issuer?.balanceMinor ?? BALANCE_MINOR },
	};
}
