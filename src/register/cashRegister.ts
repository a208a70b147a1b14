import type { Screen, ScreenName } from "../display/screen.js";
import { isOfTransaction, type JournalEntry, type TransactionEntry } from "../journal/entries.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Clock } from "../ports.js";
import type { Terminal } from "../terminal.js";
import { type Kept, keepNewest, keptUnder } from "./kept.js";
import { Ordered } from "./ordered.js";
import { otherOrder, type Problem, RegisterError } from "./problem.js";
import {
	journalFact,
	type RegisterEvent,
	type RegisterNews,
	type ScreenView,
	type StatusView,
	screenView,
} from "./registerEvent.js";
import { isSameOrder, type RegisterOrder } from "./registerOrder.js";
import { decodeRequest, type RegisterRequest } from "./registerRequest.js";
import type { Served, ServiceView } from "./served.js";
import { Services } from "./services.js";
import { type TransactionView, viewOfRecord } from "./transactionView.js";

/** What a cash register needs of the terminal. */
export type RegisterTerminal = Pick<
	Terminal,
	"perform" | "cancel" | "journal" | "result" | "resultOfKey" | "serve" | "settlementUnder" | "isBusy"
>;

/** 202: under way; 200: as it stands. Others are a `Problem`. */
export type RegisterAnswer =
	| { readonly status: 200 | 202; readonly body: TransactionView | ServiceView | StatusView }
	| { readonly status: number; readonly body: Problem };

/** On these the terminal waits for a person, who may press Cancel. */
const ASKING: readonly ScreenName[] = Object.freeze([
	"insertCard",
	"chooseApplication",
	"enterPin",
	"pinIncorrect",
	"confirm",
	"enterPasscode",
	"enterOperator",
]);

/**
 * The cash register's side of the terminal: requests as JSON values, answers and events as JSON values, on whatever line
 * (docs/cash-register.md).
 *
 * A key names an order for good. It is taken before anything else happens, and from the journal's "opened" entry on it is on
 * the medium, in the same flush as what makes the transaction matter: a key that nobody knows after a power cut is one under
 * which nothing was charged.
 */
export class CashRegister {
	readonly #terminal: RegisterTerminal;
	readonly #clock: Clock;
	readonly #ordered = new Map<string, Ordered>();
	readonly #services: Services;
	readonly #listeners = new Set<(event: RegisterEvent) => void>();
	#active: Ordered | undefined;
	#screen: ScreenView | undefined;
	#sequence = 0;

	constructor(terminal: RegisterTerminal, clock: Clock) {
		this.#terminal = terminal;
		this.#clock = clock;
		this.#services = new Services(terminal, service => this.#tell({ event: "service", service }));
	}

	/** One request. What is wrong with it is in the answer; nothing is thrown. @param asked a decoded JSON value */
	async answer(asked: unknown): Promise<RegisterAnswer> {
		try {
			return await this.#obey(decodeRequest(asked));
		} catch (error) {
			const { problem } = asRegisterError(error);
			return { status: problem.status, body: problem };
		}
	}

