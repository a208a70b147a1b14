import { equal } from "../../src/bytes/bytes.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import type { TerminalConfiguration } from "../../src/emv/configuration.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import { KeyError } from "../../src/keys/keyError.js";
import { monitorReport } from "../../src/monitor/monitorReport.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import type { Key, LogSource } from "../../src/ports.js";
import { escPos } from "../../src/receipt/escPos.js";
import { formatReceipt } from "../../src/receipt/formatReceipt.js";
import { CashRegister } from "../../src/register/cashRegister.js";
import type { Terminal } from "../../src/terminal.js";
import type { AskBank } from "../bank/startBank.js";
import type { CardFault } from "../card/cardFault.js";
import { cardGroups } from "../card/cardProfiles.js";
import { contactsOf } from "../card/contactsOf.js";
import { madeGroups } from "../card/madeCards.js";
import { openVirtualCard } from "../card/openCard.js";
import { VirtualSlot } from "../card/virtualSlot.js";
import type { MerchantReport, PanelWorld } from "../web/panelWorld.js";
import type { PanelCard, PanelLogEntry } from "../web/protocol.js";
import { readConfiguration } from "./configurationFile.js";
import { escPosPaper } from "./escPosPaper.js";
import { MemoryDisplay } from "./memoryDisplay.js";
import { TEST_SUPERVISOR_PASSCODE, TEST_TERMINAL_IDS } from "./merchant.js";
import type { OtherHost } from "./otherHost.js";
import { PanelBank } from "./panelBank.js";
import { SimulatedPrinter } from "./simulatedPrinter.js";
import type { StateFolder } from "./stateFolder.js";
import { systemClock } from "./system.js";
import { type RunningTerminal, startTestTerminal } from "./testTerminal.js";

/** Entries that the panel keeps for a browser that comes later. */
const MOST_LOG_ENTRIES = 2_000;

export interface PanelOptions {
	/** That of the state folder unless given. */
	readonly configuration?: TerminalConfiguration | undefined;
	/** Sends control lines to the test bank; without it the panel has no switches for it. */
	readonly askBank?: AskBank | undefined;
	/** "factory": one that is not bound. */
	readonly name?: "panel" | "factory" | undefined;
	/** What the terminal watches for; nothing when absent. */
	readonly monitoring?: RuleSet | undefined;
	/** Called in the test bank's place. */
	readonly host?: OtherHost | undefined;
}

