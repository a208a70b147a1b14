/**
 * What the firmware needs from the place it runs in. Each port has one implementation per place:
 * `src/platform/` on a board, `sim/device/` in the desktop simulator, `sim/world/` in Node and in tests.
 * The firmware never asks which one it was given.
 */

/** How characters follow one another on the I/O line (ISO/IEC 7816-3, 7 and 8.3). */
export interface LineParameters {
	/** Clock cycles in one etu, the time of one bit: F/D. */
	readonly clocksPerEtu: number;
	/** Least time between the leading edges of two characters to the card. */
	readonly guardTimeEtu: number;
	/** Least time from the leading edge of the card's last character to that of the next one to the card. */
	readonly turnaroundTimeEtu: number;
	/** Who receives a character of wrong parity signals it, and it is sent again, 3 times at most (7.3); else it counts as received. */
	readonly repeatsCharacters: boolean;
}

/**
 * The contacts of the card slot, one character (byte) at a time, as in ISO/IEC 7816-3.
 * Call order: `activate`, then `send` and `receive` in any number, `warmReset` at most once, `deactivate`.
 */
export interface CardSlot {
	/** A card is seated in the slot. */
	readonly present: boolean;
	/** The contacts are active and the card has stayed seated since `activate`. Removal makes it false at once. */
	readonly powered: boolean;
	/** Time since RST last rose, in initial etu (372 clock cycles), as finely as the slot can tell. */
	readonly elapsedEtu: number;
	/** Characters that arrived with wrong parity, at either end, since RST last rose. */
	readonly damagedCharacters: number;
	/** Called when a card is inserted (true) or removed (false), debounced. */
	onChange: ((present: boolean) => void) | undefined;
	/** Activates the contacts and ends with RST high: a cold reset (ISO/IEC 7816-3, 6.2.1). */
	activate(): Promise<void>;
	/** Pulls RST low and high again with power kept: a warm reset (ISO/IEC 7816-3, 6.2.3). */
	warmReset(): Promise<void>;
	/** From now on; each reset puts back 372 cycles, 12 and 16 etu, no repetition. */
	configure(parameters: LineParameters): void;
	/**
	 * Puts characters on the I/O line. Sent to an absent card they are lost without an error, as are those after one that
	 * the card did not take.
	 * @param secretFrom index of the first character that no trace of the line may show
	 */
	send(bytes: Uint8Array, secretFrom?: number): Promise<void>;
	/**
	 * Takes up to `length` characters that the card sends. Waiting times run from the leading edge of the character before,
	 * whoever sent it, or from the rise of RST.
	 * @param firstWaitEtu longest wait for the first of them
	 * @param nextWaitEtu longest wait for each of the others; as for the first unless given
	 * @returns `length` bytes; fewer when the card kept silent for too long, was removed or kept sending wrong parity
	 */
	receive(length: number, firstWaitEtu: number, nextWaitEtu?: number): Promise<Uint8Array>;
	/** Takes the contacts down in the order of ISO/IEC 7816-3, 6.4. Safe at any time, any number of times. */
	deactivate(): Promise<void>;
}

/**
 * A reader that speaks with the card in whole APDUs (ISO/IEC 7816-4); which transmission protocol carries them is the
 * reader's business. Call order: `activate`, then `transmit` one after another, `deactivate`.
 */
export interface CardReader {
	/** A card is seated in the reader. */
	readonly present: boolean;
	/** Called when a card is inserted (true) or removed (false), debounced. */
	onChange: ((present: boolean) => void) | undefined;
	/**
	 * Resets the card and agrees with it on a transmission protocol.
	 * @returns the card's Answer to Reset
	 * @throws {CardError} removed, mute or notAccepted; the contacts are inactive then
	 */
	activate(): Promise<Uint8Array>;
	/**
	 * One command and its response. GET RESPONSE and 6Cxx, which belong to T=0, have been dealt with.
	 * @param command C-APDU of case 1 to 4 with short lengths; the reader keeps no copy of it
	 * @returns R-APDU: the data, then SW1 SW2; the reader does not use the memory again, values are left where they are
	 * @throws {CardError} removed, mute or protocol; the contacts are inactive then
	 */
	transmit(command: Uint8Array): Promise<Uint8Array>;
	/** Takes the contacts down. Safe at any time, any number of times. */
	deactivate(): Promise<void>;
}

export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
export type Key = Digit | "enter" | "clear" | "cancel" | "up" | "down";

