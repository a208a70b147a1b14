import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import type { ApplicationSession } from "./applicationSession.js";
import { decodeDol } from "./dol.js";

/** The cyclic file of the transaction log (EMV 4.4 Book 3, Annex D); 9F4D names it in the FCI. */
export const LOG_SFI = 11;

/**
 * Writes the newest record of the log, if the application keeps one; the oldest falls out of a full file.
 * @param values the transaction's data objects by tag; those that the log format (9F4F) names are kept, without tags
 */
export function logTransaction(application: ApplicationSession, values: ReadonlyMap<string, Uint8Array>): void {
	const { transactionLog } = application.personalisation;
	if (!transactionLog) return;
	const entry = concat(...decodeDol(parseHex(transactionLog.format)).map(({ tag }) => values.get(tag)!));
	const log = [formatHex(entry), ...(application.state.log ?? [])];
	application.update({ log: log.slice(0, transactionLog.records) });
}
