import { rmSync } from "node:fs";
import { parseHex } from "../../src/bytes/hex.js";
import type { Screen } from "../../src/display/screen.js";
import type { TerminalConfiguration } from "../../src/emv/configuration.js";
import type { Why } from "../../src/emv/decision.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import { JournalError } from "../../src/journal/journalError.js";
import { KeyError } from "../../src/keys/keyError.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import type {
	CardReader,
	Clock,
	Display,
	Firmware,
	HostSocket,
	Key,
	Keypad,
	Log,
	Printer,
	Random,
	Supply,
} from "../../src/ports.js";
import { Terminal } from "../../src/terminal.js";
import { worldLink } from "../management/worldLink.js";
import { updateSettings } from "../update/updateFolder.js";
import { EnrolledSocket, type LineTo } from "./enrolledSocket.js";
import { testSubject } from "./enrolTerminal.js";
import { equipTerminal } from "./equipTerminal.js";
import { FileStorage } from "./fileStorage.js";
import { TEST_TERMINAL_IDS, type TestTerminal } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import type { OtherHost } from "./otherHost.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { makeSystemClock, systemEntropy } from "./system.js";
import { TamperSwitch } from "./tamperSwitch.js";
import { readTerminalFile, type TestTerminalFile } from "./terminalFile.js";
import { worldProfile } from "./worldProfile.js";

export interface TestTerminalOptions {
	readonly state: StateFolder;
	readonly name: TestTerminal;
	/** Of the test bank; 0 when nobody is called. */
	readonly bankPort: number;
	/** Of the bank's binding desk; absent: the terminal cannot be bound. */
	readonly deskPort?: number | undefined;
	/** In the test bank's place. */
	readonly host?: OtherHost | undefined;
	/** In the place of the lines to any of these. */
	readonly socket?: HostSocket;
	readonly desk?: HostSocket;
	readonly configuration: TerminalConfiguration;
	readonly reader: CardReader;
	readonly display: Display;
	readonly log: Log;
	/** Without it nothing is printed; a receipt can be had from the journal. */
	readonly printer?: Printer;
	/** Without it no other firmware can be installed. */
	readonly firmware?: Firmware;
	/** Without it there is no battery. */
	readonly supply?: Supply | undefined;
	/** Instead of the computer's own. */
	readonly clock?: Clock;
	/** In the place of what the kernel would draw from the terminal's generator: a recording, a replay. */
	readonly kernelRandom?: Random;
	readonly language?: "en" | "zh";
	/** What the terminal watches for; nothing when absent. */
	readonly monitoring?: RuleSet;
	readonly onScreen?: (screen: Screen) => void;
	/** Sees those of a training, which `onScreen` does not. */
	readonly onTrainingScreen?: (screen: Screen) => void;
	readonly onJournalEntry?: (entry: JournalEntry) => void;
	readonly why?: Why;
}

/** A terminal of the test world in this process: the firmware itself, behind simulated ports. */
export interface RunningTerminal {
	readonly terminal: Terminal;
	readonly tamper: TamperSwitch;
	pressKey(key: Key): void;
	/** Settles when the terminal can log on at its bank; when it cannot, its first connection says why. */
	readonly enrolled: Promise<unknown>;
	/** Gives its files to other commands; nothing may be done with the terminal any more. */
	release(): void;
}

/** @throws {UserError} when its files are in use or damaged; they are left as they are */
export function startTestTerminal(options: TestTerminalOptions): RunningTerminal {
	const { state, name, configuration, display, log, printer, onScreen, onJournalEntry, why } = options;
	const { release } = state.lock(name, `the terminal ${state.at(name)}`);
	const keypad: Keypad = { onKey: undefined };
	const tamper = new TamperSwitch();
	try {
		if (name === "factory") rmSync(state.at(name), { recursive: true, force: true });
		const storage = new FileStorage(state.at(name));
		const file = readTerminalFile(state);
		const deviceKeySecret = terminalDeviceKey(state, file, name);
		const profile = worldProfile(state);
		const lineTo = (to: LineTo) => new EnrolledSocket(state, name, storage, to, () => terminal.tlsKey());
		const here = (port: number): LineTo => ({ address: { host: "127.0.0.1", port } });
		const { host } = options;
		const managed = lineTo(here(options.bankPort)); // the management service is that of the test world
		const line = host ? lineTo(host) : managed;
		const backup = host?.backup && lineTo({ ...host, address: host.backup });
		const deskAt = host ? host.desk && { ...host, address: host.desk } : options.deskPort && here(options.deskPort);
		const desk = options.desk ?? (deskAt ? lineTo(deskAt) : undefined);
		equipTerminal(storage, deviceKeySecret);
		const terminal: Terminal = new Terminal(
			{
				storage,
				entropy: systemEntropy,
				crypto: nodeCrypto,
				reader: options.reader,
				keypad,
				display,
				clock: options.clock ?? makeSystemClock(),
				log,
				tamper,
				socket: options.socket ?? line,
				...(backup && !options.socket && { backupSocket: backup }),
				...(desk && { desk }),
				managementLink: worldLink(state, managed),
				...(printer && { printer }),
				...(options.firmware && { firmware: options.firmware }),
				...(options.supply && { supply: options.supply }),
			},
			{
				configuration,
				serial: TEST_TERMINAL_IDS[name],
				bankRoot: parseHex(file.bankRoot),
				certificateSubject: testSubject(name),
				language: options.language ?? "en",
				profile,
				deviceKeySecret,
				// Loaded only where somebody is trained: no sale waits for it.
				training: async (hall, lesson) =>
					(await import("../../src/training/training.js")).holdTraining(hall, lesson, options.onTrainingScreen),
				update: updateSettings(state),
				...(options.kernelRandom && { kernelRandom: options.kernelRandom }),
				...(onScreen && { onScreen }),
				...(onJournalEntry && { onJournalEntry }),
				...(options.monitoring && { monitoring: options.monitoring }),
				...(why && { why }),
			},
		);
		// A key takes a second to make: not while a transaction waits for its connection.
		const enrolled = host || options.bankPort > 0 ? line.enrol().catch(() => {}) : Promise.resolve();
		return { terminal, tamper, pressKey: key => keypad.onKey?.(key), enrolled, release };
	} catch (error) {
		release();
		const isState = error instanceof JournalError || error instanceof KeyError;
		throw isState ? new UserError(`${state.at(name)}: ${error.message}`) : error;
	}
}

/** @throws {UserError} when the file holds no such key */
export function terminalDeviceKey(state: StateFolder, file: TestTerminalFile, name: TestTerminal): Uint8Array {
	const text = file.deviceKeys[name];
	if (typeof text === "string" && /^[0-9A-Fa-f]{64}$/.test(text)) return parseHex(text);
	throw new UserError(`${state.at("terminal.json")} is damaged: start again with --fresh, or put the file back`);
}
