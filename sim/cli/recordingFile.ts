import { closeSync, openSync, writeFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { type Dialogue, formatDialogue } from "../readers/dialogue.js";

/** Where the recording of a dialogue goes. */
export interface RecordingFile {
	write(dialogue: Dialogue): void;
}

export function recordOption(): Option {
	return new Option(
		"--record <file>",
		"write down the dialogue with the card, PIN left out, for --reader replay:FILE",
	).argParser(parseRecordingFile);
}

function parseRecordingFile(path: string): RecordingFile {
	try {
		// Before the sale, which cannot be made again; nothing is lost of a recording that is being replayed.
		closeSync(openSync(path, "a", 0o600));
	} catch (error) {
		throw new InvalidArgumentError(`it cannot be written: ${(error as Error).message}`);
	}
	return { write: dialogue => writeFileSync(path, formatDialogue(dialogue)) };
}
