import type { CardSlot, Clock, LineParameters } from "../ports.js";

/** The electrical side of the slot, as the board has it. Contact names of ISO/IEC 7816-2. */
export interface CardContacts {
	/** A card is seated now. */
	readonly seated: boolean;
	/** Called at each edge of the detect switch, which bounces. */
	onEdge: (() => void) | undefined;
	/** VCC on or off. */
	power(on: boolean): void;
	/** RST high (true) or low. */
	reset(high: boolean): void;
	/** CLK running at `CARD_CLOCK_HZ` or low. */
	clock(on: boolean): void;
	/** I/O in reception, that is high, until the line is closed. */
	open(onCharacters: () => void): IoLine;
}

/** The asynchronous character line on I/O: 8 data bits, parity, stop bits (ISO/IEC 7816-3, 7.2); opened with even parity and 2. */
export interface IoLine {
	/** At most `SEND_CHUNK` bytes. */
	write(bytes: Uint8Array): void;
	/** What has arrived since the last call. */
	read(): Uint8Array;
	/** The sense of the parity bit as the line carries it. */
	setParity(parity: "even" | "odd"): void;
	setRate(baud: number, stopBits: 1 | 2): void;
	/** @returns whether a character of wrong parity has arrived since the last call */
	takeDamage(): boolean;
	/** Holds I/O low. */
	close(): void;
}

/** f, within 1 to 5 MHz (EMV 4.3 Book 1, 5.3.4). */
export const CARD_CLOCK_HZ = 4_000_000;
/** Fd = 372 and Dd = 1: one etu is 372 clock cycles (ISO/IEC 7816-3, 8.1). */
export const CLOCKS_PER_ETU = 372;
const INITIAL_PARAMETERS: LineParameters = Object.freeze({
	clocksPerEtu: CLOCKS_PER_ETU,
	guardTimeEtu: 12,
	turnaroundTimeEtu: 16,
	repeatsCharacters: false,
});
/** Half of the smallest transmit buffer. */
export const SEND_CHUNK = 64;

/** RST stays low for 40,000 to 45,000 clock cycles (EMV 4.3 Book 1, 6.1.3.1): 10 to 11.25 ms. */
const RESET_LOW_MS = Math.ceil((1000 * 40_000) / CARD_CLOCK_HZ);
/** For VCC to rise and for the contacts to follow one another in order. */
const SETTLE_MS = 1;
const DEBOUNCE_MS = 60;
/** The UART hands characters over in groups, and timers are milliseconds late. */
const TIMING_ALLOWANCE_MS = 20;
/** TS of the inverse convention, 3F, as a line of the direct convention reads it (ISO/IEC 7816-3, 8.1). */
const TS_INVERSE_AS_READ = 0x03;

/** Start, data and parity. */
const CHARACTER_ETU = 10;
/** Two stop bits after the character: what a longer guard time adds has to be waited for. */
const UART_GUARD_TIME_ETU = 12;

/**
 * A card slot on an asynchronous serial line, without an interface circuit that would know ISO/IEC 7816-3: a UART finds wrong
 * parity but cannot signal it within the guard time, so that in T=0 such a character ends the dialogue.
 */
export class SerialCardSlot implements CardSlot {
	onChange: ((present: boolean) => void) | undefined;
	readonly #contacts: CardContacts;
	readonly #clock: Clock;
	#present: boolean;
	#line: IoLine | undefined;
	#inverse = false;
	#awaitingTs = false;
	#parameters = INITIAL_PARAMETERS;
	#resetAtMs = 0;
	/** When the card's last character was there. */
	#heardAtMs = 0;
	#damagedCharacters = 0;
	/** Characters from the card that nobody has taken. */
	#arrived: number[] = [];
	/** Characters of ours that have not come back: the line is one, so that we hear ourselves. */
	#echoes = 0;
	#wake: (() => void) | undefined;
	#cancelDebounce = () => {};

	constructor(contacts: CardContacts, clock: Clock) {
		this.#contacts = contacts;
		this.#clock = clock;
		this.#present = contacts.seated;
		contacts.onEdge = () => this.#edge();
	}

	get present(): boolean {
		return this.#present;
	}

	get powered(): boolean {
		return this.#line !== undefined;
	}

