import type { Account, Accounts, TransactionKey, TransactionRecord } from "./accounts.js";

/** Accounts that last as long as the process: for engines without a database. */
export class MemoryAccounts implements Accounts {
	readonly #accounts = new Map<string, Account>();
	readonly #highestAtc = new Map<string, number>();
	readonly #transactions = new Map<string, TransactionRecord>();
	#merchantMinor = 0;

	constructor(openings: readonly Account[]) {
		for (const { pan, pin, balanceMinor } of openings) this.#accounts.set(pan, { pan, pin, balanceMinor });
	}

	/** What the merchant has been paid. */
	get merchantMinor(): number {
		return this.#merchantMinor;
	}

	find(pan: string): Account | undefined {
		return this.#accounts.get(pan);
	}

	useAtc(application: string, atc: number): boolean {
		if (atc <= (this.#highestAtc.get(application) ?? -1)) return false;
		this.#highestAtc.set(application, atc);
		return true;
	}

	transaction(key: TransactionKey): TransactionRecord | undefined {
		return this.#transactions.get(nameOf(key));
	}

	nextReference(): number {
		return this.#transactions.size + 1;
	}

	record(key: TransactionKey, record: TransactionRecord & { readonly answer: Uint8Array }): void {
		this.#transactions.set(nameOf(key), record);
		if (record.state === "approved") this.#pay(record.pan, record.amountMinor);
	}

	reverse(key: TransactionKey, pan: string, amountMinor: number): void {
		const original = this.transaction(key) ?? { state: "declined", pan, amountMinor, answer: undefined };
		if (original.state === "approved") this.#pay(original.pan, -original.amountMinor);
		this.#transactions.set(nameOf(key), { ...original, state: "reversed" });
	}

	#pay(pan: string, amountMinor: number): void {
		const account = this.#accounts.get(pan)!;
		this.#accounts.set(pan, { ...account, balanceMinor: account.balanceMinor - amountMinor });
		this.#merchantMinor += amountMinor;
	}
}

function nameOf({ terminalId, batch, stan }: TransactionKey): string {
	return `${terminalId} ${batch} ${stan}`;
}
