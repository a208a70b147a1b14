import { Binding } from "../../src/binding/binding.js";
import { BindingFile } from "../../src/binding/keptBinding.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError } from "../../src/journal/journalError.js";
import { Seal } from "../../src/keys/seal.js";
import { Monitor } from "../../src/monitor/monitor.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import type { TestTerminal } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { systemClock, systemRandom } from "./system.js";
import { useTerminalKeys } from "./terminalKeyStore.js";

/** What a terminal that does not run keeps for its merchant. */
export interface StoppedTerminal {
	readonly journal: Journal;
	readonly monitor: Monitor;
	readonly binding: Binding;
	readonly access: AccessTrail;
}

/** @throws {UserError} when the terminal runs, has never run, has lost its keys, or what it keeps is damaged */
export async function useStoppedTerminal<T>(
	state: StateFolder,
	name: TestTerminal,
	use: (terminal: StoppedTerminal) => T,
): Promise<T> {
	return await useTerminalKeys(state, name, (slots, storage) => {
		if (slots.isZeroised)
			throw new UserError(`the keys of ${state.at(name)} were erased: what it had kept cannot be read any more`);
		const seal = new Seal(slots, systemRandom);
		const log = { line: (_source: string, text: string) => console.error(`kassa: ${text}`) };
		try {
			const journal = new Journal({ storage, seal }, { onRepair: sentence => log.line("journal", sentence) });
			const find = journal.transaction.bind(journal);
			const ports = { storage, seal, crypto: nodeCrypto, clock: systemClock, log, find, isOwnCard: () => false };
			const binding = new Binding(new BindingFile({ storage, seal }), nodeCrypto);
			const access = new AccessTrail({ storage, crypto: nodeCrypto, seal }, Date.now());
			return use({ access, journal, monitor: new Monitor(ports, undefined), binding });
		} catch (error) {
			throw error instanceof JournalError ? new UserError(`${state.at(name)}: ${error.message}`) : error;
		}
	});
}
