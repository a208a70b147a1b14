import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { formatHex } from "../../src/bytes/hex.js";
import type { BankConfig } from "../bank/bankConfig.js";
import { cardProfiles } from "../card/cardProfiles.js";
import { makeTestScheme } from "../card/testScheme.js";
import { accountOf } from "./cardAccount.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS, type TestTerminal } from "./merchant.js";
import { makeTestPki } from "./pki.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { testConfiguration } from "./terminalConfiguration.js";
import type { TestTerminalFile } from "./terminalFile.js";
import { makeTestAcquirer } from "./testAcquirer.js";
import { checkWorldProfile, givenProfile, PROFILE_FILE } from "./worldProfile.js";

const VERSION = 9;

/**
 * Makes sure that the folder holds a whole test world: scheme, certificates, the bank's configuration. What is there
 * stays; cards are made when they are first used.
 * @param fresh empties the folder's known contents first
 * @param profile host profile of a new world, by name or file; that of a world that is there has to be the same
 * @param terminals bound to the test merchant by the ceremony, unless they are or were unbound since; one as from
 * manufacture never is
 * @throws {UserError} when the folder holds a world of another version or of another profile, or a half-made one
 */
export async function openTestWorld(
	state: StateFolder,
	fresh: boolean,
	profile?: string,
	terminals: readonly TestTerminal[] = [],
): Promise<void> {
	await ensureWorld(state, fresh, profile);
	const isBound = (name: TestTerminal) => state.has(`${name}/binding`) || state.has(unboundFile(name));
	const unbound = terminals.filter(name => name !== "factory" && !isBound(name));
	if (!unbound.length) return;
	const lock = state.lock("world", `the state folder ${state.path}`);
	try {
		// Loaded only where somebody is bound: bank and cards take time to load.
		const { bindTestTerminals } = await import("./bindTestTerminal.js");
		await bindTestTerminals(state, unbound);
	} finally {
		lock.release();
	}
}

/** Says that a terminal was unbound by a person, and is not to be bound again unasked. */
export function unboundFile(name: TestTerminal): string {
	return `${name}.unbound`;
}

async function ensureWorld(state: StateFolder, fresh: boolean, profile: string | undefined): Promise<void> {
	const isWorld = state.has("world.json") || state.has(HALF_MADE);
	if (!isWorld) {
		const foreign = CONTENTS.find(name => state.has(name));
		if (foreign)
			throw new UserError(
				`${state.at(foreign)} is there and no world of Kassa's: choose another folder with --state DIR`,
			);
	}
	const host = profile === undefined ? undefined : givenProfile(profile); // before anything is removed
	if (fresh && isWorld) removeWorld(state);
	if (state.has("world.json")) {
		const world = state.readJson("world.json") as { version?: unknown };
		if (world.version !== VERSION)
			throw new UserError(`${state.at("world.json")} is of another version of Kassa: start again with --fresh`);
		if (profile !== undefined) checkWorldProfile(state, profile);
		return;
	}
	const lock = state.lock("world", `the state folder ${state.path}`);
	try {
		state.writeJson(HALF_MADE, { test: true });
		if (host && profile?.endsWith(".json")) state.writeJson(PROFILE_FILE, host);
		await makeTestWorld(state, profile?.endsWith(".json") ? PROFILE_FILE : profile);
		state.remove(HALF_MADE);
	} finally {
		lock.release();
	}
}

/** Marks a folder in which a world is being made: a start that was cut short is taken up again. */
const HALF_MADE = "world.part.json";

/** Never under a terminal that is at work. */
function removeWorld(state: StateFolder): void {
	const locks = Object.keys(TEST_TERMINAL_IDS).map(name => state.lock(name, `the terminal ${state.at(name)}`));
	for (const name of CONTENTS) rmSync(state.at(name), { recursive: true, force: true });
	for (const lock of locks) lock.release();
}

const CONTENTS = [
	"world.json",
	"scheme.json",
	"cards",
	"card-keys.json",
	"bank",
	"management",
	"firmware",
	"tls",
	"terminal.json",
	"configuration.json",
	PROFILE_FILE,
	"panel",
	"commandLine",
	"factory",
	"panel.unbound",
	"commandLine.unbound",
];

async function makeTestWorld(state: StateFolder, profile = "unionPay"): Promise<void> {
	const [scheme, pki] = await Promise.all([makeTestScheme(), makeTestPki()]);
	const profiles = cardProfiles();
	const { bankRoot, binding } = makeTestAcquirer(state);
	const key = () => randomBytes(16).toString("hex").toUpperCase();
	const terminal: TestTerminalFile = {
		test: true,
		notice: "Kassa test keys, worthless",
		tmk: key(),
		pik: key(),
		mak: key(),
		bdk: key(),
		bankRoot: formatHex(bankRoot),
		deviceKeys: Object.fromEntries(Object.keys(TEST_TERMINAL_IDS).map(name => [name, randomBytes(32).toString("hex")])),
	};
	const bank: BankConfig = {
		host: "127.0.0.1",
		port: 0,
		tls: { key: "../tls/bank.key.pem", cert: "../tls/bank.pem", ca: "../tls/root.pem" },
		profile: profile === PROFILE_FILE ? `../${PROFILE_FILE}` : profile,
		keys: { tmk: terminal.tmk, pik: terminal.pik, mak: terminal.mak, bdk: terminal.bdk },
		issuerMasterKeyAc: scheme.issuer.masterKeys.applicationCryptogram,
		secureMessagingMasterKeys: {
			integrity: scheme.issuer.masterKeys.secureMessagingIntegrity,
			confidentiality: scheme.issuer.masterKeys.secureMessagingConfidentiality,
		},
		ledger: "ledger.sqlite",
		merchants: [{ merchantId: TEST_MERCHANT.merchantId, terminalIds: Object.values(TEST_TERMINAL_IDS) }],
		accounts: profiles.map(accountOf),
		binding,
	};
	state.writeJson("scheme.json", scheme);
	state.write("tls/root.pem", pki.rootPem);
	state.write("tls/root.der", pki.rootDer);
	state.write("tls/bank.pem", pki.bank.certPem);
	state.write("tls/bank.key.pem", pki.bank.keyPem);
	state.write("tls/root.key.pem", pki.rootKeyPem);
	state.writeJson("bank/config.json", bank);
	state.writeJson("configuration.json", testConfiguration(scheme));
	state.writeJson("terminal.json", terminal);
	state.writeJson("world.json", { version: VERSION, test: true, profile }); // last: a half-made world is made again
}
