import { concat, readUint, uintBytes } from "../bytes/bytes.js";
import type { Clock, Storage } from "../ports.js";

const FILE = "pin-limit";
const TIME_LENGTH = 6;
const ONE_IN_MS = 30_000;
const MOST_AT_ONCE = 120;
/** The medium is so many PINs ahead: it is written once for as many, and a restart costs at most these. */
const RESERVED = 8;

/**
 * How many PINs the terminal takes in a time, so that nobody finds a PIN out by having the terminal encipher all of them
 * (PCI PTS POI, requirement on exhaustive PIN determination: on average one PIN block in 30 seconds, counted over 120).
 * One for a terminal. What is left lies in the storage, so that switching off and on gains nothing: `left (1) | time (6)`.
 */
export class PinEntryLimit {
	readonly #clock: Pick<Clock, "now" | "monotonicMs">;
	readonly #storage: Storage;
	#left: number;
	/** As much of it as the medium says is gone. */
	#reserved = 0;
	/** Up to where `#left` has been counted; by the clock that nobody sets. */
	#countedAt: number;

	constructor(clock: Pick<Clock, "now" | "monotonicMs">, storage: Storage) {
		this.#clock = clock;
		this.#storage = storage;
		this.#left = leftAtStart(storage, clock.now());
		this.#countedAt = clock.monotonicMs();
	}

	/** @returns whether one more may be taken now; it is counted */
	take(): boolean {
		const earned = Math.floor((this.#clock.monotonicMs() - this.#countedAt) / ONE_IN_MS);
		this.#left = Math.min(MOST_AT_ONCE, this.#left + earned);
		this.#countedAt += earned * ONE_IN_MS;
		if (this.#left === 0) return false;
		if (this.#reserved === 0) this.#reserve();
		this.#left--;
		this.#reserved--;
		return true;
	}

	#reserve(): void {
		this.#reserved = Math.min(RESERVED, this.#left);
		const left = Uint8Array.of(this.#left - this.#reserved);
		this.#storage.replace(FILE, concat(left, uintBytes(this.#clock.now(), TIME_LENGTH)));
	}
}

/** All of them at the first start; what is damaged counts as nothing, and so does time before the last PIN. */
function leftAtStart(storage: Storage, now: number): number {
	const size = storage.size(FILE);
	if (size === undefined) return MOST_AT_ONCE;
	if (size !== 1 + TIME_LENGTH) return 0;
	const file = storage.read(FILE, 0, size);
	const passed = Math.max(0, now - readUint(file, 1, TIME_LENGTH));
	return Math.min(MOST_AT_ONCE, file[0]! + Math.floor(passed / ONE_IN_MS));
}
