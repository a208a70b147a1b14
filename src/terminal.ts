import { render } from "./display/render.js";
import type { Screen } from "./display/screen.js";
import * as screens from "./display/screens.js";
import type { TerminalConfiguration } from "./emv/configuration.js";
import type { Why } from "./emv/why.js";
import { enterAmount } from "./flows/enterAmount.js";
import { EventQueue } from "./flows/eventQueue.js";
import type { FlowContext, Merchant, TerminalEvent } from "./flows/flowContext.js";
import { localTime } from "./flows/localTime.js";
import { closeInterrupted, deliverReversals } from "./flows/recover.js";
import { removeCard } from "./flows/removeCard.js";
import { type SaleOptions, sale } from "./flows/sale.js";
import type { SaleResult } from "./flows/saleResult.js";
import { tidy } from "./flows/tidy.js";
import { HostLink } from "./host/hostLink.js";
import type { HostProfile } from "./host/profiles/hostProfile.js";
import type { JournalEntry } from "./journal/entries.js";
import { Journal } from "./journal/journal.js";
import { answerTampering } from "./keys/answerTampering.js";
import { hostKeys } from "./keys/hostKeys.js";
import { KeyError } from "./keys/keyError.js";
import { formatKeyEvent } from "./keys/keyEvent.js";
import { KEYS_ERASED, KeySlots } from "./keys/keySlots.js";
import { PinEntryLimit } from "./keys/pinEntryLimit.js";
import { Seal } from "./keys/seal.js";
import { TerminalIdentity } from "./keys/terminalIdentity.js";
import type {
	CardReader,
	Clock,
	Crypto,
	Digit,
	Display,
	HostSocket,
	Keypad,
	Log,
	Random,
	Sounder,
	Storage,
	Tamper,
} from "./ports.js";

export interface TerminalPorts {
	readonly reader: CardReader;
	readonly keypad: Keypad;
	readonly display: Display;
	/** Absent on a board without one. */
	readonly sounder?: Sounder;
	readonly socket: HostSocket;
	readonly storage: Storage;
	readonly clock: Clock;
	readonly random: Random;
	readonly crypto: Crypto;
	readonly log: Log;
	/** Absent on a board without such lines. */
	readonly tamper?: Tamper;
}

export interface TerminalSettings {
	readonly configuration: TerminalConfiguration;
	readonly merchant: Merchant;
	readonly profile: HostProfile;
	/** 32 bytes that belong to this device alone. */
	readonly deviceKeySecret: Uint8Array;
	/** Sees each screen as it is drawn and each journal entry as it is written: a front panel, a test. */
	readonly onScreen?: (screen: Screen) => void;
	/** Takes note of each decision of the kernel and of the sale. */
	readonly why?: Why;
	readonly onJournalEntry?: (entry: JournalEntry) => void;
}

/** The payment terminal: takes ports, recovers what a power cut left, then sells. Without keys it only says so. */
export class Terminal {
	readonly #slots: KeySlots;
	readonly #events: EventQueue<TerminalEvent>;
	readonly #show: (screen: Screen) => void;
	/** Undefined when there are no keys to open the journal with. */
	readonly #context: FlowContext | undefined;
	readonly #ports: Pick<TerminalPorts, "crypto" | "random">;
	#identity: TerminalIdentity | undefined;
	#running = false;
	#selling = false;

