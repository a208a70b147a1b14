import Database from "libsql";
import { maskPan } from "../../src/bytes/pan.js";
import type { Account, AccountOpening, Accounts, TransactionKey, TransactionRecord } from "./accounts.js";

/** One half of a money movement, for people: the card number is masked. */
export interface LedgerRow {
	readonly transaction: number;
	readonly kind: "opening" | "authorisation" | "reversal";
	readonly account: string;
	readonly holder: string;
	readonly amountMinor: number;
}

/** Where opening balances come from, so that every movement has two halves. */
const EQUITY = "equity";

const SCHEMA = `
	CREATE TABLE IF NOT EXISTS accounts (
		id TEXT PRIMARY KEY,
		holder TEXT NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS counters (
		application TEXT PRIMARY KEY,
		highest_atc INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS transactions (
		id INTEGER PRIMARY KEY,
		kind TEXT NOT NULL CHECK (kind IN ('opening', 'authorisation', 'reversal')),
		terminal_id TEXT, batch TEXT, stan TEXT, pan TEXT, amount_minor INTEGER NOT NULL, answer BLOB,
		state TEXT NOT NULL CHECK (state IN ('approved', 'declined', 'reversed'))
	) STRICT;
	CREATE UNIQUE INDEX IF NOT EXISTS one_of_each ON transactions (terminal_id, batch, stan, kind)
		WHERE kind <> 'opening';
	CREATE TABLE IF NOT EXISTS entries (
		id INTEGER PRIMARY KEY,
		transaction_id INTEGER NOT NULL REFERENCES transactions,
		account_id TEXT NOT NULL REFERENCES accounts,
		amount_minor INTEGER NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account_id);
`;

/** The bank's books in SQLite, double entry: the sum of all entries is zero at every moment. */
export class Ledger implements Accounts {
	readonly #db: Database.Database;
	readonly #merchantId: string;
	readonly #pins = new Map<string, string>();

