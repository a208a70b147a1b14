import { copyFileSync } from "node:fs";
import { wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { type PublicKeys, TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { TlsKey } from "../../src/keys/tlsKey.js";
import { cardProfiles } from "../card/cardProfiles.js";
import { personalisedCard } from "../card/openCard.js";
import { enrolTerminal } from "../world/enrolTerminal.js";
import { equipTerminal } from "../world/equipTerminal.js";
import { FileStorage } from "../world/fileStorage.js";
import { TEST_TERMINAL_IDS } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { readTerminalFile } from "../world/terminalFile.js";
import { worldProfile } from "../world/worldProfile.js";

/** What src/main.ts speaks. */
const PROFILE = "unionPay";

/** The terminal of the test world that the desktop simulator is: the same as the front panel's, in another body. */
export const TERMINAL = "panel";

/** The bank's servers on this computer. */
export interface BankAddresses {
	readonly bankPort: number;
	readonly deskPort: number | undefined;
	readonly brokerPort: number;
}

/**
 * Puts into the terminal's storage what a board gets at manufacture and at its first sign-in (src/platform/settings.ts),
 * and makes all cards. The journal that is there stays.
 * @returns who the terminal is
 * @throws {UserError} when the test world is damaged, or of a host profile that the firmware for boards does not speak
 */
export async function manufacture(
	state: StateFolder,
	{ bankPort, deskPort, brokerPort }: BankAddresses,
): Promise<PublicKeys> {
	const { name } = worldProfile(state);
	if (name !== PROFILE)
		throw new UserError(
			`the firmware for boards speaks ${PROFILE}, the world in ${state.path} ${name}: choose another folder with --state DIR`,
		);
	const storage = new FileStorage(state.at(TERMINAL));
	const file = readTerminalFile(state);
	const deviceKeySecret = parseHex(file.deviceKeys[TERMINAL] ?? "");
	let identity: TerminalIdentity;
	try {
		equipTerminal(storage, deviceKeySecret);
		const ports = { storage, random: systemRandom, crypto: nodeCrypto };
		const slots = new KeySlots(ports, deviceKeySecret);
		await enrolTerminal(state, TERMINAL, storage, new TlsKey(slots, ports));
		identity = new TerminalIdentity(slots, ports);
		storage.replace("device-key", deviceKeySecret);
	} finally {
		wipe(deviceKeySecret); // WIPE
	}
	state.writeJson(`${TERMINAL}/configuration.json`, state.readJson("configuration.json"));
	state.writeJson(`${TERMINAL}/terminal.json`, {
		serial: TEST_TERMINAL_IDS[TERMINAL],
		language: "en",
		bankRoot: file.bankRoot,
		utcOffsetMinutes: systemClock.utcOffsetMinutes,
		host: hostAt(bankPort),
		...(deskPort && { desk: hostAt(deskPort) }),
		management: hostAt(brokerPort),
	});
	copyFileSync(state.at("tls/root.der"), state.at(TERMINAL, "root.der"));
	for (const { name } of cardProfiles()) await personalisedCard(state, name);
	return identity.publicKeys;
}

function hostAt(port: number) {
	return { address: "127.0.0.1", port, serverName: "localhost" };
}
