import nacl from "tweetnacl";
import { concat, uintBytes } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { ClosedEntry, JournalEntry, OpenedEntry, TransactionName } from "../../src/journal/entries.js";
import type { Journal, RecordSeal } from "../../src/journal/journal.js";

export const LINK = parseHex("0102030405060708");
const KEY = new Uint8Array(32).fill(0x33);

/** As `Seal`, with a key that needs no files and nonces that count. */
export function testSeal(key = KEY): RecordSeal {
	let count = 0;
	return {
		close(plain) {
			const nonce = concat(new Uint8Array(20), uintBytes(++count, 4));
			return concat(nonce, nacl.secretbox(plain, nonce, key));
		},
		open: sealed =>
			sealed.length < 40
				? undefined
				: (nacl.secretbox.open(sealed.subarray(24), sealed.subarray(0, 24), key) ?? undefined),
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
