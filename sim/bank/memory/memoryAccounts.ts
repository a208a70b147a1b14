import { maskPan } from "../../../src/bytes/pan.js";
import {
	type AccountRow,
	BooksError,
	type CardAccount,
	type CardOpening,
	EQUITY,
	type LedgerRow,
	type Movement,
	PIN_TRIES,
} from "../books.js";
import type { UndoLog } from "./undoLog.js";

interface Posting extends Movement {
	readonly transaction: number;
	readonly kind: LedgerRow["kind"];
}

/** Accounts, their movements, and what wears out on a card, in maps. */
export class MemoryAccounts {
	readonly #undo: UndoLog;
	readonly #cards = new Map<string, CardOpening>();
	readonly #pinTries = new Map<string, number>();
	readonly #balances = new Map<string, number>();
	readonly #atcs = new Map<string, true>();
	readonly #highestAtcs = new Map<string, number>();
	readonly #ksns = new Map<string, number>();
	readonly #postings = new Map<number, Posting>();

	constructor(undo: UndoLog, merchantIds: readonly string[], openings: readonly CardOpening[]) {
		this.#undo = undo;
		for (const id of [EQUITY, ...merchantIds]) this.#balances.set(id, 0);
		for (const opening of openings) {
			const { pan, balanceMinor } = opening;
			this.#cards.set(pan, opening);
			this.#pinTries.set(pan, PIN_TRIES);
			this.#balances.set(pan, 0);
			if (balanceMinor > 0) this.move(0, "opening", { from: EQUITY, to: pan, amountMinor: balanceMinor });
		}
	}

	card(pan: string): CardAccount | undefined {
		const opening = this.#cards.get(pan);
		return opening && { ...opening, balanceMinor: this.balanceMinor(pan), pinTriesLeft: this.#pinTries.get(pan)! };
	}

	balanceMinor(account: string): number {
		return this.#balances.get(account) ?? 0;
	}

	notePin(pan: string, right: boolean): number {
		const left = right ? PIN_TRIES : Math.max(0, this.#pinTries.get(pan)! - 1);
		this.#undo.set(this.#pinTries, pan, left);
		return left;
	}

	useAtc(application: string, atc: number, order: "rising" | "any"): boolean {
		const used = `${application} ${atc}`;
		const highest = this.#highestAtcs.get(application) ?? -1;
		if (order === "any" ? this.#atcs.has(used) : atc <= highest) return false;
		this.#undo.set(this.#atcs, used, true);
		this.#undo.set(this.#highestAtcs, application, Math.max(highest, atc));
		return true;
	}

	useKsn(initialKeyId: string, counter: number): boolean {
		if (counter <= (this.#ksns.get(initialKeyId) ?? -1)) return false;
		this.#undo.set(this.#ksns, initialKeyId, counter);
		return true;
	}

	/** @throws {BooksError} when a card's account does not have so much */
	checkCovered({ from, amountMinor }: Movement): void {
		if (this.#cards.has(from) && this.balanceMinor(from) < amountMinor)
			throw new BooksError("the account would be overdrawn");
	}

	/** @param transaction 0 for an opening balance */
	move(transaction: number, kind: LedgerRow["kind"], { from, to, amountMinor }: Movement): void {
		if (amountMinor <= 0) throw new BooksError("a movement has an amount");
		if (from === to) throw new BooksError("two_accounts");
		this.#undo.set(this.#balances, from, this.#known(from) - amountMinor);
		this.#undo.set(this.#balances, to, (isHold(to) ? this.balanceMinor(to) : this.#known(to)) + amountMinor);
		if (isHold(from) && this.balanceMinor(from) < 0) throw new BooksError("hold_not_below_zero");
		this.#undo.set(this.#postings, this.#postings.size + 1, { transaction, kind, from, to, amountMinor });
	}

	rows(): AccountRow[] {
		return [...this.#balances].map(([id, balanceMinor]) => {
			const holder = this.#holder(id);
			if (this.#cards.has(id))
				return { account: maskPan(id), kind: "card", holder, balanceMinor, pinTriesLeft: this.#pinTries.get(id)! };
			return { account: id, kind: id === EQUITY ? "equity" : isHold(id) ? "hold" : "merchant", holder, balanceMinor };
		});
	}

	ledgerRows(): LedgerRow[] {
		return [...this.#postings.values()].flatMap(({ transaction, kind, from, to, amountMinor }) =>
			[
				{ id: from, minor: -amountMinor },
				{ id: to, minor: amountMinor },
			].map(({ id, minor }) => ({
				transaction,
				kind,
				account: this.#cards.has(id) ? maskPan(id) : id,
				holder: this.#holder(id),
				amountMinor: minor,
			})),
		);
	}

	audit(): string[] {
		const sums = new Map<string, number>();
		for (const { from, to, amountMinor } of this.#postings.values()) {
			sums.set(from, (sums.get(from) ?? 0) - amountMinor);
			sums.set(to, (sums.get(to) ?? 0) + amountMinor);
		}
		return [...this.#balances]
			.filter(([id, kept]) => kept !== (sums.get(id) ?? 0))
			.map(([id, kept]) => `account ${id} has ${kept}, its movements make ${sums.get(id) ?? 0}`);
	}

	#holder(id: string): string {
		const card = this.#cards.get(id);
		if (card) return card.holder ?? "cardholder";
		return id === EQUITY ? "test bank" : isHold(id) ? "pre-authorisation" : "merchant";
	}

	#known(account: string): number {
		const balanceMinor = this.#balances.get(account);
		if (balanceMinor === undefined) throw new BooksError("there is no such account");
		return balanceMinor;
	}
}

function isHold(account: string): boolean {
	return account.startsWith("hold ");
}
