/** How the card's side of the line is set. */
export interface CardLine {
	/** Clock cycles in one etu, as the card counts them. */
	readonly clocksPerEtu: number;
	/** Between the leading edges of two characters of the card. */
	readonly guardTimeEtu: number;
	/** From the leading edge of the terminal's last character to that of the card's first. */
	readonly turnaroundTimeEtu: number;
	/** The card signals a character of wrong parity, which is then repeated (ISO/IEC 7816-3, 7.3). */
	readonly repeatsCharacters: boolean;
}

/** ISO/IEC 7816-3, 7.2 and 8: until something else is agreed. */
export const INITIAL_CARD_LINE: CardLine = Object.freeze({
	clocksPerEtu: 372,
	guardTimeEtu: 12,
	turnaroundTimeEtu: 16,
	repeatsCharacters: false,
});

export type LineDirection = "toCard" | "fromCard";

/** What a slot lets the card in it do to the line. */
export interface CardSeat {
	/**
	 * Noise: called with the number of each character on the line, from 0.
	 * @returns the bits that it turns round, the lowest first, bit 8 the parity; 0 for none
	 */
	noise: ((index: number, direction: LineDirection) => number) | undefined;
	/** Pulls the card after `count` more characters, in either direction. */
	pullAfter(count: number): void;
}

/** A card as its contacts show it, whatever protocol it speaks. */
export interface ContactCard {
	/** For the characters to come; as `INITIAL_CARD_LINE` when left out. */
	readonly line?: CardLine;
	/** The card is in this slot. */
	seated?(slot: CardSeat): void;
	/** RST went high. @returns the answer to reset; empty from a mute card */
	reset(): Uint8Array;
	/**
	 * One character from the terminal.
	 * @param damaged its parity was wrong
	 * @returns what the card sends in reply, often nothing yet
	 */
	take(character: number, damaged?: boolean): Uint8Array;
	/**
	 * Etu by which the card delays character `index` of what it has just returned beyond the least time; none when left
	 * out. Before the Answer to Reset they come on top of 400 clock cycles.
	 */
	delayEtu?(index: number): number;
	/** What a card does that waits for the rest of a block in vain. */
	readonly silence?: Silence | undefined;
}

export interface Silence {
	/** The longest time that the card waits for a character within a block. */
	readonly afterEtu: number;
	/** @returns what it sends then; nothing when it waits for nothing */
	reply(): Uint8Array;
}
