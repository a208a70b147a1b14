import type { Screen } from "../../src/display/screen.js";
import type { Digit, Key } from "../../src/ports.js";

export interface CardholderHands {
	pressKey(key: Key): void;
	insertCard(): void;
}

/** A cardholder who does what the display asks: inserts the card, takes the first application, enters a PIN. */
export class Cardholder {
	readonly #hands: CardholderHands;
	/** One PIN for each time it is asked for, the last one for good; none cancels. */
	readonly #pins: readonly string[];
	#asked = 0;

	constructor(hands: CardholderHands, pins: readonly string[]) {
		this.#hands = hands;
		this.#pins = pins;
	}

	/** To be called with each screen that the terminal draws. */
	see(screen: Screen): void {
		const { name } = screen;
		if (name === "insertCard") this.#soon(() => this.#hands.insertCard());
		else if (name === "chooseApplication") this.#soon(() => this.#hands.pressKey("enter"));
		else if (name === "pinIncorrect" || (name === "enterPin" && noDigitYet(screen))) this.#soon(() => this.#enterPin());
	}

	#enterPin(): void {
		const pin = this.#pins[Math.min(this.#asked++, this.#pins.length - 1)];
		if (pin === undefined) {
			this.#hands.pressKey("cancel");
			return;
		}
		for (const digit of pin) this.#hands.pressKey(digit as Digit);
		this.#hands.pressKey("enter");
	}

	/** A person acts after the terminal has drawn, not while it draws. */
	#soon(act: () => void): void {
		void Promise.resolve().then(act); // XS has no queueMicrotask
	}
}

/** The screen is drawn again with each digit. */
function noDigitYet(screen: Screen): boolean {
	return !screen.items.some(item => item.kind === "dots" && item.count > 0);
}
