import { notice } from "./display/operationScreens.js";
import * as screens from "./display/screens.js";
import { acceptFees, type BindingAnswer, refreshBinding } from "./flows/acceptFees.js";
import { backUp } from "./flows/backUp.js";
import { type BindResult, bind } from "./flows/bind.js";
import { checkTerminal } from "./flows/checkTerminal.js";
import { finishEnding } from "./flows/endBinding.js";
import { EventQueue } from "./flows/eventQueue.js";
import type { FlowContext, KeyLoading, TerminalEvent } from "./flows/flowContext.js";
import { loadKeyComponents } from "./flows/loadKeyComponents.js";
import { type BoundBank, loadKeyMessage } from "./flows/loadKeyMessage.js";
import { lockTerminal } from "./flows/lockTerminal.js";
import type { Order } from "./flows/order.js";
import { perform } from "./flows/perform.js";
import { closeInterrupted } from "./flows/recover.js";
import { removeCard } from "./flows/removeCard.js";
import { restoreHistory } from "./flows/restoreHistory.js";
import { type Service, serve } from "./flows/serve.js";
import type { ServiceResult } from "./flows/serviceResult.js";
import { type SignOnResult, signOff, signOn } from "./flows/signOn.js";
import { tidy } from "./flows/tidy.js";
import { train } from "./flows/training.js";
import type { TrainingEnd } from "./flows/trainingHall.js";
import type { TransactionResult } from "./flows/transactionResult.js";
import { type UnbindResult, unbind } from "./flows/unbind.js";
import { IDLE_REFRESH_MS, IdleLoop } from "./idleLoop.js";
import type { ComponentKey } from "./keys/keyComponents.js";
import { KeyError } from "./keys/keyError.js";
import { KEYS_ERASED } from "./keys/keySlots.js";
import type { TerminalIdentity } from "./keys/terminalIdentity.js";
import type { TlsKey } from "./keys/tlsKey.js";
import type { Management } from "./management/management.js";
import type { CheckScope, SelfCheckReport } from "./monitor/selfCheck.js";
import { SecureDomain } from "./secureDomain.js";
import { openTerminalParts, type TerminalParts } from "./terminalParts.js";
import { TerminalRecords } from "./terminalRecords.js";
import type { TerminalPorts, TerminalSettings } from "./terminalSettings.js";
import { Turns } from "./turns.js";

/** The payment terminal: takes ports, recovers what a power cut left, then sells. Without keys it only says so. */
export class Terminal extends TerminalRecords {
	readonly #domain: SecureDomain;
	readonly #events: EventQueue<TerminalEvent>;
	readonly #turns: Turns;
	readonly #idle: IdleLoop;
	/** Undefined when there are no keys to open anything with. */
	readonly #parts: TerminalParts | undefined;
	readonly #serial: string;
	#management: Management | undefined;
	#running = false;

