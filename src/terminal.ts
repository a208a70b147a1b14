import { Binding, type BindingProblem } from "./binding/binding.js";
import { BindingFile } from "./binding/keptBinding.js";
import { DeviceRandom } from "./crypto/deviceRandom.js";
import type { Language } from "./display/messages.js";
import { render } from "./display/render.js";
import type { Screen } from "./display/screen.js";
import * as screens from "./display/screens.js";
import type { TerminalConfiguration } from "./emv/configuration.js";
import type { Why } from "./emv/why.js";
import { acceptFees, type BindingAnswer, refreshBinding } from "./flows/acceptFees.js";
import { type BindResult, bind } from "./flows/bind.js";
import { boundMerchant, idleScreen } from "./flows/boundMerchant.js";
import { boundTerminalData } from "./flows/boundTerminalData.js";
import { type CheckedDevice, checkTerminal } from "./flows/checkTerminal.js";
import { deliverAdvices, deliverReversals, stuckReversal } from "./flows/deliverOwed.js";
import { Downloads } from "./flows/downloads.js";
import { enterAmount } from "./flows/enterAmount.js";
import { EventQueue } from "./flows/eventQueue.js";
import { ruleText } from "./flows/feeText.js";
import type { Device, FlowContext, TerminalEvent } from "./flows/flowContext.js";
import { type KeyLoading, loadKeyComponents } from "./flows/loadKeyComponents.js";
import { type BoundBank, loadKeyMessage } from "./flows/loadKeyMessage.js";
import { localTime } from "./flows/localTime.js";
import { coseSigner, keepRestored, managedTerminal } from "./flows/managedTerminal.js";
import { menu } from "./flows/menu.js";
import { echo } from "./flows/networkManagement.js";
import type { Order } from "./flows/order.js";
import { perform } from "./flows/perform.js";
import { receiptOf } from "./flows/receipts.js";
import { closeInterrupted } from "./flows/recover.js";
import { removeCard } from "./flows/removeCard.js";
import { requestCertificate } from "./flows/requestCertificate.js";
import { resultOf } from "./flows/resultOf.js";
import { resultOfKey } from "./flows/resultOfChange.js";
import { type Service, serve } from "./flows/serve.js";
import type { ServiceResult } from "./flows/serviceResult.js";
import { settlementUnder } from "./flows/settle.js";
import { tidy } from "./flows/tidy.js";
import type { TransactionResult } from "./flows/transactionResult.js";
import { loadTravellingKeys } from "./flows/travellingKeys.js";
import { type UnbindResult, unbind } from "./flows/unbind.js";
import { unusualScreen } from "./flows/unusualScreen.js";
import { HostLink } from "./host/hostLink.js";
import type { HostProfile } from "./host/profiles/hostProfile.js";
import type { JournalEntry } from "./journal/entries.js";
import { Journal } from "./journal/journal.js";
import { formatSetAside, journalsSetAside } from "./journal/setAside.js";
import type { TransactionRecord } from "./journal/transactionRecord.js";
import { answerTampering } from "./keys/answerTampering.js";
import type { CertificateSubject } from "./keys/certificateRequest.js";
import { hostKeys } from "./keys/hostKeys.js";
import { RECEIVING_SLOTS } from "./keys/keyAttributes.js";
import { type ComponentKey, KeyComponents } from "./keys/keyComponents.js";
import { KeyError } from "./keys/keyError.js";
import { formatKeyEvent } from "./keys/keyEvent.js";
import { KEYS_ERASED, KeySlots } from "./keys/keySlots.js";
import { PinEntryLimit } from "./keys/pinEntryLimit.js";
import { checkRemoteKeys } from "./keys/remoteKeyLoading.js";
import { Seal } from "./keys/seal.js";
import { boundTerminal, TerminalIdentity } from "./keys/terminalIdentity.js";
import { TlsKey } from "./keys/tlsKey.js";
import type { ManagementKey } from "./management/inbox.js";
import { Management } from "./management/management.js";
import { ManagementState } from "./management/managementState.js";
import { restoreAtStart } from "./management/restore.js";
import { logZeroisation } from "./monitor/logZeroisation.js";
import { Monitor } from "./monitor/monitor.js";
import type { RuleSet } from "./monitor/rule.js";
import type { CheckScope, SelfCheckReport } from "./monitor/selfCheck.js";
import { Passcodes } from "./operators/passcodes.js";
import type {
	CardReader,
	Clock,
	Crypto,
	Digit,
	Display,
	Entropy,
	HostSocket,
	Keypad,
	Log,
	ManagementLink,
	Printer,
	Random,
	Sounder,
	Storage,
	Tamper,
} from "./ports.js";
import type { ReceiptCopy } from "./receipt/receipt.js";
import type { ReceiptLine } from "./receipt/receiptLine.js";

