import { Command, InvalidArgumentError } from "commander";
import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import type { Decision } from "../../src/emv/why.js";
import type { SaleResult } from "../../src/flows/saleResult.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import type { LogSource } from "../../src/ports.js";
import { openCard } from "../card/openCard.js";
import { Cardholder } from "../world/cardholder.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import { useTestBank } from "../world/runningBank.js";
import { StateFolder } from "../world/stateFolder.js";
import { startTestTerminal } from "../world/testTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseAmount } from "./amount.js";
import { stateOption } from "./options.js";
import { saleJson } from "./saleJson.js";

interface SaleOptions {
	readonly amount: number;
	readonly card: string;
	readonly pin: readonly string[];
	readonly json?: boolean;
	readonly why?: boolean;
	readonly state: string;
}

/** `kassa sale`: one sale without a front panel. */
export function saleCommand(): Command {
	return new Command("sale")
		.description("make one sale with a test card, against the test bank (started for it if none runs)")
		.requiredOption("-a, --amount <amount>", "what the cardholder pays, e.g. 12.34", parseAmount)
		.option("-c, --card <name>", "card to insert: see `kassa cards`", "unionpay-debit")
		.option("-p, --pin <pin...>", "PIN that the cardholder enters; several for several tries", parsePin, [])
		.option("-w, --why", "tell the reason for every decision: rule, values, section of the Books")
		.option("--json", "print one JSON object instead of the story")
		.addOption(stateOption())
		.addHelpText("after", "\nExit status: 0 approved, 2 declined or not accepted, 1 anything else.")
		.action(async (options: SaleOptions) => {
			process.exitCode = await runSale(options);
		});
}

/** @returns the exit status */
async function runSale({ amount, card, pin, json, why, state: folder }: SaleOptions): Promise<number> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const seated = await openCard(state, card);
	const bank = await useTestBank(state);
	const say = (source: LogSource, text: string) => json || console.log(`${source.padEnd(8)} ${text}`);
	const decisions: Decision[] = [];
	try {
		const { terminal, slot, pressKey } = startTestTerminal({
			state,
			name: "commandLine",
			bankPort: bank.port,
			display: new MemoryDisplay(),
			log: { line: say },
			onScreen: screen => cardholder.see(screen),
			onJournalEntry: entry => say("journal", formatJournalEntry(entry)),
			...(why && {
				why: (decision: Decision) => {
					decisions.push(decision);
					say("why", formatDecision(decision));
				},
			}),
		});
		const pins = pin.length ? pin : ["1234"];
		const cardholder = new Cardholder({ pressKey, insertCard: () => slot.insert(seated) }, pins);
		const result = await terminal.sale(amount);
		console.log(json ? JSON.stringify({ ...saleJson(result), ...(why && { why: decisions }) }) : saleStory(result));
		return exitStatus(result);
	} finally {
		await bank.leave();
	}
}

function exitStatus({ outcome }: SaleResult): number {
	if (outcome === "approved") return 0;
	return ["declined", "notAccepted", "cardBlocked"].includes(outcome) ? 2 : 1;
}

function saleStory(result: SaleResult): string {
	const { card, bank } = result;
	const hex = (bytes: Uint8Array | undefined) => (bytes ? formatHex(bytes) : "-");
	const lines = [
		"",
		`${result.outcome.toUpperCase()}  ${formatAmount(result.amountMinor, result.currency)}  ${result.reason}`,
		`  card     ${card?.panMasked ?? "-"}, application ${hex(card?.aid)}`,
		`  results  TVR ${hex(card?.tvr)}, TSI ${hex(card?.tsi)}, CVM ${hex(card?.cvmResults)}, CID ${hex(card?.cid)}`,
		`  dialogue ${result.apdus} APDUs, ${result.bytesToCard} bytes to the card, ${result.bytesFromCard} from it`,
		`  bank     ${
			bank
				? `answered ${bank.responseCode}, authorisation ${bank.authorisationCode ?? "-"}, reference ${bank.retrievalReference ?? "-"}`
				: "gave no answer"
		}`,
	];
	if (result.reversal === "owed") lines.push("  reversal owed: it goes to the bank before the next sale");
	return lines.join("\n");
}

function parsePin(text: string, earlier: readonly string[]): string[] {
	if (!/^[0-9]{4,12}$/.test(text)) throw new InvalidArgumentError("a PIN has 4 to 12 digits.");
	return [...earlier, text];
}
