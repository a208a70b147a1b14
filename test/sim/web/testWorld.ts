import type { CardFault } from "../../../sim/card/cardFault.js";
import type { MerchantReport, PanelBank, PanelWorld } from "../../../sim/web/panelWorld.js";
import type { PanelLogEntry } from "../../../sim/web/protocol.js";
import { MemoryDisplay } from "../../../sim/world/memoryDisplay.js";
import { SimulatedPrinter } from "../../../sim/world/simulatedPrinter.js";
import { render } from "../../../src/display/render.js";
import { type Screen, screenText } from "../../../src/display/screen.js";
import { enterAmount, enterPin, idle } from "../../../src/display/screens.js";
import type { Key, LogSource } from "../../../src/ports.js";

const CNY = 156;
const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

const CARDS = [
	{
		name: "approved",
		title: "UnionPay Debit",
		description: "Online PIN 1234, approved by the bank",
		group: "Everyday",
	},
	{ name: "offlinePin", title: "Visa Credit", description: "Offline PIN 4315, DDA", group: "Everyday" },
	{ name: "insufficient", title: "Mastercard", description: "Declined, insufficient funds (51)", group: "Everyday" },
	{
		name: "choice",
		title: "Two applications",
		description: "Debit and credit: the cardholder chooses",
		group: "Everyday",
	},
	{ name: "expired", title: "Expired card", description: "Expired last year, declined offline", group: "Everyday" },
	{ name: "blocked", title: "PIN blocked", description: "PIN Try Counter is zero", group: "Faulty" },
	{ name: "mute", title: "Mute card", description: "Never answers to reset", group: "Faulty" },
	{ name: "slow", title: "Slow bank", description: "The answer comes late, the sale is reversed", group: "Faulty" },
];

/** A terminal that only takes an amount: enough to exercise the panel. */
export class TestWorld implements PanelWorld {
	readonly display = new MemoryDisplay();
	readonly cards = CARDS;
	readonly menuHint = "▲ ▼ open the menu";
	readonly log: PanelLogEntry[] = [];
	readonly pressed: Key[] = [];
	readonly printer = new SimulatedPrinter(() => "the text");
	bank: PanelBank | undefined;
	opened = 0;
	/** What the report page gets. */
	made: MerchantReport | undefined;
	trained = 0;
	onChange: (() => void) | undefined;
	onLog: ((entry: PanelLogEntry) => void) | undefined;
	#screen: Screen = idle("Kassa Coffee House", "14:32");
	#digits = "";
	#inserted: string | undefined;
	#faults: readonly CardFault[] = [];

	constructor() {
		render(this.display, this.#screen);
	}

	screenText(): string {
		return screenText(this.#screen);
	}

	inserted(): string | undefined {
		return this.#inserted;
	}

	faults(): readonly CardFault[] {
		return this.#faults;
	}

	armFaults(faults: readonly CardFault[]): void {
		this.#faults = faults;
		this.onChange?.();
	}

	pressKey(key: Key): void {
		this.pressed.push(key);
		if (key === "cancel") this.#digits = "";
		else if (key === "clear") this.#digits = this.#digits.slice(0, -1);
		else if (/^[0-9]$/.test(key)) this.#digits = (this.#digits + key).slice(0, 12);
		this.show(enterAmount(this.#digits, CNY, "en"));
	}

	report(): MerchantReport | undefined {
		return this.made;
	}

	insertCard(name: string): void {
		this.#inserted = name;
		this.write("card", "ATR 3B 65 00 00 20 63 CB 68 00");
		this.onChange?.();
	}

	loadKeys(message: Uint8Array): void {
		this.write("terminal", `${message.length} bytes of a key message`);
	}

	openCase(): void {
		this.opened++;
	}

	train(): void {
		this.trained++;
	}

	removeCard(): void {
		this.#inserted = undefined;
		this.write("terminal", "card removed");
		this.onChange?.();
	}

	show(screen: Screen): void {
		this.#screen = screen;
		render(this.display, screen);
		this.onChange?.();
	}

	askPin(dots: number): void {
		this.show(enterPin({ money: { amountMinor: 12_850, currencyCode: CNY }, dots, triesLeft: 3 }, "en"));
	}

	write(source: LogSource, text: string): void {
		const entry = { at: NOON + 37 * this.log.length, source, text };
		this.log.push(entry);
		this.onLog?.(entry);
	}
}