	/** @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then */
	constructor(ports: TerminalPorts, settings: TerminalSettings) {
		const { reader, keypad, display, storage, clock, random, crypto, log } = ports;
		const { merchant, configuration, profile } = settings;
		const slots = new KeySlots({ storage, random, crypto }, settings.deviceKeySecret, event =>
			log.line("terminal", formatKeyEvent(event)),
		);
		const tamperListeners = new Set<() => void>();
		this.#slots = slots;
		this.#ports = { crypto, random };
		slots.countBoot();
		this.#show = screen => {
			const shown = slots.isZeroised ? screens.tampered() : screen;
			render(display, shown);
			settings.onScreen?.(shown);
		};
		if (ports.tamper)
			answerTampering(slots, ports.tamper, clock, () => {
				for (const listener of tamperListeners) listener();
				this.#show(screens.tampered());
			});
		const events = new EventQueue<TerminalEvent>(clock);
		this.#events = events;
		if (slots.isZeroised) return;
		const seal = new Seal(slots, random);
		const journal = new Journal(
			{ storage, seal },
			{ onEntry: settings.onJournalEntry, onRepair: sentence => log.line("journal", sentence) },
		);
		const removalListeners = new Set<() => void>();
		keypad.onKey = key => events.push({ key });
		reader.onChange = present => {
			events.push(present ? "cardInserted" : "cardRemoved");
			if (!present) for (const listener of removalListeners) listener();
		};
		this.#context = {
			reader,
			keypad,
			clock,
			pinEntryLimit: new PinEntryLimit(clock),
			keyTone: () => ports.sounder?.keyTone(),
			random,
			crypto,
			log,
			configuration,
			merchant,
			get hostTerminal() {
				return { terminalId: merchant.terminalId, merchantId: merchant.merchantId };
			},
			link: new HostLink(profile, { primary: ports.socket, clock, random, log }),
			keys: hostKeys(slots, { crypto, random }, profile.security),
			seal,
			journal,
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
	}

	/** One sale of a known amount, as a cash register asks for it. @throws {KeyError} when the keys were erased */
	async sale(amountMinor: number, options?: SaleOptions): Promise<SaleResult> {
		if (this.#selling) throw new Error("a sale is under way: wait for its end");
		this.#selling = true;
		try {
			return await sale(this.#flows(), amountMinor, options);
		} catch (error) {
			// Whatever fails without keys fails because of that.
			throw this.#slots.isZeroised ? new KeyError(KEYS_ERASED) : error;
		} finally {
			if (this.#context) tidy(this.#context);
			this.#selling = false;
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
			await this.#sell();
		} catch (error) {
			this.#show(screens.fault(error instanceof Error ? error.message : "unknown fault"));
			if (!this.#slots.isZeroised) throw error;
		}
		while (this.#running) await this.#events.next(IDLE_REFRESH_MS);
	}

	async #sell(): Promise<void> {
		const c = this.#flows();
		await deliverReversals(c);
		while (this.#running) {
			this.#idle(this.#flows());
			const event = await c.events.next(IDLE_REFRESH_MS);
			if (typeof event !== "object" || event.key < "0" || event.key > "9" || event.key.length > 1) continue;
			const amountMinor = await enterAmount(c, event.key as Digit);
			if (amountMinor === undefined) continue;
			const result = await this.sale(amountMinor);
			c.log.line("terminal", `${result.outcome}: ${result.reason}`);
			await removeCard(c, result.language);
			if (result.reversal === "owed") await deliverReversals(c);
		}
	}

	/** Who this terminal is; its key pairs are made at the first call. @throws {KeyError} when the keys were erased */
	identity(): TerminalIdentity {
		if (this.#slots.isZeroised) throw new KeyError(KEYS_ERASED);
		this.#identity ??= new TerminalIdentity(this.#slots, this.#ports);
		return this.#identity;
	}

	/** Ends `run` once what is under way has ended. */
	stop(): void {
		this.#running = false;
	}

	#flows(): FlowContext {
		if (!this.#context || this.#slots.isZeroised) throw new KeyError(KEYS_ERASED);
		return this.#context;
	}

	#idle({ merchant, clock, show }: FlowContext): void {
		const { time } = localTime(clock);
		show(screens.idle(merchant.name, `${time.slice(0, 2)}:${time.slice(2, 4)}`));
	}
}

/** How often the idle screen's clock is drawn again. */
const IDLE_REFRESH_MS = 20_000;
