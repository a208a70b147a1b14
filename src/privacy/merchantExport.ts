import { formatHex } from "../bytes/hex.js";
import type { JournalEntry } from "../journal/entries.js";
import { type ChainEntry, parseEntry } from "../journal/hashChain.js";
import type { Journal } from "../journal/journal.js";
import type { Totals } from "../journal/totals.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { DayReport } from "../monitor/dayReport.js";
import type { IncidentEvent } from "../monitor/incident.js";
import type { IncidentLog } from "../monitor/incidentLog.js";
import { INCIDENTS } from "../monitor/incidentLog.js";
import type { SelfCheckReport } from "../monitor/selfCheck.js";
import type { AccessEvent } from "../operators/accessEvent.js";
import type { AccessEntry } from "../operators/accessTrail.js";

const VERSION = 1;
const MINUTE_MS = 60_000;

/** A transaction as its merchant may have it: what is sealed or a token of the card stays in the terminal. */
export interface ExportedTransaction {
	readonly invoice: number;
	readonly batch: number;
	readonly stan: number;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly operation: string;
	readonly state: string;
	readonly amountMinor: number;
	readonly tipMinor: number;
	readonly cashbackMinor: number;
	/** ISO 4217, numeric, 3 digits. */
	readonly currency: string;
	/** First 6 and last 4 digits. */
	readonly card: string | null;
	readonly application: string | null;
	readonly aid: string | null;
	readonly entryMode: string | null;
	readonly online: boolean;
	readonly responseCode: string | null;
	readonly authorisationCode: string | null;
	readonly retrievalReference: string | null;
	/** "batch/STAN" of what it voids, refunds, completes. */
	readonly original: string | null;
	readonly requestKey: string | null;
	readonly operator: string | null;
	/** What the acquirer keeps; null where no money moved or no rule fits. */
	readonly feeMinor: number | null;
	readonly netMinor: number | null;
}

export interface ExportedSettlement {
	readonly batch: number;
	readonly at: string;
	readonly totals: Totals;
	/** Null as long as the bank has not agreed. */
	readonly settledAt: string | null;
	readonly verdict: string | null;
}

/** All that is the merchant's, by docs/merchant-export.schema.json. */
export interface MerchantExport {
	readonly version: number;
	readonly merchant: { readonly name: string; readonly merchantId: string; readonly terminalId: string };
	readonly transactions: readonly ExportedTransaction[];
	readonly settlements: readonly ExportedSettlement[];
	readonly days: readonly DayReport[];
	readonly incidents: readonly Pick<ChainEntry<IncidentEvent>, "number" | "at" | "event">[];
	/** Who signed on and off, approved, changed whose access. */
	readonly access: readonly Pick<AccessEntry, "number" | "at" | "event">[];
	/** The last one. */
	readonly selfCheck: SelfCheckReport | null;
}

interface ExportSources {
	readonly merchant: MerchantExport["merchant"];
	readonly journal: Journal;
	readonly incidents: IncidentLog;
	readonly access: Iterable<AccessEntry>;
	readonly days: readonly DayReport[];
	readonly lastCheck: SelfCheckReport | undefined;
	/** Of the days that have ended. */
	readonly utcOffsetMinutes: number;
	/** What a transaction has cost. */
	feeOf(record: TransactionRecord): { readonly feeMinor: number; readonly netMinor: number } | undefined;
}

/** What is wanted of it. */
export interface ExportLimits {
	/** Milliseconds since 1970; from here on. */
	readonly from: number;
	/** Before this moment. */
	readonly before: number;
	/** Only what names this operator. */
	readonly operator?: string | undefined;
}

export function merchantExport(sources: ExportSources, { from, before, operator }: ExportLimits): MerchantExport {
	const startOf = (day: string) => Date.parse(day) - sources.utcOffsetMinutes * MINUTE_MS;
	const isWanted = (at: number) => at >= from && at < before;
	const all = [...sources.journal.entries()];
	const entries = all.filter(entry => "at" in entry && isWanted(entry.at));
	const transactions = entries.flatMap(entry => {
		if (entry.type !== "opened" || (operator !== undefined && entry.operator !== operator)) return [];
		const record = sources.journal.transaction(entry);
		return record ? [exportedTransaction(record, sources.feeOf(record))] : [];
	});
	const incidents = [...sources.incidents.lines()].flatMap(line => parseEntry(line, INCIDENTS) ?? []);
	return {
		version: VERSION,
		merchant: sources.merchant,
		transactions,
		settlements: operator === undefined ? settlementsOf(entries, all) : [],
		days: operator === undefined ? sources.days.filter(({ day }) => isWanted(startOf(day))) : [],
		incidents: incidents
			.filter(({ at, event }) => isWanted(at) && (operator === undefined || ("by" in event && event.by === operator)))
			.map(({ number, at, event }) => ({ number, at, event })),
		access: [...sources.access]
			.filter(({ at, event }) => isWanted(at) && (operator === undefined || names(event, operator)))
			.map(({ number, at, event }) => ({ number, at, event })),
		selfCheck: (operator === undefined && sources.lastCheck) || null,
	};
}

