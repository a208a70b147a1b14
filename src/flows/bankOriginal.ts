import type { MessageValues, OriginalTransaction } from "../host/messageValues.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";

/** An earlier transaction as the bank knows it. @param earlier what the journal keeps of its message */
export function bankOriginal(record: TransactionRecord, earlier: MessageValues): OriginalTransaction {
	return {
		batch: earlier.batch,
		stan: earlier.stan,
		date: record.hostDate ?? earlier.localDate,
		time: earlier.localTime,
		transmissionDateTime: earlier.transmissionDateTime,
		amountMinor: record.amountMinor,
		operation: bankOperation(record, earlier),
	};
}

/** A sale that the issuer has approved by telephone, or the card offline, is another message at the bank. */
function bankOperation(record: TransactionRecord, earlier: MessageValues): Operation {
	if (record.operation !== "sale") return record.operation;
	if (!record.online) return "offlineSale";
	return earlier.stan === record.stan ? "sale" : "voiceAuthorisedSale";
}
