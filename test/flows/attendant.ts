import type { Screen } from "../../src/display/screen.js";
import type { Digit } from "../../src/ports.js";
import { PASSCODE, type SaleBench } from "./bench.js";

export interface AttendantHabits {
	/** What is typed at each request for the supervisor's passcode; "cancel" for the key. The right one when absent. */
	readonly passcodes?: readonly string[];
	/** Whether what is about to be done is agreed to. */
	readonly agrees?: boolean;
	/** What is typed where a number is asked for; undefined cancels. */
	readonly digits?: string | (() => string);
}

/** A person behind the counter who does what the display asks. */
export class Attendant {
	/** How often the passcode was asked for. */
	asked = 0;
	readonly #bench: SaleBench;
	readonly #habits: AttendantHabits;

	constructor(bench: SaleBench, habits: AttendantHabits = {}) {
		this.#bench = bench;
		this.#habits = habits;
		bench.onScreen = screen => this.#see(screen);
	}

	#see(screen: Screen): void {
		const { agrees = true, digits, passcodes = [PASSCODE] } = this.#habits;
		if (screen.name === "warning") this.#soon(() => this.#bench.pressKey("enter"));
		if (screen.name === "confirm") this.#soon(() => this.#bench.pressKey(agrees ? "enter" : "cancel"));
		if (screen.name === "enterDigits" && isEmpty(screen))
			this.#soon(() => this.#type((typeof digits === "function" ? digits() : digits) ?? "cancel"));
		if (screen.name === "enterPasscode" && isEmpty(screen)) {
			const passcode = passcodes[Math.min(this.asked++, passcodes.length - 1)]!;
			this.#soon(() => this.#type(passcode));
		}
	}

	#type(text: string): void {
		if (text === "cancel") {
			this.#bench.pressKey("cancel");
			return;
		}
		for (const digit of text) this.#bench.pressKey(digit as Digit);
		this.#bench.pressKey("enter");
	}

	/** A person acts after the terminal has drawn, not while it draws. */
	#soon(act: () => void): void {
		void Promise.resolve().then(act);
	}
}

/** The screen is drawn again with each digit. */
function isEmpty({ items }: Screen): boolean {
	const hasDots = items.some(item => item.kind === "dots" && item.count > 0);
	const hasDigits = items.some(item => item.kind === "text" && item.baseline === DIGITS_BASELINE && item.text !== "");
	return !hasDots && !hasDigits;
}

/** Where `enterDigits` draws what was typed. */
const DIGITS_BASELINE = 132;
