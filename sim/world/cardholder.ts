import type { Screen } from "../../src/display/screen.js";
import type { Digit, Key } from "../../src/ports.js";
import { soon } from "./soon.js";

export interface CardholderHands {
	pressKey(key: Key): void;
	/** Without it the card is somebody else's business. */
	insertCard?(): void;
}

/** A cardholder who does what the display asks: inserts the card, takes the first application, enters a PIN. */
export class Cardholder {
	readonly #hands: CardholderHands;
	readonly #pins: readonly string[];
	readonly #insistent: boolean;
	#asked = 0;

	/**
	 * @param pins one for each time it is asked for; where there is none, the cardholder cancels
	 * @param insistent the last PIN is tried again and again: never with a card that a wrong PIN could block for good
	 */
	constructor(hands: CardholderHands, pins: readonly string[], insistent = true) {
		this.#hands = hands;
		this.#pins = pins;
		this.#insistent = insistent;
	}

	/** To be called with each screen that the terminal draws. */
	see(screen: Screen): void {
		const { name } = screen;
		if (name === "insertCard") soon(() => this.#hands.insertCard?.());
		else if (name === "chooseApplication") soon(() => this.#hands.pressKey("enter"));
		else if (name === "pinIncorrect" || (name === "enterPin" && noDigitYet(screen))) soon(() => this.#enterPin());
	}

	#enterPin(): void {
		const asked = this.#asked++;
		const pin = this.#pins[this.#insistent ? Math.min(asked, this.#pins.length - 1) : asked];
		if (pin === undefined) {
			this.#hands.pressKey("cancel");
			return;
		}
		for (const digit of pin) this.#hands.pressKey(digit as Digit);
		this.#hands.pressKey("enter");
	}
}

/** The screen is drawn again with each digit. */
function noDigitYet(screen: Screen): boolean {
	return !screen.items.some(item => item.kind === "dots" && item.count > 0);
}
