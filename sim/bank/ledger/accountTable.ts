import { maskPan } from "../../../src/bytes/pan.js";
import {
	type AccountRow,
	type CardAccount,
	type CardOpening,
	EQUITY,
	type LedgerRow,
	type Movement,
	PIN_TRIES,
} from "../books.js";
import type { Database } from "./database.js";

/** Accounts, their movements, and what wears out on a card. */
export class AccountTable {
	readonly #db: Database;
	/** What the configuration says of a card is not kept in the file. */
	readonly #openings = new Map<string, CardOpening>();

	/** An account that the file already has keeps its balance. */
	constructor(db: Database, merchantIds: readonly string[], openings: readonly CardOpening[]) {
		this.#db = db;
		db.together(() => {
			this.open(EQUITY, "equity", "test bank");
			for (const id of merchantIds) this.open(id, "merchant", "merchant");
			for (const opening of openings) this.#openCard(opening);
		});
	}

	card(pan: string): CardAccount | undefined {
		const opening = this.#openings.get(pan);
		if (!opening) return undefined;
		const { pin_tries_left: pinTriesLeft } = this.#db.get<{ pin_tries_left: number }>(
			"SELECT pin_tries_left FROM cards WHERE pan = ?",
			pan,
		)!;
		return { ...opening, balanceMinor: this.balanceMinor(pan), pinTriesLeft };
	}

	notePin(pan: string, right: boolean): number {
		this.#db.run(
			"UPDATE cards SET pin_tries_left = CASE WHEN ? THEN ? ELSE max(0, pin_tries_left - 1) END WHERE pan = ?",
			right ? 1 : 0,
			PIN_TRIES,
			pan,
		);
		return this.card(pan)!.pinTriesLeft;
	}

	/** @param account a card number, a merchant's identifier or a hold */
	balanceMinor(account: string): number {
		return (
			this.#db.get<{ balance_minor: number }>("SELECT balance_minor FROM accounts WHERE id = ?", account)
				?.balance_minor ?? 0
		);
	}

	useAtc(application: string, atc: number, order: "rising" | "any"): boolean {
		const seen = this.#db.get(
			`SELECT 1 FROM card_counters WHERE application = ? AND atc ${order === "any" ? "=" : ">="} ? LIMIT 1`,
			application,
			atc,
		);
		if (seen) return false;
		this.#db.run("INSERT INTO card_counters (application, atc) VALUES (?, ?)", application, atc);
		return true;
	}

	usedAtcs(): number[] {
		return this.#db.all<{ atc: number }>("SELECT atc FROM card_counters").map(({ atc }) => atc);
	}

	useKsn(initialKeyId: string, counter: number): boolean {
		const { changes } = this.#db.run(
			`INSERT INTO key_counters (initial_key_id, highest) VALUES (?, ?)
			ON CONFLICT (initial_key_id) DO UPDATE SET highest = excluded.highest WHERE highest < excluded.highest`,
			initialKeyId,
			counter,
		);
		return changes === 1;
	}

	/** @returns whether it is new */
	open(id: string, kind: AccountRow["kind"], holder: string): boolean {
		return (
			this.#db.run("INSERT OR IGNORE INTO accounts (id, kind, holder) VALUES (?, ?, ?)", id, kind, holder).changes === 1
		);
	}

	/** @param transaction undefined for an opening balance */
	move(transaction: number | undefined, leg: number, { from, to, amountMinor }: Movement, isReturn: boolean): void {
		this.#db.run(
			`INSERT INTO movements (transaction_id, leg, is_return, from_account, to_account, amount_minor)
			VALUES (?, ?, ?, ?, ?, ?)`,
			transaction ?? null,
			leg,
			isReturn ? 1 : 0,
			from,
			to,
			amountMinor,
		);
	}

	/** Those that a transaction made, in order, without what went back. */
	movementsOf(transaction: number): Movement[] {
		return this.#db.all<Movement>(
			`SELECT from_account AS "from", to_account AS "to", amount_minor AS amountMinor FROM movements
			WHERE transaction_id = ? AND is_return = 0 ORDER BY leg`,
			transaction,
		);
	}

	rows(): AccountRow[] {
		const rows = this.#db.all<{
			id: string;
			kind: AccountRow["kind"];
			holder: string;
			balance_minor: number;
			pin_tries_left: number | null;
		}>("SELECT a.*, c.pin_tries_left FROM accounts a LEFT JOIN cards c ON c.pan = a.id ORDER BY a.kind, a.id");
		return rows.map(row => ({
			account: row.kind === "card" ? maskPan(row.id) : row.id,
			kind: row.kind,
			holder: row.holder,
			balanceMinor: row.balance_minor,
			...(row.pin_tries_left !== null && { pinTriesLeft: row.pin_tries_left }),
		}));
	}

	ledgerRows(): LedgerRow[] {
		const rows = this.#db.all<{
			transaction_id: number | null;
			operation: string | null;
			is_return: number;
			account: string;
			kind: string;
			holder: string;
			amount_minor: number;
		}>(`SELECT m.id, 0 AS half, m.transaction_id, t.operation, m.is_return, a.id AS account, a.kind, a.holder,
				-m.amount_minor AS amount_minor
			FROM movements m LEFT JOIN transactions t ON t.id = m.transaction_id JOIN accounts a ON a.id = m.from_account
			UNION ALL
			SELECT m.id, 1, m.transaction_id, t.operation, m.is_return, a.id, a.kind, a.holder, m.amount_minor
			FROM movements m LEFT JOIN transactions t ON t.id = m.transaction_id JOIN accounts a ON a.id = m.to_account
			ORDER BY 1, 2`);
		return rows.map(row => ({
			transaction: row.transaction_id ?? 0,
			kind: (row.operation === null
				? "opening"
				: row.is_return
					? `reversal of ${row.operation}`
					: row.operation) as LedgerRow["kind"],
			account: row.kind === "card" ? maskPan(row.account) : row.account,
			holder: row.holder,
			amountMinor: row.amount_minor,
		}));
	}

	#openCard(opening: CardOpening): void {
		const { pan, holder = "cardholder", balanceMinor } = opening;
		this.#openings.set(pan, opening);
		if (!this.open(pan, "card", holder)) return;
		this.#db.run("INSERT INTO cards (pan, pin_tries_left) VALUES (?, ?)", pan, PIN_TRIES);
		if (balanceMinor > 0) this.move(undefined, 0, { from: EQUITY, to: pan, amountMinor: balanceMinor }, false);
	}
}
