import { equal } from "../bytes/bytes.js";
import type { Crypto, Firmware } from "../ports.js";
import { chunkAt, chunkDigest, type UpdateManifest } from "./manifest.js";

/** A piece of an image that the terminal lacks. */
export interface WantedChunk {
	/** Of the image. */
	readonly digest: Uint8Array;
	readonly chunk: number;
}

/** An image on its way into the other place, chunk after chunk. */
export class Transfer {
	readonly offer: UpdateManifest;
	readonly #firmware: Firmware;
	readonly #crypto: Crypto;
	/** Bytes that are there; undefined until it was asked. */
	#held: number | undefined;

	constructor(offer: UpdateManifest, firmware: Firmware, crypto: Crypto) {
		this.offer = offer;
		this.#firmware = firmware;
		this.#crypto = crypto;
	}

	/** Bytes that are there, and right. */
	get held(): number {
		const { digest, size, chunkSize } = this.offer;
		if (this.#held === undefined) {
			const there = Math.min(this.#firmware.begin(digest, size), size);
			// What was being written when the power went is written again.
			this.#held = there === size ? size : there - (there % chunkSize);
		}
		return this.#held;
	}

	get isComplete(): boolean {
		return this.held === this.offer.size;
	}

	/** Number of the chunk that follows. */
	get next(): number {
		return Math.floor(this.held / this.offer.chunkSize);
	}

	/** @returns whether the chunk that follows is the one that was signed, and is now there */
	take(bytes: Uint8Array): boolean {
		const chunk = this.next;
		const { offset, length } = chunkAt(this.offer, chunk);
		if (bytes.length !== length || !equal(this.#crypto.sha256(bytes), chunkDigest(this.offer, chunk))) return false;
		this.#firmware.append(offset, bytes);
		this.#held = offset + length;
		return true;
	}

	/** Reads all of it back. @returns whether it is the image that was signed */
	isSound(): boolean {
		const { digest, size } = this.offer;
		return equal(this.#firmware.digest(size), digest);
	}

	discard(): void {
		this.#firmware.discard();
		this.#held = undefined;
	}
}