	/**
	 * @throws {EntropyError} when there are no good random numbers
	 * @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then
	 */
	constructor(ports: TerminalPorts, settings: TerminalSettings) {
		super();
		const domain = new SecureDomain(ports, settings);
		const events = new EventQueue<TerminalEvent>(ports.clock);
		const turns = new Turns({
			before: () => {
				domain.random.refresh();
				events.interrupt(); // keys are now for whoever has the turn, not for the idle terminal
				domain.requireKeys();
			},
			after: () => {
				if (this.#parts) tidy(this.#parts.context);
				this.#management?.sync();
			},
			// Whatever fails without keys fails because of that.
			explain: error => (domain.slots.isZeroised ? new KeyError(KEYS_ERASED) : error),
		});
		this.#domain = domain;
		this.#events = events;
		this.#turns = turns;
		this.#serial = settings.serial;
		this.#idle = new IdleLoop({ flows: () => this.flows(), turns, checked: domain.checked });
		if (domain.slots.isZeroised) return;
		const onIdleLine = () => this.#idle.wantEcho();
		const onBackup = () => this.#management?.sync();
		const restore = {
			whyNot: () => this.management?.whyNoRestore(),
			begin: () => void this.#restore(),
		};
		this.#parts = openTerminalParts({ domain, events, turns, onIdleLine, onBackup, restore }, ports, settings);
		closeInterrupted(this.#parts.context);
		finishEnding(this.#parts.context);
	}

	/** The terminal's end of its bank's management link; undefined where there is none. @throws {KeyError} when the keys were erased */
	get management(): Management | undefined {
		this.#management ??= this.#parts?.makeManagement?.();
		return this.#management;
	}

	/** One sale of a known amount. @throws {KeyError} when the keys were erased */
	sale(amountMinor: number, options?: Omit<Order, "operation" | "amountMinor">): Promise<TransactionResult> {
		return this.perform({ ...options, operation: "sale", amountMinor });
	}

	/**
	 * One transaction, as a cash register or a command orders it. While `run` sells, the terminal stays busy after the result
	 * until the card is out.
	 * @throws {RangeError} on an order that is none @throws {KeyError} when the keys were erased
	 */
	perform(order: Order): Promise<TransactionResult> {
		if (!this.#running) return this.#alone(c => perform(c, order));
		return new Promise((resolve, reject) => {
			this.#alone(async c => {
				const result = await perform(c, order);
				resolve(result);
				await removeCard(c, result.language);
			}).catch(reject);
		});
	}

	/** Something is under way, at the keypad or for somebody else. */
	get isBusy(): boolean {
		return this.#turns.isBusy;
	}

	/** Something that is no transaction, such as a settlement. @throws {KeyError} when the keys were erased */
	serve(service: Service): Promise<ServiceResult> {
		return this.#alone(c => serve(c, service));
	}

	/** Two custodians key in their parts of a key, one after the other. @throws {KeyError} when the keys were erased */
	loadKeyComponents(key: ComponentKey): Promise<KeyLoading> {
		return this.#alone(c => loadKeyComponents(c, key));
	}

	/**
	 * Takes the bank's signed key message, whoever brings it (docs/keys.md, "Key message").
	 * @throws {KeyError} when the keys were erased
	 */
	loadKeys(record: Uint8Array): Promise<KeyLoading> {
		return this.#alone(async ({ crypto }) =>
			loadKeyMessage(this.#domain.slots, crypto, this.identity(), this.#bank(), record),
		);
	}

	/**
	 * Binds the terminal to its merchant, with the persons at the keypad (docs/binding.md).
	 * @param activationCode asked for when absent
	 * @throws {KeyError} when the keys were erased
	 */
	bind(activationCode?: string): Promise<BindResult> {
		return this.#alone(c => bind(c, activationCode));
	}

	/** Ends the binding and erases the bank's keys, with the persons at the keypad (docs/binding.md). */
	unbind(): Promise<UnbindResult> {
		return this.#alone(unbind);
	}

	/** A supervisor stops the terminal's sales. */
	lock(): Promise<BindingAnswer> {
		return this.#alone(lockTerminal);
	}

	/** The merchant, with card and PIN, has the bank's backup brought up to date. */
	backUp(): Promise<BindingAnswer> {
		return this.#alone(backUp);
	}

	/** A supervisor has the history of the terminal whose place this one takes fetched; the display says when it is here. */
	restore(): Promise<BindingAnswer> {
		return this.#alone(restoreHistory);
	}

	/** Asks the acquirer for revocations and new fees. */
	refreshBinding(): Promise<BindingAnswer> {
		return this.#alone(refreshBinding);
	}

	/** The merchant accepts new fees, with card and PIN. */
	acceptFees(): Promise<BindingAnswer> {
		return this.#alone(acceptFees);
	}

	/** Whose key messages are taken: the acquirer of a binding that counts. */
	#bank(): BoundBank | undefined {
		const { binding, bindingProblem } = this.flows();
		const signingKey = bindingProblem() ? undefined : binding.acquirer?.signingKey;
		return signingKey && { serial: this.#serial, signingKey };
	}

	/** Presses Cancel for whoever cannot reach the keypad; without effect once the bank has been asked. */
	cancel(): void {
		this.flows().keypad.onKey?.("cancel");
	}

	/** Checks the terminal itself, and keeps what was found. @throws {KeyError} when the keys were erased */
	selfCheck(scope: CheckScope): Promise<SelfCheckReport> {
		return this.#alone(c => checkTerminal(c, this.#domain.checked, scope));
	}

	/**
	 * Trains whoever stands at the keypad. @param lesson which; the trainee chooses where it is absent
	 * @throws {BusyError} while something else is under way @throws {RangeError} when there is no such lesson
	 */
	train(lesson?: string): Promise<TrainingEnd> {
		return this.#alone(c => train(c, lesson));
	}

	/** An operator begins their work, with the person at the keypad. @throws {KeyError} when the keys were erased */
	signOn(): Promise<SignOnResult> {
		return this.#alone(c => signOn(c));
	}

	/** Nobody is signed on from here on. @throws {KeyError} when the keys were erased */
	signOff(): Promise<SignOnResult> {
		return this.#alone(async c => signOff(c));
	}

	/**
	 * Sells what persons key in, until `stop`.
	 * @throws {Error} on a fault that makes selling unsafe, such as a journal that cannot be written; the display says so
	 */
	async run(): Promise<void> {
		this.#running = true;
		try {
			this.identity();
			await this.#domain.enrol();
			void this.management?.run();
			await this.#idle.run(() => this.#running);
		} catch (error) {
			const sentence = error instanceof Error ? error.message : "unknown fault";
			this.#domain.show(screens.fault(sentence));
			if (!this.#domain.slots.isZeroised) {
				this.#tellBank(sentence);
				throw error;
			}
		}
		while (this.#running) await this.#events.next(IDLE_REFRESH_MS);
	}

	/** Nobody waits for it: whoever is at the terminal is told when it has failed, and by the idle screen when it is here. */
	async #restore(): Promise<void> {
		const { done, reason } = await this.management!.restore();
		const { log, show, merchant } = this.#parts!.context;
		log.line("terminal", `restore: ${reason}`);
		if (!done && !this.isBusy) show(notice("refused", "restoreFailed", "", merchant.language));
	}

	/** What cannot be written any more hides no fault. */
	#tellBank(fault: string): void {
		try {
			this.#parts?.context.monitor.notices.alert("fault", fault);
		} catch {
			// the fault itself is thrown
		}
	}

	/** Who this terminal is; its key pairs are made at the first call. @throws {KeyError} when the keys were erased */
	identity(): TerminalIdentity {
		return this.#domain.identity();
	}

	/** What proves to the bank's TLS server who this terminal is. @throws {KeyError} when the keys were erased */
	tlsKey(): TlsKey {
		return this.#domain.tlsKey();
	}

	/** Ends `run` once what is under way has ended. */
	stop(): void {
		this.#running = false;
		this.#management?.stop();
	}

	#alone<T>(work: (c: FlowContext) => Promise<T>): Promise<T> {
		return this.#turns.alone(() => work(this.flows()));
	}

	protected override flows(): FlowContext {
		if (!this.#parts || this.#domain.slots.isZeroised) throw new KeyError(KEYS_ERASED);
		return this.#parts.context;
	}
}
