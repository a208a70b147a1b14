import { formatHex } from "../../../src/bytes/hex.js";
import { answer, refusal } from "../command.js";
import type { ScriptCommand } from "../scriptCommand.js";
import {
	SW_6A80_WRONG_DATA,
	SW_6A82_FILE_NOT_FOUND,
	SW_6A83_RECORD_NOT_FOUND,
	SW_6A86_INCORRECT_P1_P2,
} from "../statusWord.js";
import { decodeTlv } from "../tlv.js";

/**
 * UPDATE RECORD: a record that the application has gets another content (ISO/IEC 7816-4, 11.3.5). What is signed stays
 * signed as it was: the issuer must know which records it can write.
 */
export const updateRecord = Object.freeze<ScriptCommand>({
	ins: 0xdc,
	isSecret: () => false,
	run(application, { p1: record, p2 }, data) {
		if ((p2 & 0x07) !== P1_IS_RECORD_NUMBER || record === 0) return refusal(SW_6A86_INCORRECT_P1_P2);
		const sfi = p2 >> 3;
		const file = application.personalisation.files.find(each => each.sfi === sfi);
		if (!file) return refusal(SW_6A82_FILE_NOT_FOUND);
		if (record > file.records.length) return refusal(SW_6A83_RECORD_NOT_FOUND);
		// EMV 4.4 Book 3, 6.5.11.4: every record of the files that EMV governs is one template 70.
		const objects = decodeTlv(data);
		if (objects?.length !== 1 || objects[0]!.tag !== "70" || data.length > LONGEST_RECORD)
			return refusal(SW_6A80_WRONG_DATA);
		application.update({ records: { ...application.state.records, [`${sfi} ${record}`]: formatHex(data) } });
		return answer();
	},
});

/** Low bits of P2. */
const P1_IS_RECORD_NUMBER = 0x04;
/** EMV 4.4 Book 3, 5.3.2.2. */
const LONGEST_RECORD = 254;