export interface TerminalPorts {
	readonly reader: CardReader;
	readonly keypad: Keypad;
	readonly display: Display;
	/** Absent on a board without one. */
	readonly sounder?: Sounder;
	readonly socket: HostSocket;
	/** Where the acquirer also is. */
	readonly backupSocket?: HostSocket;
	/** The line to the acquirer's binding desk; without it the terminal cannot be bound. */
	readonly desk?: HostSocket;
	/** Absent: the bank manages this terminal in no other way than through its host. */
	readonly managementLink?: ManagementLink;
	readonly storage: Storage;
	readonly clock: Clock;
	readonly entropy: Entropy;
	readonly crypto: Crypto;
	readonly log: Log;
	/** Absent on a board without one. */
	readonly printer?: Printer;
	/** Absent on a board without such lines. */
	readonly tamper?: Tamper;
}

export interface TerminalSettings {
	readonly configuration: TerminalConfiguration;
	/** Of the device, from manufacture. */
	readonly serial: string;
	/** Ed25519, 32 bytes: who certifies acquirers; pinned at manufacture. */
	readonly bankRoot: Uint8Array;
	/** In which the merchant is spoken to. */
	readonly language: Language;
	readonly profile: HostProfile;
	/** 32 bytes that belong to this device alone. */
	readonly deviceKeySecret: Uint8Array;
	/** Whom the bank is to certify the TLS key for; absent where the line to the bank needs none. */
	readonly certificateSubject?: CertificateSubject;
	/** What the terminal watches for; absent: nothing, and days are not assessed. */
	readonly monitoring?: RuleSet;
	/** Whether a card, by its keyed token, is the one that the terminal is bound to. */
	readonly isOwnCard?: (cardLink: Uint8Array) => boolean;
	/** Absent: there is no management link. */
	readonly management?: ManagementSettings;
	/** In the place of the terminal's generator for what the kernel shows to the card, so that a dialogue can be repeated. */
	readonly kernelRandom?: Random;
	/** Sees each screen as it is drawn and each journal entry as it is written: a front panel, a test. */
	readonly onScreen?: (screen: Screen) => void;
	/** Takes note of each decision of the kernel and of the sale. */
	readonly why?: Why;
	readonly onJournalEntry?: (entry: JournalEntry) => void;
	/** Of PBKDF2 for passcodes; as many as a board does in about a second unless told otherwise. */
	readonly passcodeRounds?: number;
}

export interface ManagementSettings {
	/** Whose messages the terminal takes. */
	readonly keys: readonly ManagementKey[];
	/** What it seals its backups to: X25519, 32 bytes; absent: it makes none. */
	readonly backupKey?: Uint8Array;
}

/** The payment terminal: takes ports, recovers what a power cut left, then sells. Without keys it only says so. */
export class Terminal {
	readonly #slots: KeySlots;
	readonly #events: EventQueue<TerminalEvent>;
	readonly #show: (screen: Screen) => void;
	/** Undefined when there are no keys to open the journal with. */
	readonly #context: FlowContext | undefined;
	readonly #crypto: Crypto;
	readonly #random: DeviceRandom;
	readonly #serial: string;
	readonly #tlsKey: TlsKey;
	readonly #enrol: () => Promise<void>;
	readonly #device: CheckedDevice;
	readonly #makeManagement: (() => Management) | undefined;
	#management: Management | undefined;
	/** Settles when what the management link does has ended. */
	#managed: Promise<unknown> | undefined;
	#identity: TerminalIdentity | undefined;
	#running = false;
	#busy = false;
	/** Settles when what is under way has ended. */
	#free: Promise<unknown> = Promise.resolve();
	#deliverAfter = 0;
	#checkAfter: number;
	/** The kept line to the bank was idle for the profile's time. */
	#echoWanted = false;
	#deliverPauseMs = DELIVERY_PAUSE_MS;

