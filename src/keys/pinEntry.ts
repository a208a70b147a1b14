import { concat, wipe } from "../bytes/bytes.js";
import { type RsaPublicKey, rsaRecover } from "../crypto/rsa.js";
import type { Clock, Key, Keypad, Random } from "../ports.js";
import type { MessageKeys } from "./hostKeys.js";
import { encodePinBlockFormat2 } from "./pinBlock.js";
import type { PinEntryLimit } from "./pinEntryLimit.js";
import type { PinEntryResult, PinPad, PinRequest } from "./pinPad.js";

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;
/** Longest pause between two keys, and longest time for all of them. */
const KEY_TIMEOUT_MS = 30_000;
const ENTRY_TIMEOUT_MS = 180_000;

/** What the display may know of a PIN entry. */
export interface PinEntryProgress extends PinRequest {
	readonly digitCount: number;
}

export interface PinEntryPorts {
	readonly keypad: Keypad;
	readonly clock: Clock;
	readonly random: Random;
	/** Those of the transaction that the PIN is for. */
	readonly keys: MessageKeys;
	/** For all PINs of this terminal. */
	readonly limit: PinEntryLimit;
	/** Enter without a digit means that the cardholder has no PIN to give (EMV 4.4 Book 4, 6.3.4.3). */
	readonly bypassAllowed: boolean;
	/** The same sound for each key, so that nobody can tell one from another (ISO 9564-1, 6.1). */
	readonly keyTone: () => void;
	/** Draws the prompt again; called at the start and after each key. */
	readonly onProgress: (progress: PinEntryProgress) => void;
}

/** The only holder of PIN digits. While a PIN is entered the keypad belongs to it, and nobody else sees a key. */
export class PinEntry implements PinPad {
	readonly #ports: PinEntryPorts;
	readonly #digits = new Uint8Array(LONGEST_PIN);
	#count = 0;
	#isShut = false;
	#end: ((result: PinEntryResult) => void) | undefined;

	constructor(ports: PinEntryPorts) {
		this.#ports = ports;
	}

	async enter(request: PinRequest): Promise<PinEntryResult> {
		this.forget();
		const { keypad, clock, onProgress, limit, keyTone } = this.#ports;
		if (this.#isShut || !limit.take()) return "notWorking";
		const keyListener = keypad.onKey;
		let cancelTimeout = () => {};
		let cancelEntryTimeout = () => {};
		try {
			return await new Promise<PinEntryResult>(resolve => {
				const end = (result: PinEntryResult) => {
					if (this.#end !== end) return; // it has ended: the digits are for the block that follows
					this.#end = undefined;
					keypad.onKey = keyListener; // a key that follows at once is no digit of this PIN
					if (result !== "entered") this.forget();
					resolve(result);
				};
				const waitForKey = () => {
					cancelTimeout();
					cancelTimeout = clock.after(KEY_TIMEOUT_MS, () => end("timedOut"));
					onProgress({ ...request, digitCount: this.#count });
				};
				this.#end = end;
				cancelEntryTimeout = clock.after(ENTRY_TIMEOUT_MS, () => end("timedOut"));
				keypad.onKey = key => {
					keyTone();
					const result = this.#key(key);
					if (result) end(result);
					else waitForKey();
				};
				waitForKey();
			});
		} finally {
			cancelTimeout();
			cancelEntryTimeout();
			this.#end = undefined;
			keypad.onKey = keyListener;
		}
	}

	/** Ends an entry that is under way because the card left; otherwise does nothing. */
	cardRemoved(): void {
		this.#end?.("cardRemoved");
	}

	/** Ends an entry that is under way and takes no PIN any more: the terminal was tampered with. */
	shut(): void {
		this.#isShut = true;
		this.forget(); // WIPE
		this.#end?.("notWorking");
	}

	plaintextBlock(): Uint8Array {
		return this.#once(encodePinBlockFormat2);
	}

	encipheredBlock(key: RsaPublicKey, challenge: Uint8Array): Uint8Array {
		// EMV 4.4 Book 2, 7.2: 7F, PIN block, unpredictable number of the card, random filler to the key's length
		const block = this.plaintextBlock();
		const filler = this.#ports.random.bytes(key.modulus.length - 17);
		const plain = concat(Uint8Array.of(0x7f), block, challenge, filler);
		try {
			return rsaRecover(key, plain);
		} finally {
			wipe(block, plain, filler); // WIPE
		}
	}

	onlineBlock(pan: string): Uint8Array {
		return this.#once(digits => this.#ports.keys.pinBlock(digits, pan));
	}

	forget(): void {
		this.#digits.fill(0); // WIPE
		this.#count = 0;
	}

	/** @returns how the entry ends with this key, or undefined while it goes on */
	#key(key: Key): PinEntryResult | undefined {
		switch (key) {
			case "cancel":
				return "cancelled";
			case "clear":
				this.forget();
				return undefined;
			case "enter":
				if (this.#count === 0) return this.#ports.bypassAllowed ? "bypassed" : undefined; // Book 4, 6.3.4.3
				return this.#count >= SHORTEST_PIN ? "entered" : undefined;
			case "up":
			case "down":
				return undefined;
			default:
				if (this.#count < LONGEST_PIN) this.#digits[this.#count++] = key.charCodeAt(0) - 48;
				return undefined;
		}
	}

	/** One entry makes one block (PCI PTS POI): with it the digits are gone. */
	#once(block: (digits: Uint8Array) => Uint8Array): Uint8Array {
		try {
			return block(this.#digits.subarray(0, this.#count));
		} finally {
			this.forget(); // WIPE
		}
	}
}
