import type { MessageValues } from "../host/messageValues.js";
import { isSettled } from "../journal/totals.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import { askAboutBatch } from "./askAboutBatch.js";
import { bankOriginal } from "./bankOriginal.js";
import type { FlowContext } from "./flowContext.js";
import { openValues } from "./sealedValues.js";

/**
 * Every transaction that the totals of a batch count once more, one message each, in the order in which they happened. How far
 * the bank has them is in the journal after each.
 * @returns why it stopped, undefined at its end
 */
export async function uploadBatch(c: FlowContext, batch: number): Promise<string | undefined> {
	const from = c.journal.batches().find(each => each.batch === batch)?.position ?? 0;
	let position = 0;
	for (const record of c.journal.transactions(batch)) {
		if (!isUploaded(record) || ++position <= from) continue;
		const reply = await askAboutBatch(c, "batchUpload", batch, uploadValues(c, record));
		if (typeof reply === "string") return `transaction ${record.invoice}: ${reply}`;
		c.journal.append({ type: "uploading", batch, at: c.clock.now(), position });
	}
	const end = await askAboutBatch(c, "batchUploadEnd", batch, { uploadCount: position });
	if (typeof end !== "string") return undefined;
	// A bank that has not got all of them gets all of them again with the next try; one that did not answer only the end.
	if (end.startsWith("the bank refused"))
		c.journal.append({ type: "uploading", batch, at: c.clock.now(), position: 0 });
	return `the end of the upload: ${end}`;
}

/** A void stands beside what it voids, as in the totals. */
function isUploaded({ operation, state, sealedMessage }: TransactionRecord): boolean {
	return isSettled(operation) && (state === "approved" || state === "voided") && sealedMessage !== undefined;
}

function uploadValues(c: FlowContext, record: TransactionRecord): MessageValues {
	const earlier = openValues(c.seal, record.sealedMessage!);
	const { pan, panSequence, posEntryMode, iccData } = earlier;
	return {
		pan,
		panSequence,
		posEntryMode,
		iccData,
		uploadClass: "chip",
		amountMinor: record.amountMinor,
		currency: record.currency,
		original: bankOriginal(record, earlier),
	};
}
