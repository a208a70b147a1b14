import flash, { type Flash } from "embedded:storage/flash";
import Update, { type Updater } from "embedded:update";
import { Digest } from "crypt";
import type { Firmware } from "../ports.js";

/** Read at a time. */
const BLOCK = 4_096;

/**
 * The two application partitions of an ESP32, through the SDK's update module, and the boot loader's way back through
 * firmware.c. CHOICE: an image that a power cut has interrupted begins anew, because the module can open an image only from
 * its start; over a line that breaks it goes on.
 */
export class PartitionFirmware implements Firmware {
	readonly version: string;
	readonly #next: Flash;
	/** While an image is written; the first bytes of another one take its place. */
	#updater: Updater | undefined;
	#image = "";
	#written = 0;

	constructor(version: string) {
		this.version = version;
		this.#next = flash.open({ path: "nextota", mode: "r+" });
	}

	get capacity(): number {
		return this.#next.status().size;
	}

	get isOnTrial(): boolean {
		return native("xs_kassa_firmware_on_trial").call(undefined) === true;
	}

	get hasFallenBack(): boolean {
		return native("xs_kassa_firmware_fallen_back").call(undefined) === true;
	}

	runningDigest(size: number): Uint8Array {
		const running = flash.open({ path: "running", mode: "r" });
		try {
			return digestOf(running, size);
		} finally {
			running.close();
		}
	}

	begin(image: Uint8Array, size: number): number {
		if (this.#updater && this.#image === image.join()) return this.#written;
		this.discard();
		this.#updater = Update.open({ partition: this.#next, mode: "a", byteLength: size });
		this.#image = image.join();
		return 0;
	}

	append(offset: number, bytes: Uint8Array): void {
		if (!this.#updater || offset !== this.#written)
			throw new RangeError("an image is written from its start to its end");
		this.#updater.write(bytes.slice().buffer);
		this.#written += bytes.length;
	}

	digest(size: number): Uint8Array {
		return digestOf(this.#next, size);
	}

	discard(): void {
		this.#updater?.close();
		this.#updater = undefined;
		this.#image = "";
		this.#written = 0;
	}

	tryNext(): void {
		// The module selects what it has written itself; after a start it has nothing open, and the image is whole already.
		this.#updater?.complete();
		native("xs_kassa_firmware_try_next").call(undefined);
	}

	confirm(): void {
		native("xs_kassa_firmware_confirm").call(undefined);
	}

	revert(): void {
		native("xs_kassa_firmware_revert").call(undefined);
	}
}

function digestOf(partition: Flash, size: number): Uint8Array {
	const digest = new Digest("SHA256");
	for (let at = 0; at < size; at += BLOCK) digest.write(partition.read(Math.min(BLOCK, size - at), at));
	return new Uint8Array(digest.close());
}
