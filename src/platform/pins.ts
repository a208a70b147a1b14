import type { Key, TamperCause } from "../ports.js";

/**
 * What is wired where, by GPIO number (docs/hardware.md). The display's lines are in manifest.json, where its driver is
 * configured.
 */
export interface Pins {
	readonly card: {
		readonly uartPort: number;
		/** Both on the contact I/O: `transmit` through a diode, so that the line stays open-drain. */
		readonly transmit: number;
		readonly receive: number;
		readonly clock: number;
		readonly reset: number;
		/** High switches VCC on. */
		readonly power: number;
		/** Low while a card is seated. */
		readonly detect: number;
	};
	readonly keypad: {
		readonly rows: readonly number[];
		readonly columns: readonly number[];
		readonly keys: readonly (readonly (Key | undefined)[])[];
	};
	/** Switches and loops that are closed to ground while all is well; a pull-up makes an open one high. */
	readonly tamper: readonly { readonly pin: number; readonly cause: TamperCause }[];
	/** A piezo disc; undefined without one. */
	readonly sounder: number | undefined;
	/** Undefined without one. */
	readonly printer: PrinterPins | undefined;
}

/** A receipt printer on a serial line (docs/hardware.md). */
export interface PrinterPins {
	readonly uartPort: number;
	readonly transmit: number;
	/** As the printer is set; 9600 or 19200 are usual. */
	readonly baud: number;
	/** The printer's paper-end output, high without paper; undefined where it is not wired. */
	readonly paperEnd: number | undefined;
}

/** ESP32-S3-DevKitC-1. Left alone: strapping 0 3 45 46, USB 19 20, flash and PSRAM 26 to 37, console 43 44. */
export const PINS: Pins = Object.freeze({
	card: Object.freeze({ uartPort: 1, transmit: 1, receive: 2, clock: 42, reset: 41, power: 40, detect: 39 }),
	keypad: Object.freeze({
		rows: Object.freeze([4, 5, 6, 7]),
		columns: Object.freeze([15, 16, 17, 18]),
		keys: Object.freeze([
			Object.freeze(["1", "2", "3", "cancel"] as const),
			Object.freeze(["4", "5", "6", "clear"] as const),
			Object.freeze(["7", "8", "9", "enter"] as const),
			Object.freeze(["up", "0", "down", undefined] as const),
		]),
	}),
	// A bare development board has none of these. A line that is listed and not wired is an opened case.
	tamper: Object.freeze([]),
	sounder: undefined,
	printer: undefined,
});
