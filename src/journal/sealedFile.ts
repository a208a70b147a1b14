import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Storage } from "../ports.js";
import type { RecordSeal } from "./recordCodec.js";

/** Where small sealed files lie, and what seals them. */
export interface SealedStorage {
	readonly storage: Storage;
	readonly seal: RecordSeal;
}

/**
 * One value in a file of its own, under the device's seal: CBOR of `[name of the file, value]`. It is written whole, so that
 * after a power cut the old value is there or the new one. What was changed, put in another file's place, or written by
 * another device does not open.
 */
export class SealedFile<T> {
	readonly #ports: SealedStorage;
	readonly #name: string;

	constructor(ports: SealedStorage, name: string) {
		this.#ports = ports;
		this.#name = name;
	}

	/** @returns undefined when there is none; byte strings in it are views into one buffer */
	read(): T | "damaged" | undefined {
		const { storage, seal } = this.#ports;
		const size = storage.size(this.#name);
		if (size === undefined) return undefined;
		const plain = seal.open(storage.read(this.#name, 0, size));
		if (!plain) return "damaged";
		return this.#valueOf(plain);
	}

	/** On the medium when it returns. */
	write(value: T): void {
		const { storage, seal } = this.#ports;
		const plain = encodeCbor([this.#name, value]);
		try {
			storage.replace(this.#name, seal.close(plain));
		} finally {
			wipe(plain); // WIPE
		}
	}

	/** Not everything that the device seals is CBOR. */
	#valueOf(plain: Uint8Array): T | "damaged" {
		try {
			const opened = decodeCbor(plain);
			return Array.isArray(opened) && opened[0] === this.#name ? (opened[1] as T) : "damaged";
		} catch {
			return "damaged";
		}
	}

	remove(): void {
		const { storage } = this.#ports;
		if (storage.size(this.#name) !== undefined) storage.remove(this.#name);
	}
}
