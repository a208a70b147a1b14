import type { Operation } from "../../../src/operation.js";
import {
	type BookedTransaction,
	BooksError,
	type Effect,
	holdAccount,
	type NewTransaction,
	type Side,
	type TransactionKey,
	type TransactionState,
} from "../books.js";
import type { AccountTable } from "./accountTable.js";
import type { Database } from "./database.js";

/** Requests that had to do with money, and what became of them. */
export class TransactionTable {
	readonly #db: Database;
	readonly #accounts: AccountTable;

	constructor(db: Database, accounts: AccountTable) {
		this.#db = db;
		this.#accounts = accounts;
	}

	nextReference(): number {
		const row = this.#db.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'transactions'");
		return (row?.seq ?? 0) + 1;
	}

	record(transaction: NewTransaction): void {
		this.#db.together(() => {
			const id = this.#insert(transaction);
			for (const [leg, movement] of transaction.movements.entries()) {
				const { key } = transaction;
				if (movement.to === holdAccount(key)) this.#accounts.open(movement.to, "hold", "pre-authorisation");
				this.#accounts.move(id, leg, movement, false);
			}
		});
	}

	reverse(key: TransactionKey): void {
		this.#db.together(() => {
			const original = this.transaction(key);
			if (!original || original.state === "reversed") return;
			this.#db.run("UPDATE transactions SET state = 'reversed' WHERE id = ?", original.id);
			for (const [leg, { from, to, amountMinor }] of original.movements.entries())
				this.#accounts.move(original.id, leg, { from: to, to: from, amountMinor }, true);
		});
	}

	recordUnseen(key: TransactionKey, merchantId: string, operation: Operation, pan: string, amountMinor: number): void {
		this.#db.run(
			`INSERT INTO transactions (terminal_id, batch, stan, merchant_id, operation, pan, amount_minor, change_minor,
				state, day, is_foreign, is_advice, response_code) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'reversed', '', 0, 0, '')`,
			...[key.terminalId, key.batch, key.stan, merchantId, operation, pan, amountMinor],
		);
	}

	transaction({ terminalId, batch, stan }: TransactionKey): BookedTransaction | undefined {
		return this.#one("terminal_id = ? AND batch = ? AND stan = ?", terminalId, batch, stan);
	}

	byReference(id: number): BookedTransaction | undefined {
		return this.#one("id = ?", id);
	}

	byAuthorisationCode(pan: string, authorisationCode: string): BookedTransaction[] {
		return this.#list("pan = ? AND authorisation_code = ? ORDER BY id DESC", pan, authorisationCode);
	}

	referrals(): BookedTransaction[] {
		return this.#list("referral IS NOT NULL ORDER BY id");
	}

	of(terminalId: string, batch: number): BookedTransaction[] {
		return this.#list("terminal_id = ? AND batch = ? ORDER BY id", terminalId, batch);
	}

	/** Of what is still valid; a refund gives back to the day on which it happens. */
	spentMinor(pan: string, day: string): number {
		return this.#db.get<{ spent: number }>(
			`SELECT coalesce(sum(CASE side WHEN 'debit' THEN amount_minor + adjusted_minor WHEN 'credit' THEN -amount_minor
				ELSE CASE WHEN operation = 'preAuthorisation' AND state = 'approved' THEN amount_minor + adjusted_minor
				ELSE 0 END END), 0) AS spent
			FROM transactions WHERE pan = ? AND day = ? AND state IN ('approved', 'voided')`,
			pan,
			day,
		)!.spent;
	}

	#one(where: string, ...values: (string | number)[]): BookedTransaction | undefined {
		const row = this.#db.get<Row>(`SELECT * FROM transactions WHERE ${where}`, ...values);
		return row && this.#booked(row);
	}

	#list(where: string, ...values: (string | number)[]): BookedTransaction[] {
		return this.#db.all<Row>(`SELECT * FROM transactions WHERE ${where}`, ...values).map(row => this.#booked(row));
	}

	#insert(t: NewTransaction): number {
		const { key, answer } = t;
		if (t.state !== "approved" && t.movements.length) throw new BooksError("only what is approved moves money");
		return this.#db.run(
			`INSERT INTO transactions (terminal_id, batch, stan, merchant_id, operation, pan, amount_minor, change_minor, state,
				day, is_foreign, side, is_advice, original, effect, response_code, authorisation_code, icc_data,
				answer_balance_minor, referral) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			...[key.terminalId, key.batch, key.stan, t.merchantId, t.operation, t.pan, t.amountMinor, t.changeMinor, t.state],
			...[t.day, t.foreign ? 1 : 0, t.side ?? null, t.isAdvice ? 1 : 0, t.original ?? null, t.effect ?? null],
			...[answer.responseCode, answer.authorisationCode ?? null, answer.iccData ?? null],
			...[answer.balanceMinor ?? null, answer.referral ?? null],
		).lastInsertRowid;
	}

	#booked(row: Row): BookedTransaction {
		return {
			id: row.id,
			key: { terminalId: row.terminal_id, batch: row.batch, stan: row.stan },
			merchantId: row.merchant_id,
			operation: row.operation,
			pan: row.pan,
			amountMinor: row.amount_minor,
			changeMinor: row.change_minor,
			finalMinor: row.amount_minor + row.adjusted_minor,
			refundedMinor: row.refunded_minor,
			state: row.state,
			day: row.day,
			foreign: row.is_foreign === 1,
			side: row.side ?? undefined,
			isAdvice: row.is_advice === 1,
			original: row.original ?? undefined,
			effect: row.effect ?? undefined,
			answer: {
				responseCode: row.response_code,
				authorisationCode: row.authorisation_code ?? undefined,
				iccData: row.icc_data === null ? undefined : new Uint8Array(row.icc_data),
				balanceMinor: row.answer_balance_minor ?? undefined,
				referral: row.referral ?? undefined,
			},
			movements: this.#accounts.movementsOf(row.id),
		};
	}
}

interface Row {
	readonly id: number;
	readonly terminal_id: string;
	readonly batch: number;
	readonly stan: number;
	readonly merchant_id: string;
	readonly operation: Operation;
	readonly pan: string;
	readonly amount_minor: number;
	readonly change_minor: number;
	readonly adjusted_minor: number;
	readonly refunded_minor: number;
	readonly state: TransactionState;
	readonly day: string;
	readonly is_foreign: number;
	readonly side: Side | null;
	readonly is_advice: number;
	readonly original: number | null;
	readonly effect: Effect | null;
	readonly response_code: string;
	readonly authorisation_code: string | null;
	readonly icc_data: ArrayBuffer | null;
	readonly answer_balance_minor: number | null;
	readonly referral: string | null;
}
