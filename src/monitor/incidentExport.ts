import { asciiBytes, equal } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import { jsonText } from "../bytes/jsonText.js";
import type { ChainedLog, LogKind, LogReport } from "../journal/chainedLog.js";
import { BEFORE_FIRST, type ChainPlace, HashChain } from "../journal/hashChain.js";
import { openSignedRecord, type RecordKind } from "../keys/signedRecord.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Crypto } from "../ports.js";
import { INCIDENTS, type IncidentLog } from "./incidentLog.js";

/** Records that close an export. */
export type LogRecord = Extract<RecordKind, "access 1" | "incidents 1">;

/** The last line of an export: the terminal's signature over the newest entry, which through its hash covers all others. */
interface Closing {
	/** Ed25519 public key of the terminal, hexadecimal. */
	readonly terminal: string;
	/** Signed record, "incidents 1" or "access 1", of number and hash of the newest entry, hexadecimal. */
	readonly signed: string;
}

/** What a file with an export turns out to be. */
export interface ExportReport extends LogReport {
	/** Entries that the terminal had forgotten before: the first line of the file says so. */
	readonly forgotten: number;
	/** Whose signature stands under it; undefined when there is none or it is wrong. */
	readonly signedBy: string | undefined;
}

/** Every line of the incident log, then the terminal's signature. @param identity absent while the terminal has no keys */
export function exportIncidents(log: IncidentLog, identity: TerminalIdentity | undefined): IterableIterator<string> {
	return exportLog(log, "incidents 1", identity);
}

/** How many older entries there were, then the same of any such log. @param record which kind of record the signature is for */
export function* exportLog<E, S>(
	log: ChainedLog<E, S>,
	record: LogRecord,
	identity: TerminalIdentity | undefined,
): IterableIterator<string> {
	const { number, hash } = log.base;
	if (number > 0) yield jsonText({ forgotten: number, hash });
	yield* log.lines();
	if (!identity) return;
	const closing: Closing = {
		terminal: formatHex(identity.publicKeys.signing),
		signed: formatHex(identity.sign(record, newestBytes(log.newest))),
	};
	yield jsonText(closing);
}

/**
 * Holds every line of an export against the one before it, and the signature against the last.
 * @param expected the public key that the terminal is known to have; that of the file when absent, which proves only that
 * one terminal has signed all of it
 */
export function verifyExport(crypto: Crypto, lines: readonly string[], expected?: Uint8Array): ExportReport {
	return verifyLog(crypto, INCIDENTS, "incidents 1", lines, expected);
}

/** The same of any such log. One that has forgotten its oldest entries says so in its first line. */
export function verifyLog<E, S>(
	crypto: Crypto,
	kind: LogKind<E, S>,
	record: LogRecord,
	lines: readonly string[],
	expected?: Uint8Array,
): ExportReport {
	// What was forgotten is under the signature, too: every hash covers the one before it.
	const base = (lines[0] !== undefined && readForgotten(lines[0])) || BEFORE_FIRST;
	const chain = new HashChain(kind, { ...base, state: kind.start });
	const last = lines[lines.length - 1];
	const closing = last === undefined ? undefined : readClosing(last);
	const entries = lines.slice(base.number > 0 ? 1 : 0, closing ? -1 : undefined);
	for (const line of entries) chain.take(crypto, line);
	const { number, hash } = chain.head;
	const problems = [...chain.problems];
	if (!closing) problems.push("the file ends without a signature: lines at its end may be missing");
	const signature = closing && checkClosing(crypto, record, closing, newestBytes({ number, hash }), expected);
	if (signature) problems.push(signature);
	return {
		entries: number,
		forgotten: base.number,
		problems,
		signedBy: closing && !signature ? closing.terminal : undefined,
	};
}

function checkClosing(
	crypto: Crypto,
	record: LogRecord,
	{ terminal, signed }: Closing,
	newest: Uint8Array,
	expected: Uint8Array | undefined,
): string | undefined {
	const key = parseHex(terminal);
	if (expected && !equal(expected, key)) return "it is signed by another terminal";
	const payload = openSignedRecord(crypto, record, parseHex(signed), key);
	if (!payload) return "the signature is wrong";
	return equal(payload, newest) ? undefined : "the signature is about another last line: lines were removed or added";
}

function newestBytes({ number, hash }: { readonly number: number; readonly hash: string }): Uint8Array {
	return asciiBytes(`${number} ${hash}`);
}

function readForgotten(line: string): ChainPlace | undefined {
	const match = /^\{"forgotten":([1-9][0-9]{0,14}),"hash":"([0-9A-F]{64})"\}$/.exec(line);
	return match ? { number: Number(match[1]), hash: match[2]! } : undefined;
}

function readClosing(line: string): Closing | undefined {
	const match = /^\{"terminal":"([0-9A-F]{64})","signed":"((?:[0-9A-F]{2})+)"\}$/.exec(line);
	return match ? { terminal: match[1]!, signed: match[2]! } : undefined;
}
