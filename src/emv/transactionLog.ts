import { findTlv, TlvError } from "../bytes/tlv.js";
import { SW_6A83_RECORD_NOT_FOUND, SW_9000_OK } from "../card/apdu.js";
import { type Dol, decodeDol } from "./dol.js";
import { TAG_9F4D_LOG_ENTRY, TAG_9F4F_LOG_FORMAT, TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA } from "./tags.js";
import type { Transaction } from "./transaction.js";

/** One past transaction as the card remembers it: tag and value, in the order of its log format. */
export type LogEntry = readonly (readonly [tag: number, value: Uint8Array])[];

/**
 * The card's own transaction log (EMV 4.4 Book 3, Annex D), newest first. Reads nothing that the card does not announce;
 * to be used between final selection and GET PROCESSING OPTIONS, or after the transaction.
 * @returns undefined when the card keeps no log, or one that is malformed
 */
export async function readTransactionLog(t: Transaction): Promise<LogEntry[] | undefined> {
	try {
		const discretionary = t.data.card(TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA);
		const logEntry = discretionary && findTlv(discretionary, TAG_9F4D_LOG_ENTRY);
		const [sfi, records] = [logEntry?.[0] ?? 0, logEntry?.[1] ?? 0];
		if (logEntry?.length !== 2 || sfi < 11 || sfi > 30) return undefined; // Annex D4
		const answer = await t.card.transmit({ cla: 0x80, ins: 0xca, p1: 0x9f, p2: 0x4f, le: 256 });
		const format = answer.sw === SW_9000_OK ? findTlv(answer.data, TAG_9F4F_LOG_FORMAT) : undefined;
		if (!format) return undefined;
		const dol = decodeDol(format);
		const entries: LogEntry[] = [];
		for (let record = 1; record <= records; record++) {
			const read = await t.card.transmit({ cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, le: 256 });
			if (read.sw === SW_6A83_RECORD_NOT_FOUND) break;
			if (read.sw !== SW_9000_OK || read.data.length !== dol.dataLength) return undefined;
			entries.push(splitRecord(dol, read.data));
		}
		return entries;
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
}

/** Annex D3: the values stand one after another as in a DOL, without tags. */
function splitRecord(format: Dol, record: Uint8Array): LogEntry {
	const entry: [number, Uint8Array][] = [];
	let at = 0;
	for (const [i, tag] of format.tags.entries()) {
		const length = format.lengths[i]!;
		entry.push([tag, record.slice(at, at + length)]);
		at += length;
	}
	return entry;
}