	/**
	 * @throws {EntropyError} when there are no good random numbers
	 * @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then
	 */
	constructor(ports: TerminalPorts, settings: TerminalSettings) {
		const { reader, keypad, display, storage, clock, crypto, log } = ports;
		const { configuration, profile, serial, language } = settings;
		const random = new DeviceRandom(ports.entropy, crypto);
		this.#random = random;
		const slots = new KeySlots({ storage, random, crypto }, settings.deviceKeySecret, event =>
			log.line("terminal", formatKeyEvent(event)),
		);
		const tamperListeners = new Set<() => void>();
		this.#slots = slots;
		this.#crypto = crypto;
		this.#serial = serial;
		this.#checkAfter = clock.monotonicMs() + CHECK_PAUSE_MS;
		this.#tlsKey = new TlsKey(slots, { crypto, random });
		slots.countBoot();
		this.#show = screen => {
			const shown = slots.isZeroised ? screens.tampered() : screen;
			render(display, shown);
			settings.onScreen?.(shown);
		};
		const logErasure = () => {
			try {
				if (slots.zeroisation) logZeroisation({ storage, crypto }, slots.zeroisation);
			} catch (error) {
				log.line("terminal", `incident log: ${error instanceof Error ? error.message : "unknown fault"}`);
			}
		};
		if (ports.tamper)
			answerTampering(slots, ports.tamper, clock, () => {
				for (const listener of tamperListeners) listener();
				this.#show(screens.tampered());
				logErasure();
			});
		this.#device = { slots, storage, random, display, tamper: ports.tamper };
		this.#enrol = async () => {
			if (!settings.certificateSubject) return;
			const onWork = () => this.#show(screens.service("makingKeys", language));
			await requestCertificate({ tlsKey: this.#tlsKey, storage, clock, log }, settings.certificateSubject, onWork);
		};
		random.refresh();
		const events = new EventQueue<TerminalEvent>(clock);
		this.#events = events;
		if (slots.isZeroised) {
			logErasure(); // an order from outside came by no other way
			return;
		}
		const seal = new Seal(slots, random);
		for (const each of journalsSetAside(storage)) log.line("journal", formatSetAside(each));
		const restored = restoreAtStart({ storage, seal }, clock.now());
		const journal = new Journal(
			{ storage, seal },
			{
				onEntry: entry => {
					monitor.takeEntry(entry);
					settings.onJournalEntry?.(entry);
				},
				onRepair: sentence => log.line("journal", sentence),
				retentionDays: configuration.journalRetentionDays,
			},
		);
		const monitor: Monitor = new Monitor(
			{
				...{ storage, seal, crypto, clock, log },
				find: name => journal.transaction(name),
				isOwnCard: settings.isOwnCard ?? (() => false),
			},
			settings.monitoring,
		);
		const binding = new Binding(new BindingFile({ storage, seal }), crypto);
		const management = new ManagementState({ storage, seal, clock }, log);
		const downloads = new Downloads({ storage, seal, crypto, log }, configuration);
		if (restored) {
			keepRestored(downloads, restored.lists, log);
			restored.done();
		}
		const removalListeners = new Set<() => void>();
		keypad.onKey = key => events.push({ key });
		reader.onChange = present => {
			events.push(present ? "cardInserted" : "cardRemoved");
			if (!present) for (const listener of removalListeners) listener();
		};
		const link = new HostLink(profile, { primary: ports.socket, backup: ports.backupSocket, clock, random, log });
		// Not at once: an echo test must not take a number while a transaction has one that is not written yet.
		link.onIdle = async () => {
			this.#echoWanted = true;
		};
		const ofBank = (signingKey: Uint8Array): BoundBank => ({ serial, signingKey });
		const device: Device = {
			serial,
			bankRoot: settings.bankRoot,
			desk: ports.desk,
			identity: () => this.identity(),
			keyState: () => ({ keySequence: slots.sequence, wasZeroised: slots.zeroisation !== undefined }),
			checkKeys: (record, signingKey) =>
				checkRemoteKeys(slots, crypto, { identity: this.identity(), serial }, signingKey, record),
			eraseBankKeys: () => {
				const erased = RECEIVING_SLOTS.filter(slot => slots.has(slot));
				for (const slot of erased) slots.erase(slot);
				return erased;
			},
			loadKeys: (record, signingKey) => loadKeyMessage(slots, crypto, this.identity(), ofBank(signingKey), record),
		};
		const ownData = boundTerminalData(downloads, binding);
		this.#context = {
			device,
			reader,
			keypad,
			clock,
			pinEntryLimit: new PinEntryLimit(clock, storage),
			keyTone: () => ports.sounder?.keyTone(),
			random,
			kernelRandom: settings.kernelRandom ?? random,
			crypto,
			log,
			downloads,
			get configuration() {
				return downloads.configuration;
			},
			binding,
			bindingProblem: () => binding.problem(boundTerminal(slots, serial), clock.now()),
			get merchant() {
				return boundMerchant(binding, language);
			},
			get terminalData() {
				return ownData();
			},
			get hostTerminal() {
				const { terminalId, merchantId } = boundMerchant(binding, language);
				return { terminalId, merchantId, bindingNumber: binding.certificate?.subject ?? "" };
			},
			link,
			keys: hostKeys(slots, { crypto, random }, profile.security),
			seal,
			journal,
			monitor,
			selfCheck: scope => checkTerminal(this.#flows(), this.#device, scope),
			lock: () => management.lock,
			passcodes: new Passcodes({ storage, crypto, random, seal }, settings.passcodeRounds ?? PASSCODE_ROUNDS),
			printer: ports.printer,
			signInWanted: false,
			keyComponents: key => new KeyComponents(slots, crypto, key),
			loadWorkKeys: keys => loadTravellingKeys(slots, crypto, profile.security.mac.algorithm, keys),
			events,
			why: settings.why,
			show: this.#show,
			onCardRemoved(listener) {
				removalListeners.add(listener);
				return () => removalListeners.delete(listener);
			},
			onTampered(listener) {
				tamperListeners.add(listener);
				return () => tamperListeners.delete(listener);
			},
		};
		closeInterrupted(this.#context);
		const { managementLink: line } = ports;
		const c = this.#context;
		if (line && settings.management) {
			const { keys, backupKey } = settings.management;
			this.#makeManagement = () =>
				new Management(
					{ link: line, storage, clock, crypto, random, log },
					{
						...{ terminalId: settings.certificateSubject?.commonName ?? serial, firmware: FIRMWARE_VERSION },
						...{ state: management, journal, keys },
						...{ seal, backupKey, signer: coseSigner(this.identity(), crypto) },
						terminal: managedTerminal(c, this.identity(), {
							free: () => this.#untilFree(),
							alone: work => this.#whenFree(work),
						}),
					},
				);
		}
	}

	/** The terminal's end of its bank's management link; undefined where there is none. @throws {KeyError} when the keys were erased */
	get management(): Management | undefined {
		this.#management ??= this.#makeManagement?.();
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
		return this.#busy;
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
		return this.#alone(async () => loadKeyMessage(this.#slots, this.#crypto, this.identity(), this.#bank(), record));
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

	/** Asks the acquirer for revocations and new fees. */
	refreshBinding(): Promise<BindingAnswer> {
		return this.#alone(refreshBinding);
	}

	/** The merchant accepts new fees, with card and PIN. */
	acceptFees(): Promise<BindingAnswer> {
		return this.#alone(acceptFees);
	}

	/** What the acquirer keeps of sales now, a line for each kind of card. */
	feeLines(): string[] {
		const { binding, clock, configuration } = this.#flows();
		const fees = binding.termsAt(clock.now());
		return fees?.rules.map(rule => ruleText(rule, configuration.currencyCode)) ?? [];
	}

	/** Whom the terminal sells for, and why not. */
	get binding(): Binding {
		return this.#flows().binding;
	}

	/** Why the terminal must not sell now; undefined when it may. */
	get bindingProblem(): BindingProblem | undefined {
		return this.#flows().bindingProblem();
	}

	/** Whose key messages are taken: the acquirer of a binding that counts. */
	#bank(): BoundBank | undefined {
		const { binding, bindingProblem } = this.#flows();
		const signingKey = bindingProblem() ? undefined : binding.acquirer?.signingKey;
		return signingKey && { serial: this.#serial, signingKey };
	}

	/** Presses Cancel for whoever cannot reach the keypad; without effect once the bank has been asked. */
	cancel(): void {
		this.#flows().keypad.onKey?.("cancel");
	}

	/** Checks the terminal itself, and keeps what was found. @throws {KeyError} when the keys were erased */
	selfCheck(scope: CheckScope): Promise<SelfCheckReport> {
		return this.#alone(c => checkTerminal(c, this.#device, scope));
	}

	/** What the terminal watches, for whoever shows or reports it. */
	get monitor(): Monitor {
		return this.#flows().monitor;
	}

	/** What the journal holds, for whoever shows or prints it. */
	get journal(): Journal {
		return this.#flows().journal;
	}

	/** The receipt of a transaction in the journal. */
	receipt(record: TransactionRecord, copy: ReceiptCopy, reprint: boolean): ReceiptLine[] {
		return receiptOf(this.#flows(), record, copy, reprint);
	}

	/** A transaction's definite answer as it is now. */
	result(record: TransactionRecord): TransactionResult {
		return resultOf(this.#flows(), record);
	}

	/** What a transaction, tip or adjustment of this request key is now; undefined when nothing was done under it. */
	resultOfKey(requestKey: string): TransactionResult | undefined {
		return resultOfKey(this.#flows(), requestKey);
	}

	/** What became of the settlement of this request key; undefined when no batch was closed under it. */
	settlementUnder(requestKey: string): ServiceResult | undefined {
		return settlementUnder(this.#flows(), requestKey);
	}

	/** One thing at a time: the card, the display and the bank are one each. */
	#alone<T>(work: (c: FlowContext) => Promise<T>): Promise<T> {
		// The link's own work takes a moment: whoever comes meanwhile waits instead of being refused.
		if (this.#managed) return this.#managed.then(() => this.#alone(work));
		if (this.#busy) return Promise.reject(new BusyError("the terminal is busy: wait for the end of what is under way"));
		const ended = this.#undisturbed(work);
		this.#free = ended;
		ended.catch(() => {}); // whoever asked for it hears of it
		return ended;
	}

	/** What the management link asks for, once nothing else is under way: never in the middle of a transaction. */
	async #whenFree<T>(work: () => T | Promise<T>): Promise<T> {
		await this.#untilFree();
		const done = this.#alone(async () => work());
		this.#managed = done
			.catch(() => {}) // whoever asked for it hears of it
			.finally(() => {
				this.#managed = undefined;
			});
		return done;
	}

	async #untilFree(): Promise<void> {
		while (this.#busy) await this.#free.catch(() => {});
	}

	async #undisturbed<T>(work: (c: FlowContext) => Promise<T>): Promise<T> {
		this.#random.refresh();
		this.#busy = true;
		this.#events.interrupt(); // keys are now for `work`, not for the idle terminal
		try {
			return await work(this.#flows());
		} catch (error) {
			// Whatever fails without keys fails because of that.
			throw this.#slots.isZeroised ? new KeyError(KEYS_ERASED) : error;
		} finally {
			if (this.#context) tidy(this.#context);
			this.#busy = false;
			this.#management?.sync();
		}
	}

	/**
	 * Sells what persons key in, until `stop`.
	 * @throws {Error} on a fault that makes selling unsafe, such as a journal that cannot be written; the display says so
	 */
	async run(): Promise<void> {
		this.#running = true;
		try {
			this.identity();
			await this.#enrol();
			void this.management?.run();
			await this.#sell();
		} catch (error) {
			this.#show(screens.fault(error instanceof Error ? error.message : "unknown fault"));
			if (!this.#slots.isZeroised) throw error;
		}
		while (this.#running) await this.#events.next(IDLE_REFRESH_MS);
	}

	async #sell(): Promise<void> {
		const c = this.#flows();
		await this.#alone(each => checkTerminal(each, this.#device, "start"));
		await this.#alone(deliverReversals);
		while (this.#running) {
			if (this.#busy) {
				await this.#freeAgain();
				await this.#deliverInPeace(c);
				continue;
			}
			this.#idle(this.#flows());
			const event = await c.events.next(IDLE_REFRESH_MS);
			if (this.#busy) continue; // what came belongs to nobody now
			if (event === undefined) await this.#serveLine(c);
			if (typeof event !== "object") continue;
			if (event.key === "up" || event.key === "down") await this.#alone(menu);
			if (event.key >= "0" && event.key <= "9" && event.key.length === 1) {
				await this.#alone(() => sellFrom(c, event.key as Digit));
				await this.#deliverInPeace(c);
			}
		}
	}

	/** The end of what was ordered from outside. @throws {Error} on its fault; an order that was none is not one */
	async #freeAgain(): Promise<void> {
		try {
			await this.#free;
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
		}
	}

	/** Once a day, while nobody waits. */
	async #checkInPeace(c: FlowContext): Promise<void> {
		if (this.#busy || c.clock.monotonicMs() < this.#checkAfter) return;
		this.#checkAfter = c.clock.monotonicMs() + CHECK_PAUSE_MS;
		await this.#alone(each => checkTerminal(each, this.#device, "full"));
	}

	/** What the line to the bank needs while nobody waits. */
	async #serveLine(c: FlowContext): Promise<void> {
		await this.#deliverInPeace(c);
		await this.#checkInPeace(c);
		if (!this.#echoWanted || this.#busy) return;
		this.#echoWanted = false;
		await this.#alone(echo);
	}

	/** What the bank must still hear, while nobody waits; less and less often while it does not answer. */
	async #deliverInPeace(c: FlowContext): Promise<void> {
		if (!c.journal.owed().length || c.clock.now() < this.#deliverAfter || this.#busy) return;
		const before = c.journal.owed().length;
		await this.#alone(async () => {
			if (await deliverReversals(c)) await deliverAdvices(c);
		});
		this.#deliverPauseMs =
			c.journal.owed().length < before ? DELIVERY_PAUSE_MS : Math.min(2 * this.#deliverPauseMs, MOST_DELIVERY_PAUSE_MS);
		this.#deliverAfter = c.clock.now() + this.#deliverPauseMs;
	}

	/** Who this terminal is; its key pairs are made at the first call. @throws {KeyError} when the keys were erased */
	identity(): TerminalIdentity {
		if (this.#slots.isZeroised) throw new KeyError(KEYS_ERASED);
		this.#identity ??= new TerminalIdentity(this.#slots, { crypto: this.#crypto, random: this.#random });
		return this.#identity;
	}

	/** What proves to the bank's TLS server who this terminal is. @throws {KeyError} when the keys were erased */
	tlsKey(): TlsKey {
		if (this.#slots.isZeroised) throw new KeyError(KEYS_ERASED);
		return this.#tlsKey;
	}

	/** Ends `run` once what is under way has ended. */
	stop(): void {
		this.#running = false;
		this.#management?.stop();
	}

	#flows(): FlowContext {
		if (!this.#context || this.#slots.isZeroised) throw new KeyError(KEYS_ERASED);
		return this.#context;
	}

	#idle(c: FlowContext): void {
		const { time } = localTime(c.clock);
		const lock = c.lock();
		const locked = lock && screens.locked(lock);
		c.show(stuckReversal(c) ?? locked ?? unusualScreen(c) ?? idleScreen(c, `${time.slice(0, 2)}:${time.slice(2, 4)}`));
	}
}

/** A sale that begins with the first digit of its amount. */
async function sellFrom(c: FlowContext, first: Digit): Promise<void> {
	const amountMinor = await enterAmount(c, "enterAmount", first);
	if (amountMinor === undefined) return;
	const result = await perform(c, { operation: "sale", amountMinor });
	c.log.line("terminal", `${result.outcome}: ${result.reason}`);
	await removeCard(c, result.language);
	if (result.reversal === "owed") await deliverReversals(c);
}

/** How often the idle screen's clock is drawn again. */
const IDLE_REFRESH_MS = 20_000;
const DELIVERY_PAUSE_MS = 30_000;
const CHECK_PAUSE_MS = 24 * 60 * 60_000;
const MOST_DELIVERY_PAUSE_MS = 30 * 60_000;

/** The terminal is doing something else. */
export class BusyError extends Error {
	override readonly name = "BusyError";
}
const PASSCODE_ROUNDS = 2_000;
/** As package.json has it. */
const FIRMWARE_VERSION = "0.1.0";
