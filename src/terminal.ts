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
import type { HostProfile } from "./host/profiles/hostProfile.js";
import type { JournalEntry } from "./journal/entries.js";
import { Journal } from "./journal/journal.js";
import { KeySlots } from "./keys/keySlots.js";
import { MasterSession } from "./keys/masterSession.js";
import { Seal } from "./keys/seal.js";
import type { CardReader, Clock, Crypto, Digit, Display, HostSocket, Keypad, Log, Random, Storage } from "./ports.js";

export interface TerminalPorts {
	readonly reader: CardReader;
	readonly keypad: Keypad;
	readonly display: Display;
	readonly socket: HostSocket;
	readonly storage: Storage;
	readonly clock: Clock;
	readonly random: Random;
	readonly crypto: Crypto;
	readonly log: Log;
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

/** The payment terminal: takes ports, recovers what a power cut left, then sells. */
export class Terminal {
	readonly #context: FlowContext;
	#running = false;
	#selling = false;

	/** @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then */
	constructor(ports: TerminalPorts, settings: TerminalSettings) {
		const { reader, keypad, display, storage, clock, random, crypto, log } = ports;
		const { merchant, configuration, profile } = settings;
		const slots = new KeySlots({ storage, random, crypto }, settings.deviceKeySecret);
		const events = new EventQueue<TerminalEvent>(clock);
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
			random,
			crypto,
			log,
			configuration,
			merchant,
			get hostTerminal() {
				return { terminalId: merchant.terminalId, merchantId: merchant.merchantId, batch: journal.batch };
			},
			link: { profile, socket: ports.socket, clock, log },
			keys: new MasterSession(slots, crypto),
			seal,
			journal,
			events,
			why: settings.why,
			show(screen) {
				render(display, screen);
				settings.onScreen?.(screen);
			},
			onCardRemoved(listener) {
				removalListeners.add(listener);
				return () => removalListeners.delete(listener);
			},
		};
		closeInterrupted(this.#context);
	}

	/** One sale of a known amount, as a cash register asks for it. */
	async sale(amountMinor: number, options?: SaleOptions): Promise<SaleResult> {
		if (this.#selling) throw new Error("a sale is under way: wait for its end");
		this.#selling = true;
		try {
			return await sale(this.#context, amountMinor, options);
		} finally {
			tidy(this.#context);
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
			await this.#sell();
		} catch (error) {
			this.#context.show(screens.fault(error instanceof Error ? error.message : "unknown fault"));
			throw error;
		}
	}

	async #sell(): Promise<void> {
		const c = this.#context;
		await deliverReversals(c);
		while (this.#running) {
			this.#idle();
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

	/** Ends `run` once what is under way has ended. */
	stop(): void {
		this.#running = false;
	}

	#idle(): void {
		const { merchant, clock } = this.#context;
		const { time } = localTime(clock);
		this.#context.show(screens.idle(merchant.name, `${time.slice(0, 2)}:${time.slice(2, 4)}`));
	}
}

/** How often the idle screen's clock is drawn again. */
const IDLE_REFRESH_MS = 20_000;