/** The PIN pad's keys, debounced, one call per press. */
export interface Keypad {
	onKey: ((key: Key) => void) | undefined;
}

/** What makes the PIN pad's keys heard. */
export interface Sounder {
	/** One short tone, always the same. Returns at once. */
	keyTone(): void;
}

/** What a board notices when somebody gets at its inside. */
export type TamperCause =
	/** The switch under the lid. */
	| "case"
	/** The conducting mesh around the board. */
	| "mesh"
	| "voltage"
	| "temperature";

/** The lines that tell that somebody gets at the terminal's inside. */
export interface Tamper {
	/** What is wrong now, undefined when all is well. Asked at the start, for what happened without power. */
	readonly cause: TamperCause | undefined;
	/** Called at the moment when something goes wrong, from the interrupt and before anything else of the terminal. */
	onTamper: ((cause: TamperCause) => void) | undefined;
}

/** A pixel display that takes rectangles of RGB 5-6-5 pixels, rows from top to bottom, low byte first. */
export interface Display {
	readonly width: number;
	readonly height: number;
	/** Opens the rectangle that the following `send` calls fill. */
	begin(x: number, y: number, width: number, height: number): void;
	/** @param pixels 2 bytes a pixel, whole rows; the display has copied them when the call returns */
	send(pixels: Uint8Array): void;
	end(): void;
}

/** A receipt printer. */
export interface Printer {
	/** Prints and cuts. @param bytes ESC/POS @returns how it went; "noPaper": nothing, or not all of it, is on paper */
	print(bytes: Uint8Array): Promise<"printed" | "noPaper" | "notConnected">;
}

/** The line to the acquirer: TLS 1.2 or later, the bank's own root, the terminal's client certificate. */
export interface HostSocket {
	/**
	 * Connects and completes the TLS handshake.
	 * @throws {Error} "cannot reach the bank: …" when no connection stands within `timeoutMs`; never anything that ends the terminal
	 */
	connect(timeoutMs: number): Promise<HostConnection>;
}

export interface HostConnection {
	/** Hands all bytes to the line. @throws {Error} when the connection is gone */
	send(bytes: Uint8Array): Promise<void>;
	/** @returns the bytes that arrived next; an empty array when the bank closed the connection; undefined after `timeoutMs` */
	receive(timeoutMs: number): Promise<Uint8Array | undefined>;
	close(): void;
}

/** What goes over the management link (docs/management.md): MQTT 3.1.1, always with quality of service 1. */
export interface LinkMessage {
	readonly topic: string;
	readonly payload: Uint8Array;
	/** The broker keeps it for whoever subscribes later. */
	readonly retain: boolean;
}

/** The line to the bank's MQTT broker: TLS 1.2 or later, the bank's own root, the terminal's client certificate. */
export interface ManagementLink {
	/**
	 * Connects, with a session of its own for each connection.
	 * @param will what the broker publishes when the connection breaks off
	 * @throws {Error} "cannot reach the management service: …" when the broker has not let the terminal in within `timeoutMs`
	 */
	connect(options: LinkOptions, timeoutMs: number): Promise<LinkConnection>;
}

export interface LinkOptions {
	/** Name of the client at the broker; another connection of the same name ends this one. */
	readonly clientId: string;
	readonly will: LinkMessage;
	readonly keepAliveSeconds: number;
	/** Called with each message that arrives, one after another. */
	onMessage(topic: string, payload: Uint8Array): void;
	/** Called once when the connection breaks off; not after `close`. */
	onLost(): void;
}

export interface LinkConnection {
	/** Resolves when the broker has acknowledged it. @throws {Error} when it has not within a time */
	publish(message: LinkMessage): Promise<void>;
	/** @throws {Error} when the broker refuses, or does not answer in time */
	subscribe(filter: string): Promise<void>;
	/** Says good-bye, so that the last will is not published. */
	close(): Promise<void>;
}

/** Named files that survive a power cut. Names are plain: letters, digits, dot and hyphen. */
export interface Storage {
	/** @returns length in bytes, undefined when there is no such file */
	size(name: string): number | undefined;
	read(name: string, offset: number, length: number): Uint8Array;
	/** Writes at the end of the file, which is made when missing. Durable only after `flush`. */
	append(name: string, bytes: Uint8Array): void;
	/** Returns when everything appended to the file is on the medium. */
	flush(name: string): void;
	/** Cuts the file to `length` bytes, durably. */
	truncate(name: string, length: number): void;
	/** Puts `bytes` in the place of the whole file: after a power cut either the old content is there or the new. */
	replace(name: string, bytes: Uint8Array): void;
	remove(name: string): void;
	/** Names of all files, in no order. */
	list(): string[];
}

