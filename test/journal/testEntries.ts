import { concat, equal, uintBytes } from "../../src/bytes/bytes.js";
import { crc32 } from "../../src/bytes/crc32.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { ClosedEntry, JournalEntry, OpenedEntry, TransactionName } from "../../src/journal/entries.js";
import type { Journal } from "../../src/journal/journal.js";
import type { RecordSeal } from "../../src/journal/recordCodec.js";

export const LINK = parseHex("0102030405060708");

/** A seal that costs little and needs no key file; what it closed under another key does not open. */
export function testSeal(key = 0x33): RecordSeal {
	const mask = (bytes: Uint8Array) => bytes.map((byte, i) => byte ^ key ^ (i & 0xff));
	return {
		close: plain => concat(uintBytes(crc32(plain), 4), mask(plain)),
		open(sealed) {
			const plain = mask(sealed.subarray(4));
			return equal(sealed.subarray(0, 4), uintBytes(crc32(plain), 4)) ? plain : undefined;
		},
	};
}

/** The next transaction of the journal begins. */
export function opened(journal: Journal, more: Partial<OpenedEntry> = {}): OpenedEntry {
	const stan = journal.nextStan();
	return {
		type: "opened",
		batch: journal.batch,
		stan,
		at: 1_000,
		invoice: journal.nextInvoice(),
		operation: "sale",
		amountMinor: 100,
		currency: 156,
		...more,
	};
}

export const name = ({ batch, stan }: TransactionName): TransactionName => ({ batch, stan });

export const sent = (of: TransactionName): JournalEntry => ({
	type: "sent",
	...name(of),
	at: 2_000,
	panMasked: "622126******0018",
	reversal: Uint8Array.of(of.stan & 255, 0xaa),
});

export const closed = (of: TransactionName, outcome = "approved", more: Partial<ClosedEntry> = {}): ClosedEntry => ({
	type: "closed",
	...name(of),
	at: 3_000,
	outcome,
	online: true,
	panMasked: "622126******0018",
	cardLink: LINK,
	adviceRequired: false,
	scriptResults: undefined,
	responseCode: "00",
	authorisationCode: "123456",
	retrievalReference: undefined,
	...more,
});

export const reversalOwed = (of: TransactionName): JournalEntry => ({
	type: "reversalOwed",
	...name(of),
	at: 3_000,
	reason: "noResponse",
});

export const reversed = (of: TransactionName): JournalEntry => ({ type: "reversed", ...name(of), at: 4_000 });

/** A whole transaction in two writes. @returns its name */
export function transact(journal: Journal, more: Partial<OpenedEntry> = {}, end: Partial<ClosedEntry> = {}) {
	const begin = opened(journal, more);
	journal.appendAll([begin, sent(begin)]);
	journal.append(closed(begin, "approved", end));
	return name(begin);
}
