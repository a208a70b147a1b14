import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import type { Decision } from "../../src/emv/why.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import type { LogSource } from "../../src/ports.js";
import type { SpawnedBank } from "../bank/startBank.js";
import type { CardFault } from "../card/cardFault.js";
import { LineTrace } from "../card/lineTrace.js";
import { type OpenReader, openReader } from "../readers/openReader.js";
import type { ReaderName } from "../readers/readerName.js";
import { Recorder } from "../readers/recorder.js";
import type { Transport } from "../readers/transport.js";
import { Cardholder } from "../world/cardholder.js";
import { readConfiguration } from "../world/configurationFile.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import { useTestBank } from "../world/runningBank.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { startTestTerminal } from "../world/testTerminal.js";
import type { LineTraceFile } from "./lineTraceFile.js";
import type { RecordingFile } from "./recordingFile.js";
import { saleJson } from "./saleJson.js";

export interface SaleOptions {
	readonly amount: number;
	readonly card: string;
	readonly reader?: ReaderName;
	readonly transport?: Transport;
	readonly record?: RecordingFile;
	readonly reveal?: boolean;
	readonly pin: readonly string[];
	readonly fault: readonly CardFault[];
	readonly json?: boolean;
	readonly why?: boolean;
	readonly forceOnline?: boolean;
	readonly config?: string;
	readonly lineTrace?: LineTraceFile;
	readonly state: string;
}

/** @param spawned the bank process for the case that none runs @returns the exit status */
export async function runSale(options: SaleOptions, state: StateFolder, spawned: SpawnedBank): Promise<number> {
	const {
		card,
		reader: name = { kind: "virtual", card },
		transport,
		record,
		reveal = false,
		lineTrace,
		fault,
	} = options;
	const opened = await openReader(state, name, transport, fault);
	const trace = new LineTrace();
	try {
		if (lineTrace && !opened.traceLine) throw new UserError("--line-trace needs contacts: use the reader virtual:NAME");
		opened.traceLine?.(trace.note);
		if (!record) return await sell(options, state, spawned, opened);
		const recorder = new Recorder({ ...opened, reveal: reveal || !opened.foreign });
		try {
			return await sell(options, state, spawned, { ...opened, ...recorder });
		} finally {
			record.write(recorder.dialogue(opened.title));
		}
	} finally {
		lineTrace?.write(trace);
		await opened.close();
	}
}

async function sell(
	{ amount, pin, json, why, forceOnline, config }: SaleOptions,
	state: StateFolder,
	spawned: SpawnedBank,
	opened: OpenReader,
): Promise<number> {
	const configuration = readConfiguration(state, config);
	const bank = await useTestBank(state, spawned);
	const say = (source: LogSource, text: string) => json || console.log(`${source.padEnd(8)} ${text}`);
	const decisions: Decision[] = [];
	try {
		const { terminal, pressKey } = startTestTerminal({
			state,
			name: "commandLine",
			bankPort: bank.port,
			configuration,
			reader: opened.reader,
			clock: opened.clock,
			...(opened.random !== systemRandom && { kernelRandom: opened.random }),
			display: new MemoryDisplay(),
			log: { line: say },
			onScreen: screen => {
				cardholder.see(screen);
				// Nobody telephones: a referral ends without a code.
				if (screen.name === "enterDigits") void Promise.resolve().then(() => pressKey("cancel"));
			},
			onJournalEntry: entry => say("journal", formatJournalEntry(entry)),
			...(why && {
				why: (decision: Decision) => {
					decisions.push(decision);
					say("why", formatDecision(decision));
				},
			}),
		});
		const { insertCard, foreign } = opened;
		// A PIN that nobody gave, or one too many, could block the card of a person.
		const pins = pin.length || foreign ? pin : ["1234"];
		const cardholder = new Cardholder({ pressKey, ...(insertCard && { insertCard }) }, pins, !foreign);
		if (foreign && !opened.reader.present) say("terminal", `insert the card into ${opened.title}`);
		const result = await terminal.sale(amount, { merchantForcedOnline: forceOnline === true });
		const objection = opened.objection?.();
		const told = { ...saleJson(result), ...(why && { why: decisions }), ...(objection && { objection }) };
		console.log(json ? JSON.stringify(told) : saleStory(result, opened.title));
		if (objection) throw new UserError(`${opened.title}: ${objection}`);
		return exitStatus(result);
	} finally {
		await bank.leave();
	}
}

function exitStatus({ outcome }: TransactionResult): number {
	if (outcome === "approved") return 0;
	return ["declined", "notAccepted", "cardBlocked"].includes(outcome) ? 2 : 1;
}

function saleStory(result: TransactionResult, reader: string): string {
	const { card, bank } = result;
	const hex = (bytes: Uint8Array | undefined) => (bytes ? formatHex(bytes) : "-");
	const lines = [
		"",
		`${result.outcome.toUpperCase()}  ${formatAmount(result.amountMinor, result.currency)}  ${result.reason}`,
		`  card     ${card?.panMasked ?? "-"}, application ${hex(card?.aid)}, in ${reader}`,
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