	/** Calls `listener` with the terminal's status, then with each event. @returns a function that ends it */
	listen(listener: (event: RegisterEvent) => void): () => void {
		listener({ event: "status", status: this.#status(), sequence: this.#sequence, at: this.#clock.now() });
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** To be called with each screen that the terminal draws. */
	screenShown(screen: Screen): void {
		const shown = screenView(screen);
		// A PIN screen is drawn again with each digit: how many there are shall not be counted from outside.
		if (shown.name !== this.#screen?.name || shown.text !== this.#screen.text) {
			this.#screen = shown;
			this.#tell({ event: "screen", screen: shown });
		}
		if (this.#active?.cancelWanted) this.#pressCancel(this.#active);
	}

	/** To be called with each entry that the terminal has written into its journal. */
	journalled(entry: JournalEntry): void {
		this.#tell({ event: "journal", fact: journalFact(entry) });
		if (!isOfTransaction(entry)) return;
		const active = this.#active;
		if (active && entry.type === "opened" && entry.requestKey === active.key)
			active.name = { batch: entry.batch, stan: entry.stan };
		const isActive = active?.name?.batch === entry.batch && active.name.stan === entry.stan;
		if (!isActive) this.#changed(entry);
		else if (entry.type === "sent") {
			active.phase = "bank";
			active.cancelWanted = false;
			this.#tell({ event: "transaction", transaction: active.view() });
		}
	}

	async #obey(asked: RegisterRequest): Promise<RegisterAnswer> {
		switch (asked.request) {
			case "start":
				return this.#start(asked.key, asked.order);
			case "cancel":
				return this.#cancel(asked.key);
			case "transaction": {
				await this.#over(this.#ordered.get(asked.key), asked.waitSeconds * 1000);
				return { status: 200, body: this.#view(asked.key) };
			}
			case "serve": {
				if (this.#orderOf(asked.key)) throw otherOrder();
				const service = this.#services.start(asked.key, asked.service, () => this.#checkIdle());
				return { status: service.status === "underWay" ? 202 : 200, body: service };
			}
			case "service": {
				await this.#over(this.#services.get(asked.key), asked.waitSeconds * 1000);
				return { status: 200, body: this.#services.view(asked.key) };
			}
			case "last": {
				if (this.#active) return { status: 200, body: this.#active.view() };
				const last = this.#terminal.journal.last();
				if (last) return { status: 200, body: this.#viewOf(last) };
				throw new RegisterError("notFound", "this terminal has made no transaction yet");
			}
			case "status":
				return { status: 200, body: this.#status() };
		}
	}

	/** Synchronous up to where the key is taken: of two requests at once the second finds it. */
	#start(key: string, order: RegisterOrder): RegisterAnswer {
		if (this.#services.has(key)) throw otherOrder();
		const known = this.#orderOf(key);
		if (known) {
			if (!isSameOrder(known, order)) throw otherOrder();
			const transaction = this.#view(key);
			return { status: transaction.status === "underWay" ? 202 : 200, body: transaction };
		}
		this.#checkIdle();
		const ordered = new Ordered(key, order, this.#clock.now());
		keepNewest(this.#ordered, ordered);
		this.#active = ordered;
		this.#tell({ event: "transaction", transaction: ordered.view() });
		const { operation, amountMinor = 0, ...more } = order;
		this.#terminal.perform({ ...more, operation, amountMinor, requestKey: key }).then(
			result => this.#ended(ordered, result),
			() => this.#ended(ordered, undefined),
		);
		return { status: 202, body: ordered.view() };
	}

	#checkIdle(): void {
		if (this.#terminal.isBusy)
			throw new RegisterError("busy", "the terminal is busy: ask again with the same key when it is idle");
	}

	#cancel(key: string): RegisterAnswer {
		const active = this.#active;
		if (active?.key === key && active.phase === "terminal") {
			active.cancelWanted = true;
			this.#pressCancel(active);
			return { status: 202, body: active.view() };
		}
		const transaction = this.#view(key);
		if (transaction.outcome === "cancelled") return { status: 200, body: transaction };
		throw new RegisterError(
			"tooLate",
			transaction.status === "underWay"
				? "the bank has been asked: wait for the end, then void it if need be"
				: `the transaction has ended, ${transaction.status}: void it if need be`,
		);
	}

	/** A person acts after the terminal has drawn, not while it draws. */
	#pressCancel(ordered: Ordered): void {
		if (!this.#screen || !ASKING.includes(this.#screen.name)) return;
		void Promise.resolve().then(() => {
			if (ordered.cancelWanted) this.#terminal.cancel();
		});
	}

	#ended(ordered: Ordered, result: Ordered["result"]): void {
		ordered.over(result);
		this.#active = undefined;
		this.#tell({ event: "transaction", transaction: this.#view(ordered.key) });
	}

	/** What happens to a transaction after its end, or to one that a person made at the terminal. */
	#changed(entry: TransactionEntry): void {
		if (entry.type === "opened" || entry.type === "sent" || entry.type === "attempt") return;
		let transaction: TransactionView | undefined;
		try {
			const record = this.#terminal.journal.transaction(entry);
			transaction = record && this.#viewOf(record);
		} catch {
			return; // who listens must not stop the flow that writes
		}
		if (transaction) this.#tell({ event: "transaction", transaction });
	}

	#tell(news: RegisterNews): void {
		const event: RegisterEvent = { ...news, sequence: ++this.#sequence, at: this.#clock.now() };
		for (const listener of this.#listeners) listener(event);
	}

	#status(): StatusView {
		const screen = this.#screen && { screen: this.#screen };
		try {
			const { journal, isBusy } = this.#terminal;
			const active = this.#active;
			const phase = active?.phase === "bank" ? "bank" : "terminal";
			const underWay = active && ({ key: active.key, phase } as const);
			const owed = journal.owed().length;
			return { state: isBusy ? "busy" : "idle", ...underWay, owed, batch: journal.batch, ...screen };
		} catch {
			// Without its keys the terminal has no journal.
			return { state: "outOfService", owed: 0, ...screen };
		}
	}

	/** What the key was taken for: from memory or, after a restart, from the journal. */
	#orderOf(key: string): RegisterOrder | undefined {
		const ordered = this.#ordered.get(key);
		if (ordered) return ordered.order;
		const kept = keptUnder(this.#terminal, key);
		if (kept && !kept.order) throw otherOrder();
		return kept?.order;
	}

	/** @throws {RegisterError} notFound */
	#view(key: string): TransactionView {
		const ordered = this.#ordered.get(key);
		if (ordered?.isUnderWay) return ordered.view();
		const kept = this.#keptUnder(key, ordered);
		if (kept) return kept.view(ordered?.result?.bank?.balanceMinor);
		if (ordered) return ordered.view();
		throw new RegisterError("notFound", "no transaction has this key: nothing was charged under it");
	}

	/** Of one that has failed an end only: whether its beginning is on the medium shows at the next start. */
	#keptUnder(key: string, ordered: Ordered | undefined): Kept | undefined {
		try {
			const kept = keptUnder(this.#terminal, key);
			return ordered?.phase === "failed" && kept?.isOpen ? undefined : kept;
		} catch (error) {
			if (ordered) return undefined;
			throw error;
		}
	}

	#viewOf(record: TransactionRecord): TransactionView {
		const balance = record.requestKey === undefined ? undefined : this.#ordered.get(record.requestKey)?.result?.bank;
		return viewOfRecord(record, this.#terminal.result(record), balance?.balanceMinor);
	}

	/** Waits for the end of what is under way, but not for ever. */
	#over(underWay: Ordered | Served | undefined, mostMs: number): Promise<void> {
		if (!underWay?.isUnderWay || mostMs === 0) return Promise.resolve();
		return new Promise(resolve => {
			const stopListening = underWay.waiters.add(() => {
				stopWaiting();
				resolve();
			});
			const stopWaiting = this.#clock.after(mostMs, () => {
				stopListening();
				resolve();
			});
		});
	}
}

/** Without its keys, or with a journal that cannot be read, the terminal answers nothing else. */
function asRegisterError(error: unknown): RegisterError {
	if (error instanceof RegisterError) return error;
	return new RegisterError("outOfService", "the terminal is out of service: its display says what to do");
}
