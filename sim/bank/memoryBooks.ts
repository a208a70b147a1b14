import type { Operation } from "../../src/operation.js";
import {
	type BatchTotals,
	type BookedTransaction,
	type Books,
	BooksError,
	type CardOpening,
	type GroupTotals,
	type NewTransaction,
	type Settlement,
	type Side,
	type TerminalState,
	type TransactionKey,
	type Upload,
} from "./books.js";
import { MemoryAccounts } from "./memory/memoryAccounts.js";
import { UndoLog } from "./memory/undoLog.js";

/**
 * Books that last as long as the process: for engines without a database. Every value is kept in a map and never changed in
 * place, so that taking back is putting back.
 */
export class MemoryBooks implements Books {
	readonly #undo = new UndoLog();
	readonly #accounts: MemoryAccounts;
	readonly #transactions = new Map<number, BookedTransaction>();
	readonly #ids = new Map<string, number>();
	readonly #terminals = new Map<string, TerminalState>();
	readonly #settlements = new Map<string, Settlement>();
	readonly #uploads = new Map<string, readonly Upload[]>();

	constructor(merchantIds: readonly string[], openings: readonly CardOpening[]) {
		this.#accounts = new MemoryAccounts(this.#undo, merchantIds, openings);
	}

	together<T>(work: () => T): T {
		return this.#undo.together(work);
	}

	card = (pan: string) => this.#accounts.card(pan);
	notePin = (pan: string, right: boolean) => this.#accounts.notePin(pan, right);
	useAtc = (application: string, atc: number, order: "rising" | "any") =>
		this.#accounts.useAtc(application, atc, order);
	useKsn = (initialKeyId: string, counter: number) => this.#accounts.useKsn(initialKeyId, counter);
	/** @param account a card number, a merchant's identifier or a hold */
	balanceMinor = (account: string) => this.#accounts.balanceMinor(account);
	accountRows = () => this.#accounts.rows();
	ledgerRows = () => this.#accounts.ledgerRows();
	audit = () => this.#accounts.audit();

	spentMinor(pan: string, day: string): number {
		let spent = 0;
		for (const t of this.#transactions.values()) {
			if (t.pan !== pan || t.day !== day || (t.state !== "approved" && t.state !== "voided")) continue;
			const isHold = t.operation === "preAuthorisation" && t.state === "approved";
			if (t.side === "debit" || isHold) spent += t.finalMinor;
			else if (t.side === "credit") spent -= t.amountMinor;
		}
		return spent;
	}

	nextReference(): number {
		return this.#transactions.size + 1;
	}

	record(transaction: NewTransaction): void {
		this.together(() => {
			const { key, movements, state, effect } = transaction;
			if ((effect === undefined) !== (transaction.original === undefined))
				throw new BooksError("effect_needs_original");
			if (this.settlement(key.terminalId, key.batch).state === "settled") throw new BooksError("the batch is settled");
			if (state !== "approved" && movements.length) throw new BooksError("only what is approved moves money");
			if (state === "approved" && effect) this.#beginEffect(transaction, false);
			const id = this.nextReference();
			this.#add({ ...transaction, id, finalMinor: transaction.amountMinor, refundedMinor: 0 });
			for (const movement of movements) {
				if (!transaction.isAdvice) this.#accounts.checkCovered(movement);
				this.#accounts.move(id, transaction.operation, movement);
			}
		});
	}

	reverse(key: TransactionKey): void {
		const t = this.transaction(key);
		if (!t || t.state === "reversed") return;
		if (t.state === "voided" || t.state === "completed" || t.refundedMinor !== 0 || t.finalMinor !== t.amountMinor)
			throw new BooksError("a transaction cannot become this");
		this.together(() => {
			this.#replace({ ...t, state: "reversed" });
			if (t.state !== "approved") return;
			if (t.effect) this.#endEffect(t);
			for (const { from, to, amountMinor } of t.movements)
				this.#accounts.move(t.id, `reversal of ${t.operation}`, { from: to, to: from, amountMinor });
		});
	}

