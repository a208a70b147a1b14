import { asciiBytes, concat, equal, wipe } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import type { TravellingKey } from "../../../src/host/messageValues.js";
import type { BankRequest, Desk, Reply } from "../desk.js";
import type { DownloadRecord } from "../downloads.js";
import { RESPONSE } from "../responseCode.js";

const KEY_BYTES = 16;
const CHECK_VALUE_BYTES = 4;
/** How many card numbers one answer carries. */
const HOT_CARDS_A_MESSAGE = 8;
/** Each in as much room as the longest, filled with F: one follows the other. */
const HOT_CARD_BYTES = 10;

/**
 * Gives the terminal its batch and, under its terminal master key, fresh work keys. They count from this answer on: a
 * terminal that never gets it signs in again.
 */
export function signIn(desk: Desk, { key, terminalMasterKey, macKeyBytes }: BankRequest): Reply {
	const { books } = desk;
	const state = books.terminal(key.terminalId);
	if (!terminalMasterKey) {
		books.saveTerminal({ ...state, signedOff: false });
		return { responseCode: RESPONSE.approved, batch: state.batch };
	}
	const keys = [desk.random.bytes(KEY_BYTES), desk.random.bytes(macKeyBytes), desk.random.bytes(KEY_BYTES)] as const;
	const [pik, mak, tdk] = keys;
	try {
		const workKeys = { pik: formatHex(pik), mak: formatHex(mak), tdk: formatHex(tdk) };
		books.saveTerminal({ ...state, signedOff: false, workKeys });
		return {
			responseCode: RESPONSE.approved,
			batch: state.batch,
			workKeys: {
				pin: travelling(desk, terminalMasterKey, pik),
				mac: travelling(desk, terminalMasterKey, mak),
				data: travelling(desk, terminalMasterKey, tdk),
			},
		};
	} finally {
		wipe(...keys);
	}
}

function travelling({ crypto }: Desk, master: Uint8Array, key: Uint8Array): TravellingKey {
	const checkValue = crypto.desEcb(key, new Uint8Array(8), "encipher").slice(0, CHECK_VALUE_BYTES);
	return { key: crypto.desEcb(master, key, "encipher"), checkValue };
}

export function signOff({ books }: Desk, { key }: BankRequest): Reply {
	books.saveTerminal({ ...books.terminal(key.terminalId), signedOff: true });
	return { responseCode: RESPONSE.approved };
}

/** Echo tests, the ends of downloads, script results: taken note of in the log and acknowledged. */
export function acknowledge(): Reply {
	return { responseCode: RESPONSE.approved };
}

export function statusUpload({ books }: Desk, { key, values }: BankRequest): Reply {
	const state = books.terminal(key.terminalId);
	books.saveTerminal({ ...state, status: values.text ?? (values.records && formatHex(values.records)) });
	return { responseCode: RESPONSE.approved };
}

export function parameters({ downloads }: Desk): Reply {
	const { parameters: text } = downloads;
	return { responseCode: RESPONSE.approved, ...(text !== undefined && { text, records: asciiBytes(text) }) };
}

/** All keys of the records that there are, so that the terminal can ask for one after the other. */
export function listRecords(records: readonly DownloadRecord[]): Reply {
	return records.length
		? { responseCode: RESPONSE.approved, recordsState: NO_MORE, records: concat(...records.map(({ key }) => key)) }
		: { responseCode: RESPONSE.approved, recordsState: NONE };
}

/** The record that the terminal names. */
export function oneRecord(records: readonly DownloadRecord[], { values }: BankRequest): Reply {
	const { recordKey } = values;
	const found = recordKey && records.find(({ key }) => equal(key, recordKey));
	if (!found) return { responseCode: RESPONSE.originalNotFound };
	return { responseCode: RESPONSE.approved, recordsState: NO_MORE, records: found.record };
}

/** From the card after the one that the terminal names; from the first when it names none. */
export function hotCards({ downloads }: Desk, { values }: BankRequest): Reply {
	const { hotCards: all } = downloads;
	const named = values.recordKey ? formatHex(values.recordKey).replace(/F+$/, "") : "";
	const from = all.indexOf(named) + 1;
	const some = all.slice(from, from + HOT_CARDS_A_MESSAGE);
	if (!some.length) return { responseCode: RESPONSE.approved, recordsState: NONE };
	return {
		responseCode: RESPONSE.approved,
		recordsState: from + some.length < all.length ? MORE : NO_MORE,
		records: concat(...some.map(pan => parseHex(pan.padEnd(2 * HOT_CARD_BYTES, "F")))),
	};
}

/** CHOICE: nothing there, all there, more to come. */
const NONE = "0";
const NO_MORE = "1";
const MORE = "2";