/** The terminal with a person at the front panel: what the browser shows and does, done to the simulated ports. */
export class PanelTerminal implements PanelWorld {
	readonly display = new MemoryDisplay();
	readonly log: PanelLogEntry[] = [];
	readonly cards: readonly PanelCard[];
	readonly printer = new SimulatedPrinter(bytes => this.#textOf(bytes));
	readonly bank: PanelBank | undefined;
	readonly menuHint: string;
	/** Where a cash register orders. */
	readonly cashRegister: CashRegister;
	onChange: (() => void) | undefined;
	onLog: ((entry: PanelLogEntry) => void) | undefined;
	readonly #state: StateFolder;
	readonly #running: RunningTerminal;
	readonly #slot = new VirtualSlot();
	readonly #currency: number;
	#screen: Screen | undefined;
	#inserted: string | undefined;
	#faults: readonly CardFault[] = [];
	/** Changes what the card in the slot does wrong. */
	#setFaults: ((faults: readonly CardFault[]) => void) | undefined;

	/**
	 * @param bank where the test bank listens; port 0 where another host is called
	 * @param onLine called with each line of the log
	 * @throws {UserError} when the terminal's files are in use or damaged
	 */
	constructor(
		state: StateFolder,
		{ port: bankPort, deskPort }: { readonly port: number; readonly deskPort?: number | undefined },
		onLine: (source: LogSource, text: string) => void,
		{
			configuration = readConfiguration(state, undefined),
			askBank,
			name = "panel",
			monitoring,
			host,
		}: PanelOptions = {},
	) {
		this.#state = state;
		this.#currency = configuration.currencyCode;
		this.menuHint = menuHint(name);
		this.cards = [...cardGroups(), ...madeGroups(state)].flatMap(({ group, cards }) =>
			cards.map(({ name, title, description }) => ({ name, title, description, group })),
		);
		const line = (source: LogSource, text: string) => {
			onLine(source, text);
			this.#note({ at: Date.now(), source, text });
		};
		this.printer.onPrinted = () => this.onChange?.();
		this.bank = askBank && new PanelBank(askBank, sentence => line("terminal", sentence));
		if (this.bank) this.bank.onChange = () => this.onChange?.();
		this.#running = startTestTerminal({
			state,
			name,
			bankPort,
			deskPort,
			host,
			configuration,
			reader: new ContactReader(this.#slot),
			display: this.display,
			log: { line },
			printer: this.printer,
			...(monitoring && { monitoring }),
			onScreen: screen => {
				this.#screen = screen;
				this.onChange?.();
				this.cashRegister?.screenShown(screen); // there is none yet while the terminal is made
			},
			onTrainingScreen: screen => {
				this.#screen = screen;
				this.onChange?.();
			},
			onJournalEntry: entry => {
				line("journal", formatJournalEntry(entry));
				this.bank?.refresh();
				this.cashRegister?.journalled(entry);
			},
			why: decision => this.#note({ at: Date.now(), source: "why", text: formatDecision(decision) }),
		});
		this.cashRegister = new CashRegister(this.#running.terminal, systemClock);
	}

	get terminal(): Terminal {
		return this.#running.terminal;
	}

	screenText(): string {
		return this.#screen ? screenText(this.#screen) : "";
	}

	pressKey(key: Key): void {
		this.#running.pressKey(key);
	}

	inserted(): string | undefined {
		// A card may leave by itself: that is one of the faults.
		return this.#slot.present ? this.#inserted : undefined;
	}

	faults(): readonly CardFault[] {
		return this.#faults;
	}

	armFaults(faults: readonly CardFault[]): void {
		this.#faults = faults;
		this.#setFaults?.(faults);
		this.onChange?.();
	}

	openCase(): void {
		this.#running.tamper.open();
	}

	train(): void {
		this.terminal
			.train()
			.catch((error: Error) => this.#note({ at: Date.now(), source: "terminal", text: error.message }));
	}

	loadKeys(message: Uint8Array): void {
		const told = (text: string) => this.#note({ at: Date.now(), source: "terminal", text });
		this.terminal.loadKeys(message).then(
			({ done, reason }) => told(done ? reason : `keys not loaded: ${reason}`),
			(error: Error) => told(`keys not loaded: ${error.message}`),
		);
	}

	report(): MerchantReport | undefined {
		try {
			const { monitor, binding } = this.terminal;
			const merchant = binding.certificate?.merchant.name ?? "";
			return { ...monitorReport(monitor, Date.now()), merchant, currency: this.#currency };
		} catch (error) {
			if (error instanceof KeyError) return undefined;
			throw error;
		}
	}

	insertCard(name: string): void {
		void this.#insert(name).catch((error: Error) => {
			this.#note({ at: Date.now(), source: "terminal", text: error.message });
		});
	}

	removeCard(): void {
		this.#inserted = undefined;
		this.#setFaults = undefined;
		this.#slot.remove();
		this.onChange?.();
	}

	async #insert(name: string): Promise<void> {
		const card = await openVirtualCard(this.#state, name);
		const own = card.faults;
		if (this.#inserted !== undefined) this.removeCard();
		this.#setFaults = faults => {
			card.faults = [...own, ...faults];
		};
		this.#setFaults(this.#faults);
		this.#inserted = name;
		this.#slot.insert(contactsOf(card));
		this.onChange?.();
	}

	/** A printer gets dots where a line is not ASCII: the words are those of the receipt in the journal that gives its bytes. */
	#textOf(bytes: Uint8Array): string {
		const { terminal } = this;
		const { journal } = terminal;
		const last = journal.last();
		for (const record of [...(last ? [last] : []), ...[...journal.transactions()].reverse()])
			for (const copy of ["merchant", "cardholder"] as const)
				for (const reprint of [false, true]) {
					const lines = terminal.receipt(record, copy, reprint);
					if (equal(escPos(lines), bytes)) return `${formatReceipt(lines).trimEnd()}\n`;
				}
		return escPosPaper(bytes)
			.map(row => (row.kind === "text" ? row.text : "[picture]"))
			.join("\n");
	}

	#note(entry: PanelLogEntry): void {
		this.log.push(entry);
		if (this.log.length > MOST_LOG_ENTRIES) this.log.shift();
		this.onLog?.(entry);
	}
}

/** What whoever opens the panel cannot know, on one line of it. */
function menuHint(name: "panel" | "factory"): string {
	return name === "factory"
		? `▲ ▼ open the menu. To bind: kassa bank activation-code ${TEST_TERMINAL_IDS.factory}, test passcode ${TEST_SUPERVISOR_PASSCODE}.`
		: `▲ ▼ open the menu: void, refund, settle … The supervisor's test passcode is ${TEST_SUPERVISOR_PASSCODE}.`;
}