	recordUnseen(key: TransactionKey, merchantId: string, operation: Operation, pan: string, amountMinor: number): void {
		const answer = { authorisationCode: undefined, iccData: undefined, balanceMinor: undefined, referral: undefined };
		this.#add({
			id: this.nextReference(),
			...{ key, merchantId, operation, pan, amountMinor, finalMinor: amountMinor, refundedMinor: 0, changeMinor: 0 },
			...{ state: "reversed", day: "", foreign: false, side: undefined, isAdvice: false, original: undefined },
			...{ effect: undefined, movements: [], answer: { responseCode: "", ...answer } },
		});
	}

	transaction(key: TransactionKey): BookedTransaction | undefined {
		return this.byReference(this.#ids.get(nameOf(key)) ?? 0);
	}

	byReference(id: number): BookedTransaction | undefined {
		return this.#transactions.get(id);
	}

	byAuthorisationCode(pan: string, authorisationCode: string): BookedTransaction[] {
		return [...this.#transactions.values()]
			.filter(t => t.pan === pan && t.answer.authorisationCode === authorisationCode)
			.reverse();
	}

	referrals(): BookedTransaction[] {
		return [...this.#transactions.values()].filter(t => t.answer.referral !== undefined);
	}

	transactionsOf(terminalId: string, batch: number): BookedTransaction[] {
		return [...this.#transactions.values()].filter(({ key }) => key.terminalId === terminalId && key.batch === batch);
	}

	terminal(terminalId: string): TerminalState {
		return (
			this.#terminals.get(terminalId) ?? {
				...{ terminalId, signedOff: false, batch: 1, workKeys: undefined, status: undefined },
			}
		);
	}

	saveTerminal(state: TerminalState): void {
		this.#undo.set(this.#terminals, state.terminalId, state);
	}

	totals(terminalId: string, batch: number): BatchTotals {
		const counted = this.transactionsOf(terminalId, batch).filter(t => t.state === "approved" || t.state === "voided");
		const group = (foreign: boolean): GroupTotals => {
			const of = (side: Side) => counted.filter(t => t.foreign === foreign && t.side === side);
			const sum = (side: Side) => of(side).reduce((total, t) => total + t.finalMinor, 0);
			return {
				debitCount: of("debit").length,
				debitMinor: sum("debit"),
				creditCount: of("credit").length,
				creditMinor: sum("credit"),
			};
		};
		return { local: group(false), foreign: group(true) };
	}

	settlement(terminalId: string, batch: number): Settlement {
		const kept = this.#settlements.get(`${terminalId} ${batch}`);
		return kept ?? { terminalId, batch, state: "open", claimed: undefined, verdict: undefined };
	}

	saveSettlement(settlement: Settlement): void {
		const { terminalId, batch, state, verdict } = settlement;
		if (this.settlement(terminalId, batch).state === "settled") throw new BooksError("the batch is settled");
		if ((state === "settled") !== (verdict !== undefined)) throw new BooksError("settled_has_a_verdict");
		this.#undo.set(this.#settlements, `${terminalId} ${batch}`, settlement);
	}

	settlements(): Settlement[] {
		return [...this.#settlements.values()];
	}

	saveUpload(terminalId: string, batch: number, upload: Upload): void {
		if (this.settlement(terminalId, batch).state !== "uploading")
			throw new BooksError("the batch is not being uploaded");
		const others = this.uploads(terminalId, batch).filter(({ stan }) => stan !== upload.stan);
		this.#undo.set(
			this.#uploads,
			`${terminalId} ${batch}`,
			[...others, upload].sort((a, b) => a.stan - b.stan),
		);
	}

	uploads(terminalId: string, batch: number): Upload[] {
		return [...(this.#uploads.get(`${terminalId} ${batch}`) ?? [])];
	}

	clearUploads(terminalId: string, batch: number): void {
		this.#undo.set(this.#uploads, `${terminalId} ${batch}`, []);
	}

	#add(transaction: BookedTransaction): void {
		const name = nameOf(transaction.key);
		if (this.#ids.has(name)) throw new BooksError("one_of_each_request");
		this.#undo.set(this.#ids, name, transaction.id);
		this.#replace(transaction);
	}

	#replace(transaction: BookedTransaction): void {
		this.#undo.set(this.#transactions, transaction.id, transaction);
	}

	/** @param again the effect of a transaction that was voided and is not any more */
	#beginEffect(t: Posted, again: boolean): void {
		const original = this.byReference(t.original!);
		if (original?.state !== "approved") throw new BooksError("the original is not approved");
		if (t.effect === "voids" && original.refundedMinor > 0 && !again) throw new BooksError("the original is refunded");
		this.#applyEffect(t, original, 1);
	}

	#endEffect(t: BookedTransaction): void {
		const original = this.byReference(t.original!)!;
		this.#applyEffect(t, original, -1);
	}

	#applyEffect(t: Posted, original: BookedTransaction, sign: 1 | -1): void {
		let after: BookedTransaction;
		switch (t.effect) {
			case "voids":
			case "completes": {
				const done = t.effect === "voids" ? "voided" : "completed";
				after = { ...original, state: sign === 1 ? done : "approved" };
				// What is voided has no effect any more; what is not voided any more has it again.
				if (original.effect && sign === 1 && done === "voided") this.#endEffect(original);
				if (original.effect && sign === -1 && done === "voided") this.#beginEffect(after, true);
				break;
			}
			case "refunds":
				after = { ...original, refundedMinor: original.refundedMinor + sign * t.amountMinor };
				break;
			case "adjusts":
				after = { ...original, finalMinor: original.finalMinor + sign * t.changeMinor };
				break;
			case undefined:
				return;
		}
		if (after.refundedMinor < 0 || after.refundedMinor > after.finalMinor)
			throw new BooksError("refunds_within_the_sale");
		this.#replace(after);
	}
}

type Posted = Pick<NewTransaction, "original" | "effect" | "amountMinor" | "changeMinor">;

function nameOf({ terminalId, batch, stan }: TransactionKey): string {
	return `${terminalId} ${batch} ${stan}`;
}
