import { parseHex } from "../../../src/bytes/hex.js";
import { answer, type CardCommand, refusal } from "../command.js";
import {
	SW_6A82_FILE_NOT_FOUND,
	SW_6A83_RECORD_NOT_FOUND,
	SW_6A86_INCORRECT_P1_P2,
	SW_6985_CONDITIONS_NOT_SATISFIED,
} from "../statusWord.js";
import { LOG_SFI } from "../transactionLog.js";

/** READ RECORD by number (EMV 4.4 Book 1, 11.2; Book 3, 6.5.11). */
export const readRecord = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0xb2,
	body: "outgoing",
	slow: false,
	run({ selected, application }, { p1: record, p2 }) {
		if ((p2 & 0x07) !== P1_IS_RECORD_NUMBER || record === 0) return refusal(SW_6A86_INCORRECT_P1_P2);
		// CHOICE: an application shows its records only inside a transaction, so that a terminal that reads them early is found.
		if (!selected) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const log = application?.personalisation.transactionLog;
		// EMV 4.4 Book 3, Annex D4: the log is open to anyone who has selected the application.
		if (log && p2 >> 3 === LOG_SFI) {
			const entry = application.state.log?.[record - 1];
			return entry === undefined ? refusal(SW_6A83_RECORD_NOT_FOUND) : answer(parseHex(entry));
		}
		if (application?.phase === "selected") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const file = selected.files.find(({ sfi }) => sfi === p2 >> 3);
		if (!file) return refusal(SW_6A82_FILE_NOT_FOUND);
		const content = application?.state.records?.[`${file.sfi} ${record}`] ?? file.records[record - 1];
		return content === undefined ? refusal(SW_6A83_RECORD_NOT_FOUND) : answer(parseHex(content));
	},
});

/** Low bits of P2. */
const P1_IS_RECORD_NUMBER = 0x04;
