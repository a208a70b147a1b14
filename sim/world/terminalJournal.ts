import { Binding } from "../../src/binding/binding.js";
import { BindingFile } from "../../src/binding/keptBinding.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError } from "../../src/journal/journalError.js";
import { KeyError } from "../../src/keys/keyError.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { FileStorage } from "./fileStorage.js";
import type { TestTerminal } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { systemRandom } from "./system.js";
import { readTerminalFile } from "./terminalFile.js";
import { terminalDeviceKey } from "./testTerminal.js";

/**
 * The journal of a test terminal that does not run, and the binding whose terms it was kept under.
 * @throws {UserError} when the terminal runs, has never run, or what it keeps is damaged
 */
export function useTerminalJournal<T>(
	state: StateFolder,
	name: TestTerminal,
	onRepair: (sentence: string) => void,
	use: (kept: { readonly journal: Journal; readonly binding: Binding }) => T,
): T {
	if (!state.has(`${name}/batch`)) throw new UserError(`${state.at(name)} holds no journal: make a sale first`);
	const lock = state.lock(name, `the terminal ${state.at(name)}`);
	const storage = new FileStorage(state.at(name));
	const ports = { storage, random: systemRandom, crypto: nodeCrypto };
	try {
		const slots = new KeySlots(ports, terminalDeviceKey(state, readTerminalFile(state), name));
		const sealed = { storage, seal: new Seal(slots, systemRandom) };
		const binding = new Binding(new BindingFile(sealed), nodeCrypto);
		return use({ journal: new Journal(sealed, { onRepair }), binding });
	} catch (error) {
		const isState = error instanceof JournalError || error instanceof KeyError;
		throw isState ? new UserError(`${state.at(name)}: ${error.message}`) : error;
	} finally {
		lock.release();
	}
}
