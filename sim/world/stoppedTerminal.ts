import { Binding } from "../../src/binding/binding.js";
import { BindingFile } from "../../src/binding/keptBinding.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError } from "../../src/journal/journalError.js";
import type { SealedStorage } from "../../src/journal/sealedFile.js";
import { Seal } from "../../src/keys/seal.js";
import { Monitor } from "../../src/monitor/monitor.js";
import { type TestAccess, testAccess } from "./equipTerminal.js";
import type { TestTerminal } from "./merchant.js";
import { WORLD_RULES } from "./monitoringRules.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { systemClock, systemRandom } from "./system.js";
import { useTerminalKeys } from "./terminalKeyStore.js";

/** What a terminal that does not run keeps for its merchant. */
export interface StoppedTerminal extends SealedStorage, Pick<TestAccess, "access" | "operators"> {
	readonly journal: Journal;
	readonly monitor: Monitor;
	readonly binding: Binding;
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
			const ports = {
				storage,
				seal,
				crypto: nodeCrypto,
				clock: systemClock,
				log,
				find,
				isOwnCard: () => false,
				keysAreNew: slots.logsAreUnsealed,
			};
			const binding = new Binding(new BindingFile({ storage, seal }), nodeCrypto);
			const { access, operators } = testAccess(slots, storage);
			for (const problem of access.found) log.line("terminal", `access trail: ${problem}`);
			return use({ storage, seal, access, operators, journal, monitor: new Monitor(ports, WORLD_RULES), binding });
		} catch (error) {
			throw error instanceof JournalError ? new UserError(`${state.at(name)}: ${error.message}`) : error;
		}
	});
}
