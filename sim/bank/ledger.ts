import type { Operation } from "../../src/operation.js";
import type { AccountRow, Books, CardOpening, LedgerRow, NewTransaction, Settlement, TransactionKey } from "./books.js";
import { AccountTable } from "./ledger/accountTable.js";
import { Database } from "./ledger/database.js";
import { SettlementTable } from "./ledger/settlementTable.js";
import { TransactionTable } from "./ledger/transactionTable.js";

/** The bank's books in SQLite; the rules of `Books` are constraints of its tables (ledger/schema.ts). */
export class Ledger implements Books {
	readonly #db: Database;
	readonly #accounts: AccountTable;
	readonly #transactions: TransactionTable;
	readonly #settlements: SettlementTable;

	/** @throws {Error} when the file cannot be opened or written, or is of another version */
	constructor(path: string, merchantIds: readonly string[], openings: readonly CardOpening[]) {
		this.#db = new Database(path);
		try {
			this.#accounts = new AccountTable(this.#db, merchantIds, openings);
		} catch (error) {
			this.#db.close();
			throw error;
		}
		this.#transactions = new TransactionTable(this.#db, this.#accounts);
		this.#settlements = new SettlementTable(this.#db);
	}

	together<T>(work: () => T): T {
		return this.#db.together(work);
	}

	card = (pan: string) => this.#accounts.card(pan);
	notePin = (pan: string, right: boolean) => this.#accounts.notePin(pan, right);
	spentMinor = (pan: string, day: string) => this.#transactions.spentMinor(pan, day);
	useAtc = (application: string, atc: number, order: "rising" | "any") =>
		this.#accounts.useAtc(application, atc, order);
	useKsn = (initialKeyId: string, counter: number) => this.#accounts.useKsn(initialKeyId, counter);
	/** @param account a card number, a merchant's identifier or a hold */
	balanceMinor = (account: string) => this.#accounts.balanceMinor(account);

	/** Application transaction counters that were seen, of all cards. */
	usedAtcs = () => this.#accounts.usedAtcs();

	nextReference = () => this.#transactions.nextReference();
	record = (transaction: NewTransaction) => this.#transactions.record(transaction);
	reverse = (key: TransactionKey) => this.#transactions.reverse(key);
	recordUnseen = (key: TransactionKey, merchantId: string, operation: Operation, pan: string, amountMinor: number) =>
		this.#transactions.recordUnseen(key, merchantId, operation, pan, amountMinor);
	transaction = (key: TransactionKey) => this.#transactions.transaction(key);
	byReference = (id: number) => this.#transactions.byReference(id);
	byAuthorisationCode = (pan: string, code: string) => this.#transactions.byAuthorisationCode(pan, code);
	referrals = () => this.#transactions.referrals();
	transactionsOf = (terminalId: string, batch: number) => this.#transactions.of(terminalId, batch);

	terminal = (terminalId: string) => this.#settlements.terminal(terminalId);
	saveTerminal: Books["saveTerminal"] = state => this.#settlements.saveTerminal(state);
	totals = (terminalId: string, batch: number) => this.#settlements.totals(terminalId, batch);
	settlement = (terminalId: string, batch: number) => this.#settlements.settlement(terminalId, batch);
	saveSettlement = (settlement: Settlement) => this.#settlements.saveSettlement(settlement);
	settlements = () => this.#settlements.settlements();
	saveUpload: Books["saveUpload"] = (terminalId, batch, upload) =>
		this.#settlements.saveUpload(terminalId, batch, upload);
	uploads = (terminalId: string, batch: number) => this.#settlements.uploads(terminalId, batch);
	clearUploads = (terminalId: string, batch: number) => this.#settlements.clearUploads(terminalId, batch);

	accountRows = (): AccountRow[] => this.#accounts.rows();
	ledgerRows = (): LedgerRow[] => this.#accounts.ledgerRows();

	/** The balances from the movements anew, and each transaction's money against its amount. */
	audit(): string[] {
		const wrong: string[] = [];
		for (const { id, balance_minor: kept, sum } of this.#db.all<{ id: string; balance_minor: number; sum: number }>(
			`SELECT a.id, a.balance_minor, coalesce((SELECT sum(amount_minor) FROM movements WHERE to_account = a.id), 0)
				- coalesce((SELECT sum(amount_minor) FROM movements WHERE from_account = a.id), 0) AS sum FROM accounts a`,
		))
			if (kept !== sum) wrong.push(`account ${id} has ${kept}, its movements make ${sum}`);
		for (const { id, operation, state } of this.#db.all<{ id: number; operation: string; state: string }>(UNEVEN))
			wrong.push(`transaction ${id} (${operation}, ${state}) moved something else than its amount`);
		return wrong;
	}

	close(): void {
		this.#db.close();
	}
}

/** What was approved moved its amount and nothing back; what was not moved nothing; what was reversed, all of it back. */
const UNEVEN = `
	SELECT t.id, t.operation, t.state FROM transactions t
	LEFT JOIN (SELECT transaction_id, sum(CASE is_return WHEN 0 THEN 1 ELSE 0 END) AS made, sum(is_return) AS back,
		sum(CASE is_return WHEN 0 THEN amount_minor ELSE 0 END) AS moved FROM movements GROUP BY transaction_id) m
	ON m.transaction_id = t.id
	WHERE CASE t.state
		WHEN 'declined' THEN coalesce(made, 0) <> 0
		WHEN 'reversed' THEN coalesce(made, 0) <> coalesce(back, 0)
		ELSE coalesce(back, 0) <> 0 OR coalesce(moved, 0) < CASE WHEN t.side IS NULL THEN 0 ELSE t.amount_minor END
	END`;