	/** @throws {Error} when the file cannot be opened or written */
	constructor(path: string, merchantId: string, openings: readonly AccountOpening[]) {
		this.#db = new Database(path);
		this.#merchantId = merchantId;
		try {
			this.#db.pragma("journal_mode = WAL");
			this.#db.pragma("synchronous = FULL");
			this.#db.pragma("foreign_keys = ON");
			this.#db.exec(SCHEMA);
			this.#together(() => {
				this.#openAccount(EQUITY, "test bank");
				this.#openAccount(merchantId, "merchant");
				for (const opening of openings) this.#openCard(opening);
			});
		} catch (error) {
			this.#db.close();
			throw error;
		}
	}

	find(pan: string): Account | undefined {
		const pin = this.#pins.get(pan);
		return pin === undefined ? undefined : { pan, pin, balanceMinor: this.balanceMinor(pan) };
	}

	useAtc(application: string, atc: number): boolean {
		const note = this.#db.prepare(
			`INSERT INTO counters (application, highest_atc) VALUES (?, ?)
			ON CONFLICT (application) DO UPDATE SET highest_atc = excluded.highest_atc WHERE highest_atc < excluded.highest_atc`,
		);
		return note.run(application, atc).changes === 1;
	}

	transaction(key: TransactionKey): TransactionRecord | undefined {
		const row = this.#authorisation(key);
		if (!row) return undefined;
		const answer = row.answer === null ? undefined : new Uint8Array(row.answer);
		return { state: row.state, pan: row.pan, amountMinor: row.amount_minor, answer };
	}

	nextReference(): number {
		return (this.#db.prepare("SELECT coalesce(max(id), 0) + 1 AS next FROM transactions").get() as { next: number })
			.next;
	}

	record(key: TransactionKey, record: TransactionRecord & { readonly answer: Uint8Array }): void {
		this.#together(() => {
			const id = this.#insert("authorisation", key, record);
			if (record.state === "approved") this.#move(id, record.pan, this.#merchantId, record.amountMinor);
		});
	}

	reverse(key: TransactionKey, pan: string, amountMinor: number): void {
		this.#together(() => {
			const original = this.#authorisation(key);
			if (!original) {
				this.#insert("authorisation", key, { state: "reversed", pan, amountMinor, answer: undefined });
				return;
			}
			this.#db.prepare("UPDATE transactions SET state = 'reversed' WHERE id = ?").run(original.id);
			if (original.state !== "approved") return;
			const { amount_minor: booked } = original;
			const record = { state: "approved", pan: original.pan, amountMinor: booked, answer: undefined } as const;
			this.#move(this.#insert("reversal", key, record), this.#merchantId, original.pan, booked);
		});
	}

	/** @param account a card number or the merchant's identifier */
	balanceMinor(account: string): number {
		const sum = this.#db.prepare("SELECT coalesce(sum(amount_minor), 0) AS sum FROM entries WHERE account_id = ?");
		return (sum.get(account) as { sum: number }).sum;
	}

	/** All entries, oldest first. */
	ledgerRows(): LedgerRow[] {
		const rows = this.#db
			.prepare(
				`SELECT e.transaction_id, t.kind, e.account_id, a.holder, e.amount_minor FROM entries e
				JOIN transactions t ON t.id = e.transaction_id JOIN accounts a ON a.id = e.account_id ORDER BY e.id`,
			)
			.all() as {
			transaction_id: number;
			kind: LedgerRow["kind"];
			account_id: string;
			holder: string;
			amount_minor: number;
		}[];
		return rows.map(row => ({
			transaction: row.transaction_id,
			kind: row.kind,
			account: this.#pins.has(row.account_id) ? maskPan(row.account_id) : row.account_id,
			holder: row.holder,
			amountMinor: row.amount_minor,
		}));
	}

	close(): void {
		this.#db.close();
	}

	/** An account that the file already has keeps its balance. */
	#openCard({ pan, pin, holder, balanceMinor }: AccountOpening): void {
		this.#pins.set(pan, pin);
		if (!this.#openAccount(pan, holder)) return;
		const opened = { state: "approved", pan, amountMinor: balanceMinor, answer: undefined } as const;
		this.#move(this.#insert("opening", undefined, opened), EQUITY, pan, balanceMinor);
	}

	#openAccount(id: string, holder: string): boolean {
		return this.#db.prepare("INSERT OR IGNORE INTO accounts (id, holder) VALUES (?, ?)").run(id, holder).changes === 1;
	}

	#authorisation({ terminalId, batch, stan }: TransactionKey): AuthorisationRow | undefined {
		const select = this.#db.prepare(
			"SELECT * FROM transactions WHERE kind = 'authorisation' AND terminal_id = ? AND batch = ? AND stan = ?",
		);
		return select.get(terminalId, batch, stan) as AuthorisationRow | undefined;
	}

	#insert(kind: LedgerRow["kind"], key: TransactionKey | undefined, record: TransactionRecord): number {
		const insert = this.#db.prepare(
			`INSERT INTO transactions (kind, terminal_id, batch, stan, pan, amount_minor, answer, state)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		);
		const { pan, amountMinor, state } = record;
		const answer = record.answer ? Buffer.from(record.answer) : null;
		const { terminalId = null, batch = null, stan = null } = key ?? {};
		return Number(insert.run(kind, terminalId, batch, stan, pan, amountMinor, answer, state).lastInsertRowid);
	}

	/** Both halves of a movement. */
	#move(transaction: number, from: string, to: string, amountMinor: number): void {
		const insert = this.#db.prepare("INSERT INTO entries (transaction_id, account_id, amount_minor) VALUES (?, ?, ?)");
		insert.run(transaction, from, -amountMinor);
		insert.run(transaction, to, amountMinor);
	}

	#together(work: () => void): void {
		this.#db.transaction(work).immediate();
	}
}

interface AuthorisationRow {
	readonly id: number;
	readonly state: TransactionRecord["state"];
	readonly pan: string;
	readonly amount_minor: number;
	readonly answer: ArrayBuffer | null;
}