/** Did it, had it done to them, or agreed to it. */
function names(event: AccessEvent, operator: string): boolean {
	return ("who" in event && event.who === operator) || ("by" in event && event.by === operator);
}

function exportedTransaction(
	record: TransactionRecord,
	fee: { readonly feeMinor: number; readonly netMinor: number } | undefined,
): ExportedTransaction {
	const { invoice, batch, stan, operation, state, amountMinor, tipMinor, cashbackMinor, online, original } = record;
	return {
		...{ invoice, batch, stan },
		at: isoTime(record.openedAt),
		...{ operation, state, amountMinor, tipMinor, cashbackMinor },
		currency: String(record.currency).padStart(3, "0"),
		card: record.panMasked ?? null,
		application: record.receipt?.applicationLabel ?? null,
		aid: record.receipt?.aid ? formatHex(record.receipt.aid) : null,
		entryMode: record.receipt?.entryMode ?? null,
		online,
		responseCode: record.responseCode ?? null,
		authorisationCode: record.authorisationCode ?? null,
		retrievalReference: record.retrievalReference ?? null,
		original: original ? `${original.batch}/${original.stan}` : null,
		requestKey: record.requestKey ?? null,
		operator: record.operator ?? null,
		feeMinor: fee?.feeMinor ?? null,
		netMinor: fee?.netMinor ?? null,
	};
}

/** @param all also what came after the limits: a settlement may end on another day than it began */
function settlementsOf(wanted: readonly JournalEntry[], all: readonly JournalEntry[]): ExportedSettlement[] {
	const ends = new Map(all.flatMap(entry => (entry.type === "settled" ? [[entry.batch, entry]] : [])));
	return wanted.flatMap(entry => {
		if (entry.type !== "settling") return [];
		const { batch, at, totals } = entry;
		const settled = ends.get(batch);
		const settledAt = settled ? isoTime(settled.at) : null;
		return [{ batch, at: isoTime(at), totals, settledAt, verdict: settled?.verdict ?? null }];
	});
}

function isoTime(at: number): string {
	return new Date(at).toISOString();
}

/** What can be a table of lines and columns. */
export const EXPORT_TABLES = Object.freeze(["transactions", "settlements", "incidents", "access", "days"] as const);
export type ExportTable = (typeof EXPORT_TABLES)[number];

/** One of its tables as CSV (RFC 4180), with a line of names; times are ISO 8601, amounts in minor units. */
export function csvOf(exported: MerchantExport, table: ExportTable): string {
	const rows = rowsOf(exported, table);
	const names = COLUMNS[table];
	return [names, ...rows].map(row => `${row.map(csvCell).join(",")}\r\n`).join("");
}

type Cell = string | number | boolean | null;

const EVENT_COLUMNS = Object.freeze(["number", "at", "type", "what"]);
const COLUMNS: Readonly<Record<ExportTable, readonly string[]>> = Object.freeze({
	transactions: Object.freeze(
		(
			"invoice batch stan at operation state amountMinor tipMinor cashbackMinor currency card application aid entryMode " +
			"online responseCode authorisationCode retrievalReference original requestKey operator feeMinor netMinor"
		).split(" "),
	),
	settlements: Object.freeze(["batch", "at", "operation", "foreign", "count", "amountMinor", "settledAt", "verdict"]),
	incidents: EVENT_COLUMNS,
	access: EVENT_COLUMNS,
	days: Object.freeze(["day", "score", "level", "sales", "declines", "refunds", "soldMinor", "refundedMinor"]),
});

function rowsOf(exported: MerchantExport, table: ExportTable): Cell[][] {
	switch (table) {
		case "transactions":
			return exported.transactions.map(each => COLUMNS.transactions.map(name => each[name as keyof typeof each]));
		case "settlements":
			return exported.settlements.flatMap(({ batch, at, totals, settledAt, verdict }) =>
				totals.map(row => [batch, at, row.operation, row.foreign, row.count, row.amountMinor, settledAt, verdict]),
			);
		case "incidents":
		case "access":
			return exported[table].map(({ number, at, event }) => {
				const { type, ...facts } = event;
				return [number, isoTime(at), type, Object.values(facts).flat().join("; ")];
			});
		case "days":
			return exported.days.map(({ day, score, level, counts: { of, soldMinor, refundedMinor } }) => [
				...[day, score, level, of.sale + of.completion, of.decline, of.refund, soldMinor, refundedMinor],
			]);
	}
}

/** A spreadsheet must not take what somebody has typed for a formula: an apostrophe makes it text. */
function csvCell(value: Cell): string {
	if (typeof value !== "string") return String(value ?? "");
	const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
