import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import type { Order } from "../../src/flows/order.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import type { SpawnedBank } from "../bank/startBank.js";
import { LineTrace } from "../card/lineTrace.js";
import { type OpenReader, openReader } from "../readers/openReader.js";
import { Recorder } from "../readers/recorder.js";
import type { Lacking } from "../world/attendant.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { worldProfile } from "../world/worldProfile.js";
import type { CardOptions } from "./cardOptions.js";
import type { OperationOptions } from "./operations.js";
import { readPasscodes } from "./passcodeFile.js";
import { signOnAs } from "./signOnAs.js";
import { type WorkOptions, withTerminal } from "./terminalAtWork.js";
import { transactionJson } from "./transactionJson.js";

export interface TransactionOptions extends WorkOptions, OperationOptions, Partial<CardOptions> {
	readonly supervisor?: string;
	readonly supervisorFile?: string;
	/** Number of the supervisor. */
	readonly approver?: string;
	/** Who signs on before it. */
	readonly operator?: string;
	readonly passcodeFile?: string;
	readonly referralCode?: string;
	readonly requestKey?: string;
	readonly state: string;
}

/** @param spawned the bank process for the case that none runs @returns the exit status */
export async function runTransaction(
	order: Order,
	options: TransactionOptions,
	state: StateFolder,
	spawned: SpawnedBank | undefined,
): Promise<number> {
	const { card, reader, transport, record, reveal = false, lineTrace, fault = [] } = options;
	if (card === undefined && reader === undefined) return perform(order, options, state, spawned, undefined);
	const opened = await openReader(state, reader ?? { kind: "virtual", card: card! }, transport, fault);
	const trace = new LineTrace();
	try {
		if (lineTrace && !opened.traceLine) throw new UserError("--line-trace needs contacts: use the reader virtual:NAME");
		opened.traceLine?.(trace.note);
		if (!record) return await perform(order, options, state, spawned, opened);
		const recorder = new Recorder({ ...opened, reveal: reveal || !opened.foreign });
		try {
			return await perform(order, options, state, spawned, { ...opened, ...recorder });
		} finally {
			record.write(recorder.dialogue(opened.title));
		}
	} finally {
		lineTrace?.write(trace);
		await opened.close();
	}
}

function perform(
	order: Order,
	options: TransactionOptions,
	state: StateFolder,
	spawned: SpawnedBank | undefined,
	opened: OpenReader | undefined,
): Promise<number> {
	const { json, why, pin: pins, supervisor, supervisorFile, approver, operator, passcodeFile } = options;
	const { referralCode, requestKey, forceOnline } = options;
	const supervisorPasscode = supervisorFile === undefined ? supervisor : readPasscodes(supervisorFile)[0];
	const knowledge = { supervisorPasscode, approver, referralCode };
	const people = { ...(opened && { opened }), ...(pins && { pins }), knowledge };
	const credentials = operator === undefined ? undefined : { number: operator, passcodes: readPasscodes(passcodeFile) };
	return withTerminal(options, state, spawned, people, async ({ terminal, attendant, decisions, say }) => {
		if (opened?.foreign && !opened.reader.present) say("terminal", `insert the card into ${opened.title}`);
		if (credentials) await signOnAs(terminal, attendant, credentials);
		const ordered = { ...order, requestKey, merchantForcedOnline: forceOnline === true };
		const plain = await terminal.perform(ordered);
		const advice = adviceOn(plain, attendant.lacking, worldProfile(state).signInAgain, approver);
		const result = advice === undefined ? plain : { ...plain, reason: `${plain.reason}: ${advice}` };
		const objection = opened?.objection?.();
		const told = { ...transactionJson(result), ...(why && { why: decisions }), ...(objection && { objection }) };
		console.log(json ? JSON.stringify(told) : story(result, opened?.title));
		if (objection) throw new UserError(`${opened!.title}: ${objection}`);
		return attendant.lacking && result.outcome === "cancelled" ? REFUSED : exitStatus(result);
	});
}

const ADVICE: Readonly<Record<Lacking, string>> = {
	supervisorPasscode: "give the passcode with --supervisor PASSCODE or --supervisor-file FILE",
	wrongSupervisorPasscode: "the supervisor's passcode given is wrong, `kassa passcode set` sets another",
	approver: "give the supervisor's number with --approver NUMBER",
	referralCode: "the issuer wants to be telephoned, give its code with --referral-code CODE",
};

/** What the person can do about it. */
function adviceOn(
	{ outcome, bank }: TransactionResult,
	lacking: Lacking | undefined,
	signInAgain: readonly string[],
	approver: string | undefined,
): string | undefined {
	if (outcome === "approved") return undefined;
	if (lacking === "wrongSupervisorPasscode" && approver !== undefined)
		return `the passcode given is not that of operator ${approver}: \`kassa operators reset ${approver}\` gives another`;
	if (lacking) return ADVICE[lacking];
	return bank && signInAgain.includes(bank.responseCode) ? "sign in first, with `kassa sign-in`" : undefined;
}

function exitStatus({ outcome }: TransactionResult): number {
	if (outcome === "approved") return 0;
	return ["declined", "notAccepted", "cardBlocked"].includes(outcome) ? REFUSED : 1;
}

const REFUSED = 2;

function story(result: TransactionResult, reader: string | undefined): string {
	const { card, bank, invoice, name } = result;
	const hex = (bytes: Uint8Array | undefined) => (bytes ? formatHex(bytes) : "-");
	const money = (amountMinor: number) => formatAmount(amountMinor, result.currency);
	const lines = ["", `${result.outcome.toUpperCase()}  ${money(result.amountMinor)}  ${result.reason}`];
	if (name) lines.push(`  invoice  ${invoice ?? "-"}, batch ${name.batch}, transaction ${name.stan}`);
	if (card || reader !== undefined)
		lines.push(
			`  card     ${card?.panMasked ?? "-"}, application ${hex(card?.aid)}${reader === undefined ? "" : `, in ${reader}`}`,
			`  results  TVR ${hex(card?.tvr)}, TSI ${hex(card?.tsi)}, CVM ${hex(card?.cvmResults)}, CID ${hex(card?.cid)}`,
		);
	if (reader !== undefined)
		lines.push(
			`  dialogue ${result.apdus} APDUs, ${result.bytesToCard} bytes to the card, ${result.bytesFromCard} from it`,
		);
	if (bank)
		lines.push(
			`  bank     answered ${bank.responseCode}, authorisation ${bank.authorisationCode ?? "-"}, reference ${bank.retrievalReference ?? "-"}`,
		);
	else if (result.outcome !== "approved")
		lines.push(`  bank     ${result.online ? "gave no answer" : "was not asked"}`);
	if (bank?.balanceMinor !== undefined) lines.push(`  balance  ${money(bank.balanceMinor)}`);
	if (result.reversal === "owed") lines.push("  reversal owed: it goes to the bank before the next transaction");
	return lines.join("\n");
}
