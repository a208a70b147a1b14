import { readFileSync } from "node:fs";
import { UserError } from "../world/stateFolder.js";

/**
 * Passcodes, a line each: never from the command line, which every program on the computer can read.
 * @param file "-": standard input
 * @throws {UserError} one sentence
 */
export function readPasscodes(file: string | undefined): string[] {
	if (file === undefined) throw new UserError("give the passcode with --passcode-file FILE, - for standard input");
	let text: string;
	try {
		text = readFileSync(file === "-" ? 0 : file, "utf8");
	} catch {
		throw new UserError(`${file === "-" ? "standard input" : file} cannot be read: put the passcode there`);
	}
	const lines = text.split(/\r?\n/).filter(line => line !== "");
	if (lines.length && lines.every(line => /^[0-9]{4,12}$/.test(line))) return lines;
	throw new UserError("a passcode has 4 to 12 digits, one passcode a line");
}
