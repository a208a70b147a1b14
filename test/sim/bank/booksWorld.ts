import type { BookedTransaction, Books, CardOpening, NewTransaction, TransactionKey } from "../../../sim/bank/books.js";
import { Ledger } from "../../../sim/bank/ledger.js";
import { MemoryBooks } from "../../../sim/bank/memoryBooks.js";

export const PAN = "6222021234560007";
export const OTHER_PAN = "6222021234560015";
export const MERCHANT_ID = "MERCHANT0000001";
export const OPENINGS: readonly CardOpening[] = [
	{ pan: PAN, pin: "1234", balanceMinor: 10_000, holder: "Wang Fang" },
	{ pan: OTHER_PAN, pin: "999999", balanceMinor: 0, holder: "Li Wei", foreign: true },
];

export type TestBooks = Books & { balanceMinor(account: string): number };

/** The two kinds of books; what one may do the other must do. */
export const BOOKS: readonly [name: string, open: (openings?: readonly CardOpening[]) => TestBooks][] = [
	["in memory", (openings = OPENINGS) => new MemoryBooks([MERCHANT_ID], openings)],
	["in SQLite", (openings = OPENINGS) => new Ledger(":memory:", [MERCHANT_ID], openings)],
];

export const keyOf = (stan: number, batch = 1, terminalId = "TERM0001"): TransactionKey => ({
	terminalId,
	batch,
	stan,
});

/** An approved sale, or what `change` makes of it. */
export function transaction(stan: number, amountMinor: number, change: Partial<NewTransaction> = {}): NewTransaction {
	return {
		key: keyOf(stan),
		merchantId: MERCHANT_ID,
		operation: "sale",
		pan: PAN,
		amountMinor,
		state: "approved",
		answer: {
			responseCode: "00",
			authorisationCode: "123456",
			iccData: Uint8Array.of(0x91, 0),
			balanceMinor: undefined,
			referral: undefined,
		},
		day: "2026-11-22",
		foreign: false,
		side: "debit",
		isAdvice: false,
		original: undefined,
		effect: undefined,
		changeMinor: 0,
		movements: amountMinor > 0 ? [{ from: PAN, to: MERCHANT_ID, amountMinor }] : [],
		...change,
	};
}

/** What takes `original` back. */
export function voidOf(stan: number, original: BookedTransaction): NewTransaction {
	const movements = original.movements.map(({ from, to, amountMinor }) => ({ from: to, to: from, amountMinor }));
	return transaction(stan, original.finalMinor, {
		operation: "saleVoid",
		side: "credit",
		original: original.id,
		effect: "voids",
		movements,
	});
}

export function refundOf(stan: number, original: BookedTransaction, amountMinor: number): NewTransaction {
	return transaction(stan, amountMinor, {
		operation: "refund",
		side: "credit",
		isAdvice: true,
		original: original.id,
		effect: "refunds",
		movements: [{ from: MERCHANT_ID, to: original.pan, amountMinor }],
	});
}
