import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import type { Decision } from "../../src/emv/why.js";
import type { SaleResult } from "../../src/flows/saleResult.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import type { LogSource } from "../../src/ports.js";
import type { SpawnedBank } from "../bank/startBank.js";
import { LineTrace } from "../card/lineTrace.js";
import { openCard } from "../card/openCard.js";
import { Cardholder } from "../world/cardholder.js";
import { readConfiguration } from "../world/configurationFile.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import { useTestBank } from "../world/runningBank.js";
import type { StateFolder } from "../world/stateFolder.js";
import { startTestTerminal } from "../world/testTerminal.js";
import type { LineTraceFile } from "./lineTraceFile.js";
import { saleJson } from "./saleJson.js";

export interface SaleOptions {
	readonly amount: number;
	readonly card: string;
	readonly pin: readonly string[];
	readonly json?: boolean;
	readonly why?: boolean;
	readonly forceOnline?: boolean;
	readonly config?: string;
	readonly lineTrace?: LineTraceFile;
	readonly state: string;
}

/** @param spawned the bank process for the case that none runs @returns the exit status */
export async function runSale(
	{ amount, card, pin, json, why, forceOnline, config, lineTrace }: SaleOptions,
	state: StateFolder,
	spawned: SpawnedBank,
): Promise<number> {
	const configuration = readConfiguration(state, config);
	const [seated, bank] = await Promise.all([openCard(state, card), useTestBank(state, spawned)]);
	const say = (source: LogSource, text: string) => json || console.log(`${source.padEnd(8)} ${text}`);
	const decisions: Decision[] = [];
	const trace = new LineTrace();
	try {
		const { terminal, slot, pressKey } = startTestTerminal({
			state,
			name: "commandLine",
			bankPort: bank.port,
			configuration,
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
		slot.onLine = trace.note;
		const pins = pin.length ? pin : ["1234"];
		const cardholder = new Cardholder({ pressKey, insertCard: () => slot.insert(seated) }, pins);
		const result = await terminal.sale(amount, { merchantForcedOnline: forceOnline === true });
		console.log(json ? JSON.stringify({ ...saleJson(result), ...(why && { why: decisions }) }) : saleStory(result));
		return exitStatus(result);
	} finally {
		lineTrace?.write(trace);
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
