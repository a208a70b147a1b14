import { KeyBlockError } from "../../src/keys/keyBlockHeader.js";
import { KeyError } from "../../src/keys/keyError.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import type { Storage } from "../../src/ports.js";
import { FileStorage } from "./fileStorage.js";
import type { TestTerminal } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { systemRandom } from "./system.js";
import { readTerminalFile } from "./terminalFile.js";
import { terminalDeviceKey } from "./testTerminal.js";

/**
 * The key store of a test terminal that does not run.
 * @throws {UserError} when the terminal runs or has never run, and whenever the key store refuses
 */
export async function useTerminalKeys<T>(
	state: StateFolder,
	name: TestTerminal,
	use: (slots: KeySlots, storage: Storage) => T | Promise<T>,
): Promise<T> {
	if (!state.has(`${name}/key-root`)) throw new UserError(`${state.at(name)} holds no keys: make a sale first`);
	const lock = state.lock(name, `the terminal ${state.at(name)}`);
	try {
		const storage = new FileStorage(state.at(name));
		const deviceKeySecret = terminalDeviceKey(state, readTerminalFile(state), name);
		return await use(new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret), storage);
	} catch (error) {
		if (error instanceof KeyError || error instanceof KeyBlockError) throw new UserError(error.message);
		throw error;
	} finally {
		lock.release();
	}
}
