import type { Screen } from "../../src/display/screen.js";
import type { Decision } from "../../src/emv/decision.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import { KeyError } from "../../src/keys/keyError.js";
import type { LogSource } from "../../src/ports.js";
import type { Terminal } from "../../src/terminal.js";
import { BusyError } from "../../src/turns.js";
import type { AskBank, SpawnedBank } from "../bank/startBank.js";
import type { OpenReader } from "../readers/openReader.js";
import { Attendant, type AttendantKnowledge } from "../world/attendant.js";
import { Cardholder } from "../world/cardholder.js";
import { readConfiguration } from "../world/configurationFile.js";
import { EMPTY_READER } from "../world/emptyReader.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import { WORLD_RULES } from "../world/monitoringRules.js";
import { type HostOptions, otherHost } from "../world/otherHost.js";
import { useTestBank } from "../world/runningBank.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { startTestTerminal } from "../world/testTerminal.js";

export interface WorkOptions extends HostOptions {
	readonly json?: boolean;
	readonly why?: boolean;
	readonly config?: string;
	/** With a terminal as from manufacture. */
	readonly factory?: boolean;
}

/** Who stands at the terminal, and what is in its slot. */
export interface People {
	readonly opened?: OpenReader;
	readonly pins?: readonly string[];
	readonly knowledge?: AttendantKnowledge;
	readonly onScreen?: (screen: Screen) => void;
}

/** The terminal of the command line, its bank, and what happened. */
export interface TerminalAtWork {
	readonly terminal: Terminal;
	readonly attendant: Attendant;
	readonly decisions: readonly Decision[];
	/** To the test bank's switches; absent where another host is called. */
	readonly ask?: AskBank;
	/** Tells people, unless JSON is wanted. */
	say(source: LogSource, text: string): void;
}

/**
 * Starts the terminal of the command line for one thing, with a person who presses its keys. Everything that happens is
 * printed as it happens, unless JSON is wanted.
 * @throws {UserError} when the terminal cannot work, one sentence
 */
export async function withTerminal<T>(
	options: WorkOptions,
	state: StateFolder,
	spawned: SpawnedBank | undefined,
	{ opened, pins = [], knowledge = {}, onScreen }: People,
	use: (work: TerminalAtWork) => Promise<T>,
): Promise<T> {
	const { json, why, config, factory } = options;
	const configuration = readConfiguration(state, config);
	const host = otherHost(state, options);
	const bank = host ? undefined : await useTestBank(state, spawned);
	const say = (source: LogSource, text: string) => {
		if (!json) console.log(`${source.padEnd(8)} ${text}`);
	};
	const decisions: Decision[] = [];
	let release: (() => void) | undefined;
	try {
		const running = startTestTerminal({
			state,
			name: factory ? "factory" : "commandLine",
			bankPort: bank?.port ?? 0,
			deskPort: bank?.deskPort,
			host,
			configuration,
			reader: opened?.reader ?? EMPTY_READER,
			monitoring: WORLD_RULES,
			...(opened && { clock: opened.clock }),
			...(opened && opened.random !== systemRandom && { kernelRandom: opened.random }),
			display: new MemoryDisplay(),
			log: { line: say },
			onScreen: screen => {
				cardholder.see(screen);
				attendant.see(screen);
				onScreen?.(screen);
			},
			onJournalEntry: entry => say("journal", formatJournalEntry(entry)),
			...(why && {
				why: (decision: Decision) => {
					decisions.push(decision);
					say("why", formatDecision(decision));
				},
			}),
		});
		({ release } = running);
		await running.enrolled;
		const { terminal, pressKey } = running;
		const { insertCard, foreign = false } = opened ?? {};
		// A PIN that nobody gave, or one too many, could block the card of a person.
		const entered = pins.length || foreign ? pins : ["1234"];
		const cardholder = new Cardholder({ pressKey, ...(insertCard && { insertCard }) }, entered, !foreign);
		const attendant = new Attendant(pressKey, knowledge);
		return await use({ terminal, attendant, decisions, ...(bank && { ask: bank.ask }), say });
	} catch (error) {
		if (error instanceof KeyError || error instanceof BusyError) throw new UserError(error.message);
		throw error;
	} finally {
		release?.();
		await bank?.leave();
	}
}
