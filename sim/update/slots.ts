import { asciiBytes } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { Crypto, Firmware, Storage } from "../../src/ports.js";

/** The two places for an image of the firmware. */
export type Slot = "a" | "b";

/** What the boot loader goes by. */
export interface BootRecord {
	/** Has confirmed itself, or is from manufacture. */
	readonly active: Slot;
	/** To be tried at the next start, or on trial. */
	readonly trial?: "next" | "started";
	/** The last trial has failed. */
	readonly fellBack?: boolean;
}

const BOOT = "boot";
/** As a board's partition. */
const CAPACITY = 5 * 1024 * 1024;

/** Node takes a file of this name for a module. */
export const slotFile = (slot: Slot) => `slot-${slot}.mjs`;
const imageFile = (slot: Slot) => `slot-${slot}.image`;
const other = (slot: Slot): Slot => (slot === "a" ? "b" : "a");

/** The image from manufacture, into a folder without any. */
export function manufactureSlots(storage: Storage, image: Uint8Array): void {
	storage.replace(slotFile("a"), image);
	writeBoot(storage, { active: "a" });
}

export function hasSlots(storage: Storage): boolean {
	return storage.size(BOOT) !== undefined;
}

/** What a boot loader does at each start. @returns the slot to start; a trial that did not confirm itself has failed */
export function chooseSlot(storage: Storage): { readonly slot: Slot; readonly isOnTrial: boolean } {
	const { active, trial } = readBoot(storage);
	if (trial === "next") {
		writeBoot(storage, { active, trial: "started" });
		return { slot: other(active), isOnTrial: true };
	}
	if (trial === "started") writeBoot(storage, { active, fellBack: true });
	return { slot: active, isOnTrial: false };
}

/** The simulator's firmware: an image is a bundle of the terminal, the two places are files beside a boot record. */
export class SlotFirmware implements Firmware {
	readonly version: string;
	readonly capacity = CAPACITY;
	readonly #storage: Storage;
	readonly #running: Slot;
	readonly #crypto: Crypto;
	readonly #restart: () => void;

	/** @param running the slot that this process was started from @param restart ends this process, so that the launcher starts another */
	constructor(storage: Storage, running: Slot, version: string, crypto: Crypto, restart: () => void) {
		this.#storage = storage;
		this.#running = running;
		this.version = version;
		this.#crypto = crypto;
		this.#restart = restart;
	}

	get isOnTrial(): boolean {
		return readBoot(this.#storage).trial === "started";
	}

	get hasFallenBack(): boolean {
		return readBoot(this.#storage).fellBack === true;
	}

	runningDigest(size: number): Uint8Array {
		return this.#crypto.sha256(this.#storage.read(slotFile(this.#running), 0, size));
	}

	begin(image: Uint8Array, _size: number): number {
		const name = asciiBytes(formatHex(image));
		const known = this.#storage.size(imageFile(this.#next));
		const isSame = known !== undefined && this.#read(imageFile(this.#next), known) === formatHex(image);
		if (isSame) return this.#storage.size(slotFile(this.#next)) ?? 0;
		this.discard();
		this.#storage.replace(imageFile(this.#next), name);
		return 0;
	}

	append(offset: number, bytes: Uint8Array): void {
		const file = slotFile(this.#next);
		const there = this.#storage.size(file) ?? 0;
		if (offset > there) throw new RangeError("an image has no gaps");
		if (offset < there) this.#storage.truncate(file, offset);
		this.#storage.append(file, bytes);
		this.#storage.flush(file);
	}

	digest(size: number): Uint8Array {
		return this.#crypto.sha256(this.#storage.read(slotFile(this.#next), 0, size));
	}

	discard(): void {
		// The name first: bytes without one are nobody's.
		for (const file of [imageFile(this.#next), slotFile(this.#next)])
			if (this.#storage.size(file) !== undefined) this.#storage.remove(file);
	}

	tryNext(): void {
		writeBoot(this.#storage, { active: this.#running, trial: "next" });
		this.#restart();
	}

	confirm(): void {
		writeBoot(this.#storage, { active: this.#running });
	}

	revert(): void {
		this.#restart();
	}

	get #next(): Slot {
		return other(this.#running);
	}

	#read(file: string, size: number): string {
		return String.fromCharCode(...this.#storage.read(file, 0, size));
	}
}

export function readBoot(storage: Storage): BootRecord {
	return JSON.parse(String.fromCharCode(...storage.read(BOOT, 0, storage.size(BOOT)!))) as BootRecord;
}

function writeBoot(storage: Storage, record: BootRecord): void {
	storage.replace(BOOT, asciiBytes(JSON.stringify(record)));
}
