import { type Command, InvalidArgumentError, Option } from "commander";
import type { CardFault } from "../card/cardFault.js";
import { parseFault } from "../card/faultCheck.js";
import { parseReaderName, READER_KINDS, type ReaderName } from "../readers/readerName.js";
import type { Transport } from "../readers/transport.js";
import { type LineTraceFile, lineTraceOption } from "./lineTraceFile.js";
import { type RecordingFile, recordOption } from "./recordingFile.js";

/** What a command that reads a card is told about it. */
export interface CardOptions {
	readonly card: string;
	readonly reader?: ReaderName;
	readonly transport?: Transport;
	readonly record?: RecordingFile;
	readonly reveal?: boolean;
	readonly pin: readonly string[];
	readonly fault: readonly CardFault[];
	readonly forceOnline?: boolean;
	readonly lineTrace?: LineTraceFile;
}

export const READERS_HELP = `
Readers:
  virtual:NAME   a card of \`kassa card list\`, at the level of contacts (--card NAME for short)
  pcsc[:NAME]    a real reader through PC/SC; part of its name, or the first one with a card
  vpcd[:PORT]    waits on 127.0.0.1 for a virtual card that speaks the vpcd protocol
  replay:FILE    a dialogue that was recorded with --record; ends at the first byte that differs`;

/** @param card inserted unless another is named; undefined: none */
export function addCardOptions(command: Command, card: string | undefined): Command {
	return command
		.option("-c, --card <name>", "card to insert: see `kassa card list`", card)
		.addOption(
			new Option("-r, --reader <reader>", `reader to use instead: ${READER_KINDS}`)
				.argParser(parseReaderName)
				.conflicts("card"),
		)
		.addOption(
			new Option("--transport <protocol>", "transmission protocol, where the reader leaves it open").choices([
				"t0",
				"t1",
			]),
		)
		.addOption(recordOption())
		.option("--reveal", "record the card data of pcsc and vpcd in clear: for test cards only")
		.option(
			"-p, --pin <pin...>",
			"PIN that the cardholder enters; several for several tries; 1234 for a card of `kassa card list`",
			parsePin,
			[],
		)
		.option(
			"--fault <fault>",
			"what the card does wrong, e.g. pull:apdu=7; several for several faults: docs/cards.md",
			addFault,
			[],
		)
		.option("--force-online", "the merchant wants the issuer asked, whatever the amount")
		.addOption(lineTraceOption());
}

function addFault(text: string, earlier: readonly CardFault[]): CardFault[] {
	try {
		return [...earlier, parseFault(text)];
	} catch (error) {
		throw new InvalidArgumentError(`${(error as Error).message}.`);
	}
}

function parsePin(text: string, earlier: readonly string[]): string[] {
	if (!/^[0-9]{4,12}$/.test(text)) throw new InvalidArgumentError("a PIN has 4 to 12 digits.");
	return [...earlier, text];
}