	get elapsedEtu(): number {
		return (this.#clock.now() - this.#resetAtMs) / etuMs(INITIAL_PARAMETERS);
	}

	/** As many as the UART reports: one for all that were damaged before it was asked. */
	get damagedCharacters(): number {
		return this.#damagedCharacters;
	}

	/** ISO/IEC 7816-3, 6.2.1: RST low, VCC, I/O in reception, CLK; after 400 cycles and more, RST high. */
	async activate(): Promise<void> {
		this.#deactivate();
		if (!this.#contacts.seated) return;
		this.#contacts.reset(false);
		this.#contacts.power(true);
		await this.#pause(SETTLE_MS);
		// It may have been pulled meanwhile.
		if (!this.#contacts.seated) return this.#deactivate();
		this.#line = this.#contacts.open(() => this.#characters());
		this.#contacts.clock(true);
		await this.#releaseReset();
	}

	/** ISO/IEC 7816-3, 6.2.3. */
	async warmReset(): Promise<void> {
		if (!this.#line) return;
		this.#contacts.reset(false);
		await this.#releaseReset();
	}

	configure(parameters: LineParameters): void {
		this.#parameters = parameters;
		const baud = Math.round(CARD_CLOCK_HZ / parameters.clocksPerEtu);
		this.#line?.setRate(baud, parameters.guardTimeEtu < UART_GUARD_TIME_ETU ? 1 : 2);
	}

	async send(bytes: Uint8Array): Promise<void> {
		const line = this.#line;
		const { guardTimeEtu, turnaroundTimeEtu } = this.#parameters;
		const etu = etuMs(this.#parameters);
		const extraGuardMs = (guardTimeEtu - UART_GUARD_TIME_ETU) * etu;
		const chunkLength = extraGuardMs > 0 ? 1 : SEND_CHUNK;
		await this.#pauseUntil(this.#heardAtMs + (turnaroundTimeEtu - CHARACTER_ETU) * etu);
		for (let at = 0; line && line === this.#line && at < bytes.length; at += chunkLength) {
			if (at && extraGuardMs > 0) await this.#pause(Math.ceil(extraGuardMs));
			const chunk = bytes.subarray(at, at + chunkLength);
			this.#echoes += chunk.length;
			line.write(this.#inverse ? chunk.map(inverted) : chunk);
			// The echo of the last one says that all have left.
			const longestMs = UART_GUARD_TIME_ETU * etu * chunk.length + TIMING_ALLOWANCE_MS;
			await this.#until(() => this.#echoes === 0, longestMs);
			this.#echoes = 0;
		}
	}

	async receive(length: number, firstWaitEtu: number, nextWaitEtu = firstWaitEtu): Promise<Uint8Array> {
		const damaged = this.#damagedCharacters;
		const etu = etuMs(this.#parameters);
		let waitEtu = firstWaitEtu;
		while (this.#line && this.#arrived.length < length) {
			const before = this.#arrived.length;
			const waitMs = Math.ceil(waitEtu * etu) + TIMING_ALLOWANCE_MS;
			if (!(await this.#until(() => this.#arrived.length > before, waitMs))) break;
			if (this.#parameters.repeatsCharacters && this.#damagedCharacters > damaged) return new Uint8Array(0);
			waitEtu = nextWaitEtu;
		}
		return Uint8Array.from(this.#arrived.splice(0, length));
	}

	async deactivate(): Promise<void> {
		this.#deactivate();
	}

	async #releaseReset(): Promise<void> {
		this.#inverse = false;
		this.configure(INITIAL_PARAMETERS);
		this.#line?.setParity("even");
		await this.#pause(RESET_LOW_MS);
		if (!this.#line) return;
		// What the line said while RST was low is noise.
		this.#line.read();
		this.#line.takeDamage();
		this.#damagedCharacters = 0;
		this.#resetAtMs = this.#clock.now();
		this.#arrived = [];
		this.#echoes = 0;
		this.#awaitingTs = true;
		this.#contacts.reset(true);
	}

	/** ISO/IEC 7816-3, 6.4: RST low, CLK low, I/O low, VCC off. At once, for a card that is being pulled. */
	#deactivate(): void {
		this.#contacts.reset(false);
		this.#contacts.clock(false);
		this.#line?.close();
		this.#line = undefined;
		this.#contacts.power(false);
		this.#arrived = [];
		this.#echoes = 0;
		this.#awaitingTs = false;
		this.#wake?.();
	}

	#characters(): void {
		for (const read of this.#line?.read() ?? []) {
			if (this.#echoes > 0) {
				this.#echoes--;
				continue;
			}
			if (this.#awaitingTs) {
				this.#awaitingTs = false;
				this.#inverse = read === TS_INVERSE_AS_READ;
				// Nine inverted bits: even parity of the logical bits is odd parity on the line.
				if (this.#inverse) this.#line?.setParity("odd");
			}
			this.#arrived.push(this.#inverse ? inverted(read) : read);
			this.#heardAtMs = this.#clock.now();
		}
		if (this.#line?.takeDamage()) this.#damagedCharacters++;
		this.#wake?.();
	}

	#edge(): void {
		this.#cancelDebounce();
		if (!this.#contacts.seated) {
			this.#deactivate();
			this.#setPresent(false);
			return;
		}
		this.#cancelDebounce = this.#clock.after(DEBOUNCE_MS, () => this.#setPresent(this.#contacts.seated));
	}

	#setPresent(present: boolean): void {
		if (present === this.#present) return;
		this.#present = present;
		this.onChange?.(present);
	}

	/** A clock that counts whole milliseconds may be almost one ahead. */
	async #pauseUntil(timeMs: number): Promise<void> {
		const leftMs = timeMs + 1 - this.#clock.now();
		if (leftMs > 0) await this.#pause(Math.ceil(leftMs));
	}

	#pause(delayMs: number): Promise<void> {
		return new Promise(resolve => {
			this.#clock.after(delayMs, resolve);
		});
	}

	/** @returns whether `condition` came to hold before `delayMs` had passed and with the contacts active */
	#until(condition: () => boolean, delayMs: number): Promise<boolean> {
		if (condition()) return Promise.resolve(true);
		return new Promise(resolve => {
			const end = () => {
				cancel();
				this.#wake = undefined;
				resolve(condition());
			};
			const cancel = this.#clock.after(delayMs, end);
			this.#wake = () => {
				if (condition() || !this.#line) end();
			};
		});
	}
}

function etuMs({ clocksPerEtu }: LineParameters): number {
	return (1000 * clocksPerEtu) / CARD_CLOCK_HZ;
}

/** The other convention: all bits inverted, the first becomes the last (ISO/IEC 7816-3, 7.2). */
function inverted(byte: number): number {
	let result = 0;
	for (let bit = 0; bit < 8; bit++) if (!((byte >> bit) & 1)) result |= 0x80 >> bit;
	return result;
}
