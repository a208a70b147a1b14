import { Command, InvalidArgumentError, Option } from "commander";
import { spawnBank } from "../bank/startBank.js";
import type { CardFault } from "../card/cardFault.js";
import { parseFault } from "../card/faultCheck.js";
import { parseReaderName, READER_KINDS } from "../readers/readerName.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseAmount } from "./amount.js";
import { lineTraceOption } from "./lineTraceFile.js";
import { configOption, stateOption } from "./options.js";
import { recordOption } from "./recordingFile.js";
import type { SaleOptions } from "./runSale.js";

const HELP = `
Readers:
  virtual:NAME   a card of \`kassa card list\`, at the level of contacts (--card NAME for short)
  pcsc[:NAME]    a real reader through PC/SC; part of its name, or the first one with a card
  vpcd[:PORT]    waits on 127.0.0.1 for a virtual card that speaks the vpcd protocol
  replay:FILE    a dialogue that was recorded with --record; ends at the first byte that differs

Exit status: 0 approved, 2 declined or not accepted, 1 anything else.`;

/** `kassa sale`: one sale without a front panel. */
export function saleCommand(): Command {
	return new Command("sale")
		.description("make one sale with a test card or in a reader, against the test bank (started for it if none runs)")
		.requiredOption("-a, --amount <amount>", "what the cardholder pays, e.g. 12.34", parseAmount)
		.option("-c, --card <name>", "card to insert: see `kassa card list`", "unionpay-debit")
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
		.option("-w, --why", "tell the reason for every decision: rule, values, section of the Books")
		.option("--force-online", "the merchant wants the issuer asked, whatever the amount")
		.option("--json", "print one JSON object instead of the story")
		.addOption(lineTraceOption())
		.addOption(configOption())
		.addOption(stateOption())
		.addHelpText("after", HELP)
		.action(async (options: SaleOptions) => {
			const bank = spawnBank(); // it starts while the world is made and the rest of this command loaded
			try {
				const state = new StateFolder(options.state);
				const [{ runSale }] = await Promise.all([import("./runSale.js"), openTestWorld(state, false)]);
				process.exitCode = await runSale(options, state, bank);
			} finally {
				await bank.stop();
			}
		});
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
