import Digital from "embedded:io/digital";
import PWM from "embedded:io/pwm";
import Serial from "embedded:io/serial";
import { CARD_CLOCK_HZ, type CardContacts, CLOCKS_PER_ETU, type IoLine } from "./cardSlot.js";
import type { KeyMatrix } from "./keypad.js";
import type { Pins, PrinterPins } from "./pins.js";
import type { PrinterLine } from "./printer.js";
import type { TamperLine } from "./tamper.js";

/** Duty cycle of 2 bits: the only resolution at which the ESP32 divides its 80 MHz down to 4 MHz without a remainder. */
const CLOCK_RESOLUTION_BITS = 2;
const HALF_DUTY = 2;

/** Opens the lines of the key matrix. */
export function openKeyMatrix({ rows, columns, keys }: Pins["keypad"]): KeyMatrix {
	return {
		rows: rows.map(pin => output(pin, Digital.OutputOpenDrain, 1)),
		columns: columns.map(pin => new Digital({ pin, mode: Digital.InputPullUp })),
		keys,
	};
}

/** Opens the lines that tell of tampering. */
export function openTamperLines(pins: Pins["tamper"]): TamperLine[] {
	return pins.map(({ pin, cause }) => {
		const input: Digital = new Digital({
			pin,
			mode: Digital.InputPullUp,
			edge: Digital.Rising,
			onReadable: () => line.onEdge?.(),
		});
		const line: TamperLine = {
			cause,
			get isAlarmed() {
				return input.read() === 1;
			},
			onEdge: undefined,
		};
		return line;
	});
}

/** Opens the lines of the card slot; all contacts are low. */
export function openCardContacts(pins: Pins["card"]): CardContacts {
	const low = (pin: number) => output(pin, Digital.Output, 0);
	const power = low(pins.power);
	const reset = low(pins.reset);
	const detect = new Digital({
		pin: pins.detect,
		mode: Digital.InputPullUp,
		edge: Digital.Rising | Digital.Falling,
		onReadable: () => contacts.onEdge?.(),
	});
	// A pin has one owner at a time: the level that holds it low, or the peripheral that drives it.
	let heldClock: Digital | undefined = low(pins.clock);
	let heldIo: Digital | undefined = low(pins.transmit);
	let runningClock: ClosablePwm | undefined;
	const contacts: CardContacts = {
		onEdge: undefined,
		get seated() {
			return detect.read() === 0;
		},
		power: on => power.write(on ? 1 : 0),
		reset: high => reset.write(high ? 1 : 0),
		clock(on) {
			if (on === (runningClock !== undefined)) return;
			if (on) {
				heldClock?.close();
				heldClock = undefined;
				runningClock = openClock(pins.clock);
				runningClock.write(HALF_DUTY);
			} else {
				runningClock?.close();
				runningClock = undefined;
				heldClock = low(pins.clock);
			}
		},
		open(onCharacters) {
			heldIo?.close();
			heldIo = undefined;
			return openIoLine(pins, onCharacters, () => {
				heldIo = low(pins.transmit);
			});
		},
	};
	return contacts;
}

/** Opens the line to the receipt printer. */
export function openPrinterLine({ uartPort, transmit, baud, paperEnd }: PrinterPins): PrinterLine {
	const paper = paperEnd === undefined ? undefined : new Digital({ pin: paperEnd, mode: Digital.InputPullUp });
	let room = 0;
	const serial = new Serial({
		port: uartPort,
		transmit,
		baud,
		format: "buffer",
		onWritable: bytes => {
			room = bytes;
			line.onWritable?.();
		},
	});
	const line: PrinterLine = {
		onWritable: undefined,
		get writable() {
			return room;
		},
		write(bytes) {
			room -= bytes.length;
			serial.write(bytes.slice().buffer as ArrayBuffer);
		},
		get isOutOfPaper() {
			return paper && paper.read() === 1;
		},
	};
	return line;
}

function output(pin: number, mode: typeof Digital.Output, level: 0 | 1): Digital {
	const opened = new Digital({ pin, mode });
	opened.write(level);
	return opened;
}

/** The class has these two; its typings do not. */
type ClosablePwm = PWM & { close(): void };
type PwmOptions = ConstructorParameters<typeof PWM>[0] & { resolution: number };

function openClock(pin: number): ClosablePwm {
	const options: PwmOptions = { pin, hz: CARD_CLOCK_HZ, resolution: CLOCK_RESOLUTION_BITS };
	return new PWM(options) as ClosablePwm;
}

function openIoLine(pins: Pins["card"], onCharacters: () => void, onClosed: () => void): IoLine {
	const serial = new Serial({
		port: pins.uartPort,
		transmit: pins.transmit,
		receive: pins.receive,
		baud: Math.round(CARD_CLOCK_HZ / CLOCKS_PER_ETU),
		format: "buffer",
		onReadable: onCharacters,
	});
	return {
		write: bytes => serial.write(bytes.slice().buffer as ArrayBuffer),
		read() {
			const bytes = serial.read();
			return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(0);
		},
		setParity(parity) {
			native("xs_kassa_iso7816_parity").call(undefined, pins.uartPort, parity === "odd");
		},
		setRate(baud, stopBits) {
			native("xs_kassa_iso7816_rate").call(undefined, pins.uartPort, baud, stopBits);
		},
		takeDamage() {
			return native("xs_kassa_iso7816_damage").call(undefined, pins.uartPort) === true;
		},
		close() {
			serial.close();
			onClosed();
		},
	};
}
