import type { Clock, Key, Keypad } from "../ports.js";

/** One line of the key matrix. */
export interface MatrixPin {
	read(): 0 | 1;
	write(value: 0 | 1): void;
}

export interface KeyMatrix {
	/** Driven low one at a time, otherwise open. */
	readonly rows: readonly MatrixPin[];
	/** Pulled up; low while a key joins them to the row that is driven. */
	readonly columns: readonly MatrixPin[];
	/** By row, then column; undefined where there is no key. */
	readonly keys: readonly (readonly (Key | undefined)[])[];
}

const SCAN_INTERVAL_MS = 8;
/** Scans with the same result that make it true: contacts bounce for about 5 ms. */
const STABLE_SCANS = 3;

/**
 * The PIN pad's key matrix. One key at a time: while several are down, none counts, as three at the corners of a
 * rectangle would show the fourth one pressed too. The interval and the work of a scan do not depend on the key.
 */
export class MatrixKeypad implements Keypad {
	onKey: ((key: Key) => void) | undefined;
	readonly #matrix: KeyMatrix;
	#seen: Key | undefined;
	#seenScans = 0;
	#down: Key | undefined;

	constructor(matrix: KeyMatrix, clock: Clock) {
		this.#matrix = matrix;
		const next = () => {
			// Armed before the key is handed on, so that a fault there cannot end the scanning.
			clock.after(SCAN_INTERVAL_MS, next);
			this.#debounce(this.#scan());
		};
		clock.after(SCAN_INTERVAL_MS, next);
	}

	#scan(): Key | undefined {
		const { rows, columns, keys } = this.#matrix;
		let pressed: Key | undefined;
		let count = 0;
		rows.forEach((row, r) => {
			row.write(0);
			columns.forEach((column, c) => {
				if (column.read() === 1) return;
				pressed = keys[r]![c];
				count++;
			});
			row.write(1);
		});
		return count === 1 ? pressed : undefined;
	}

	#debounce(key: Key | undefined): void {
		this.#seenScans = key === this.#seen ? this.#seenScans + 1 : 1;
		this.#seen = key;
		if (this.#seenScans !== STABLE_SCANS || key === this.#down) return;
		this.#down = key;
		if (key !== undefined) this.onKey?.(key);
	}
}