export interface Clock {
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	now(): number;
	/** Milliseconds since some moment; never set, never goes back: for deadlines. */
	monotonicMs(): number;
	/** Minutes to add to UTC for the local time that transactions carry (tags 9A and 9F21). */
	readonly utcOffsetMinutes: number;
	/** Calls `callback` once after `delayMs`. @returns a function that cancels the call */
	after(delayMs: number, callback: () => void): () => void;
	/** Sets what `now` says, milliseconds since 1970; deadlines do not move. */
	set(now: number): void;
}

/**
 * The platform's raw source of noise: the hardware generator of a board, the kernel's on a desktop; never `Math.random` or
 * the SDK's `rng`. Only the terminal's generator reads it, and tests its health (`src/crypto/deviceRandom.ts`).
 */
export interface Entropy {
	/** @returns `count` samples, each a byte @throws {Error} when the source gives none */
	samples(count: number): Uint8Array;
}

/** Unpredictable bytes, from the terminal's generator. */
export interface Random {
	/** @returns `length` fresh bytes */
	bytes(length: number): Uint8Array;
}

export type CipherDirection = "encipher" | "decipher";

/** The primitives that a platform may have in native code. Everything else is built from them in `src/crypto`. */
export interface Crypto {
	/** 20 bytes, over the parts one after another: nobody has to copy them into one. */
	sha1(...parts: readonly Uint8Array[]): Uint8Array;
	/** 32 bytes. */
	sha256(data: Uint8Array): Uint8Array;
	/** 64 bytes. */
	sha512(data: Uint8Array): Uint8Array;
	/**
	 * DES (8-byte key) or triple DES (16 or 24 bytes) in ECB mode, no padding.
	 * @param data a multiple of 8 bytes
	 */
	desEcb(key: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array;
	/** As `desEcb` in CBC mode; `iv` is 8 bytes. */
	desCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array;
	/**
	 * AES (16-, 24- or 32-byte key) in ECB mode, no padding.
	 * @param data a multiple of 16 bytes
	 */
	aesEcb(key: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array;
	/** As `aesEcb` in CBC mode; `iv` is 16 bytes. */
	aesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: CipherDirection): Uint8Array;
}

/** One line for the person who watches the terminal. Carries no card number beyond first 6 and last 4, no PIN, no key. */
export interface Log {
	line(source: LogSource, text: string): void;
}
export type LogSource = "terminal" | "card" | "host" | "journal" | "why";

/**
 * Where firmware lies: the place that runs, which is never written, and another one for an image to come (docs/update.md). Call
 * order: `begin`, `append` from where it says on, `digest`, `tryNext`; in the start that follows `confirm` or `revert`.
 */
export interface Firmware {
	/** Of what runs, "1.2.0". */
	readonly version: string;
	/** SHA-256 of the image that runs, 32 bytes, computed anew. @param size of that image: a board does not keep it */
	runningDigest(size: number): Uint8Array;
	/** Longest image that the other place takes, in bytes. */
	readonly capacity: number;
	/** What runs is on trial: without `confirm` the next start is with the image before. */
	readonly isOnTrial: boolean;
	/** The image in the other place was tried and did not confirm itself. */
	readonly hasFallenBack: boolean;
	/**
	 * Makes the other place ready for an image, keeping what of it is there already.
	 * @param image its SHA-256 @returns how many of its bytes are there; 0 where the platform cannot go on with an image
	 */
	begin(image: Uint8Array, size: number): number;
	/** Writes at `offset`, which is no more than what is there; on the medium when it returns. */
	append(offset: number, bytes: Uint8Array): void;
	/** SHA-256 of the first `size` bytes of the other place, read back. */
	digest(size: number): Uint8Array;
	/** Removes what is in the other place. */
	discard(): void;
	/** Starts again with the image in the other place, on trial. */
	tryNext(): void;
	/** Keeps what runs. */
	confirm(): void;
	/** Starts again with the image before. */
	revert(): void;
}

/** Where the power comes from, on a board with a battery. */
export interface Supply {
	/** Of the battery, 0 to 100. */
	readonly percent: number;
	readonly isCharging: boolean;
}
