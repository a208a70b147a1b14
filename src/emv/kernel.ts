import { numericBytes } from "../bytes/bcd.js";
import { uintBytes } from "../bytes/bytes.js";
import { cardholderVerification } from "./cardholderVerification.js";
import type { TerminalConfiguration } from "./configuration.js";
import { dayNumber } from "./date.js";
import type { Why } from "./decision.js";
import { generateFirstAc } from "./generateAc.js";
import { initiateApplicationProcessing } from "./initiateApplicationProcessing.js";
import { offlineDataAuthentication } from "./offlineDataAuthentication.js";
import type { Outcome } from "./outcome.js";
import { processingRestrictions } from "./processingRestrictions.js";
import { readApplicationData } from "./readApplicationData.js";
import { selectApplication } from "./selectApplication.js";
import {
	TAG_9A_TRANSACTION_DATE,
	TAG_9C_TRANSACTION_TYPE,
	TAG_9F02_AMOUNT_AUTHORISED_NUMERIC,
	TAG_9F03_AMOUNT_OTHER_NUMERIC,
	TAG_9F21_TRANSACTION_TIME,
	TAG_9F37_UNPREDICTABLE_NUMBER,
	TAG_9F41_TRANSACTION_SEQUENCE_COUNTER,
	TAG_81_AMOUNT_AUTHORISED_BINARY,
} from "./tags.js";
import { terminalActionAnalysis } from "./terminalActionAnalysis.js";
import type { TerminalData } from "./terminalData.js";
import { terminalRiskManagement } from "./terminalRiskManagement.js";
import { DataObjects, type KernelPorts, type Step, type Transaction } from "./transaction.js";

export interface TransactionParameters {
	/** Tag 9C. */
	readonly transactionType: number;
	/** All that the cardholder pays, cashback included. */
	readonly amountMinor: number;
	readonly cashbackMinor: number;
	/** Local YYMMDD and HHMMSS. */
	readonly date: string;
	readonly time: string;
	readonly sequenceCounter: number;
	readonly merchantForcedOnline: boolean;
	/** See `Transaction`; always unless told otherwise. */
	readonly offlineApprovals?: Transaction["offlineApprovals"];
	/** Takes note of each decision. */
	readonly why?: Why | undefined;
	/** Of the same configuration. */
	readonly terminalData: TerminalData;
}

/** A transaction before its first step: everything the terminal itself has to say. */
export function openTransaction(
	ports: KernelPorts,
	configuration: TerminalConfiguration,
	parameters: TransactionParameters,
): Transaction {
	const data = new DataObjects(parameters.terminalData);
	data.set(TAG_9C_TRANSACTION_TYPE, Uint8Array.of(parameters.transactionType));
	data.set(TAG_9F02_AMOUNT_AUTHORISED_NUMERIC, numericBytes(parameters.amountMinor, 6));
	data.set(TAG_81_AMOUNT_AUTHORISED_BINARY, uintBytes(parameters.amountMinor, 4));
	data.set(TAG_9F03_AMOUNT_OTHER_NUMERIC, numericBytes(parameters.cashbackMinor, 6));
	const date = numericBytes(parameters.date, 3);
	data.set(TAG_9A_TRANSACTION_DATE, date);
	data.set(TAG_9F21_TRANSACTION_TIME, numericBytes(parameters.time, 3));
	data.set(TAG_9F41_TRANSACTION_SEQUENCE_COUNTER, numericBytes(parameters.sequenceCounter, 4));
	data.set(TAG_9F37_UNPREDICTABLE_NUMBER, ports.random.bytes(4)); // Book 4, 6.5.6
	return {
		...ports,
		configuration,
		data,
		today: dayNumber(date),
		amountMinor: parameters.amountMinor,
		cashbackMinor: parameters.cashbackMinor,
		merchantForcedOnline: parameters.merchantForcedOnline,
		offlineApprovals: parameters.offlineApprovals ?? (() => true),
		why: parameters.why,
		candidates: undefined,
		application: undefined,
		staticData: undefined,
		issuerPublicKey: undefined,
		cdaKey: undefined,
		onlinePinBlock: undefined,
		scriptResults: new Uint8Array(0),
		requestedCryptogram: undefined,
		cryptogram: undefined,
		sent: { pdol: undefined, cdol1: undefined, cdol2: undefined },
	};
}

/** The steps in the order of EMV 4.4 Book 3, chapter 10, up to what the card decides first. */
const STEPS: readonly Step[] = Object.freeze([
	selectAndInitiate,
	readApplicationData,
	offlineDataAuthentication,
	processingRestrictions,
	cardholderVerification,
	terminalRiskManagement,
	terminalActionAnalysis,
	generateFirstAc,
]);

/** Runs the steps to the first cryptogram. @returns what ended the transaction before, or undefined: `cryptogram` is set */
export function toFirstCryptogram(t: Transaction): Promise<Outcome | undefined> {
	return run(t, STEPS);
}

async function run(t: Transaction, steps: readonly Step[]): Promise<Outcome | undefined> {
	for (let i = 0; i < steps.length; i++) {
		const ended = await steps[i]!(t);
		if (ended) return ended;
	}
	return undefined;
}

/** A refund is not the card's to decide: it is read and asked for an AAC, without which it would wait for more (Book 3, 10.8). */
const REFUND_STEPS: readonly Step[] = Object.freeze([
	selectAndInitiate,
	readApplicationData,
	processingRestrictions,
	askForAac,
	generateFirstAc,
]);

/** Runs a refund's steps to the card's AAC. @returns what ended the transaction before; undefined when the AAC is there */
export function toRefundCryptogram(t: Transaction): Promise<Outcome | undefined> {
	return run(t, REFUND_STEPS);
}

function askForAac(t: Transaction): Outcome | undefined {
	t.requestedCryptogram = "AAC";
	return undefined;
}

/** Selection and GET PROCESSING OPTIONS, which may send the terminal back to the candidate list (Book 3, 10.1). */
async function selectAndInitiate(t: Transaction): Promise<Outcome | undefined> {
	for (;;) {
		const ended = await selectApplication(t);
		if (ended) return ended;
		const initiated = await initiateApplicationProcessing(t);
		if (initiated !== "selectAnother") return initiated;
	}
}
