import { writeFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { formatLineText, formatVcd, type LineTrace } from "../card/lineTrace.js";

/** Where the trace of the line goes, and in which form: by the end of its name. */
export interface LineTraceFile {
	write(trace: LineTrace): void;
}

export function lineTraceOption(): Option {
	return new Option(
		"--line-trace <file>",
		"write every byte between terminal and card with its time, PIN hidden: FILE.vcd for a waveform viewer, FILE.txt to read",
	).argParser(parseLineTraceFile);
}

function parseLineTraceFile(path: string): LineTraceFile {
	const format = path.endsWith(".vcd") ? formatVcd : path.endsWith(".txt") ? formatLineText : undefined;
	if (!format) throw new InvalidArgumentError("give a file name that ends in .vcd or .txt.");
	try {
		writeFileSync(path, ""); // before the sale, which cannot be made again for its trace
	} catch (error) {
		throw new InvalidArgumentError(`it cannot be written: ${(error as Error).message}`);
	}
	return { write: trace => writeFileSync(path, format(trace)) };
}
