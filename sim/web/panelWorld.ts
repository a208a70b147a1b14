import type { MonitorReport } from "../../src/monitor/monitorReport.js";
import type { Key } from "../../src/ports.js";
import type { CardFault } from "../card/cardFault.js";
import type { MemoryDisplay } from "../world/memoryDisplay.js";
import type { BankOrder, PanelBankForms, PanelCard, PanelLogEntry, PrinterState } from "./protocol.js";

/** One strip of paper that was torn off. */
export interface PrintedPaper {
	readonly id: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	readonly png: Uint8Array;
	readonly text: string;
}

export interface PanelPrinter {
	state: PrinterState;
	/** The oldest first. */
	readonly papers: readonly PrintedPaper[];
}

/** What the report page shows. */
export interface MerchantReport extends MonitorReport {
	/** Name of the merchant; empty without a binding. */
	readonly merchant: string;
	/** ISO 4217, numeric. */
	readonly currency: number;
}

/** The switches of the test bank. */
export interface PanelBank {
	readonly forms: PanelBankForms;
	/** What is still to come. */
	readonly armed: readonly string[];
	order(order: BankOrder): void;
}

/** The terminal and its surroundings as the front panel sees them. The panel sets the three callbacks. */
export interface PanelWorld {
	readonly display: MemoryDisplay;
	/** The screen in words, as `screenText` of src/display makes them: of a PIN the number of dots only. */
	screenText(): string;
	pressKey(key: Key): void;
	readonly cards: readonly PanelCard[];
	/** What the menu is for, and what it asks for that only a test terminal's user can know. */
	readonly menuHint: string;
	/** The name of the card in the slot. */
	inserted(): string | undefined;
	/** What the card in the slot, and each that follows it, does wrong. */
	faults(): readonly CardFault[];
	/** In place of those before. */
	armFaults(faults: readonly CardFault[]): void;
	insertCard(name: string): void;
	removeCard(): void;
	/** The switch under the lid opens: the terminal has to erase its keys. */
	openCase(): void;
	/** The terminal trains whoever presses its keys, until they leave; not while it does something else. */
	train(): void;
	/** The bank's signed key message; the log tells what became of it. */
	loadKeys(message: Uint8Array): void;
	/** What the terminal tells its merchant of the last weeks; undefined when its keys were erased. */
	report(): MerchantReport | undefined;
	readonly printer: PanelPrinter;
	/** The switches of the test bank; undefined where it cannot be reached. */
	readonly bank: PanelBank | undefined;
	/** Anything but the log and the pixels of the display has changed. */
	onChange?: (() => void) | undefined;
	/** All entries so far, the oldest first. */
	readonly log: readonly PanelLogEntry[];
	onLog?: ((entry: PanelLogEntry) => void) | undefined;
}
