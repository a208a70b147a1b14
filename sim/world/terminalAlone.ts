import { KeyError } from "../../src/keys/keyError.js";
import { readConfiguration } from "./configurationFile.js";
import { EMPTY_READER } from "./emptyReader.js";
import { MemoryDisplay } from "./memoryDisplay.js";
import type { TestTerminal } from "./merchant.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { type RunningTerminal, startTestTerminal, type TestTerminalOptions } from "./testTerminal.js";
import { openTestWorld } from "./testWorld.js";

/**
 * Starts a terminal by itself for one thing: nobody is called, no card is in its slot.
 * @param more in the place of what it has otherwise
 * @throws {UserError} when it cannot start, or has no keys for what is done
 */
export async function useTerminalAlone<T>(
	state: StateFolder,
	name: TestTerminal,
	more: Partial<TestTerminalOptions>,
	work: (running: RunningTerminal) => T | Promise<T>,
): Promise<T> {
	await openTestWorld(state, false, undefined, [name]);
	const running = startTestTerminal({
		...{ state, name, bankPort: 0, reader: EMPTY_READER, display: new MemoryDisplay(), log: { line: () => {} } },
		configuration: more.configuration ?? readConfiguration(state, undefined),
		...more,
	});
	try {
		return await work(running);
	} catch (error) {
		throw error instanceof KeyError ? new UserError(error.message) : error;
	} finally {
		running.release();
	}
}
