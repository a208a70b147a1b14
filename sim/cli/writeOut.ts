import { writeFileSync } from "node:fs";
import { UserError } from "../world/stateFolder.js";

/**
 * Writes what a person wanted in a file of theirs.
 * @param mode of a new file, less what the process masks
 * @throws {UserError} when it cannot be written
 */
export function writeOut(file: string, content: string | Uint8Array, mode = 0o666): void {
	try {
		writeFileSync(file, content, { mode });
	} catch {
		throw new UserError(`cannot write ${file}: name a file in a folder that exists and may be written`);
	}
}
