import { parseHex } from "../../src/bytes/hex.js";
import { type StateFolder, UserError } from "./stateFolder.js";

/** What a terminal of the test world is made with, hexadecimal; all of it worthless outside. */
export interface TestTerminalFile {
	readonly test: true;
	readonly notice: string;
	/** Terminal master key: the bank sends work keys under it. */
	readonly tmk: string;
	/** Work keys until the first sign-in. */
	readonly pik: string;
	readonly mak: string;
	/** Base derivation key of DUKPT, for host profiles that want it. */
	readonly bdk: string;
	/** Who certifies acquirers: Ed25519, public; in every terminal from manufacture. */
	readonly bankRoot: string;
	readonly deviceKeys: Readonly<Record<string, string>>;
}

/** @throws {UserError} when the file does not hold the keys of a terminal */
export function readTerminalFile(state: StateFolder): TestTerminalFile {
	const file = state.readJson("terminal.json") as Partial<TestTerminalFile>;
	try {
		const keys = [file.tmk, file.pik, file.mak, file.bdk];
		const isWhole = parseHex(file.bankRoot ?? "").length === 32 && file.deviceKeys;
		if (keys.every(key => parseHex(key ?? "").length === 16) && isWhole) return file as TestTerminalFile;
	} catch {
		// told below
	}
	throw new UserError(`${state.at("terminal.json")} is damaged: start again with --fresh, or put the file back`);
}
