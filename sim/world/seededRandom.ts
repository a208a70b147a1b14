import type { Entropy, Random } from "../../src/ports.js";

/** The same bytes for the same seed (xorshift32), for tests that must repeat exactly. Never for a terminal. */
export class SeededRandom implements Random, Entropy {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0 || 1;
	}

	bytes(length: number): Uint8Array {
		const bytes = new Uint8Array(length);
		for (let i = 0; i < length; i++) {
			this.#state ^= this.#state << 13;
			this.#state ^= this.#state >>> 17;
			this.#state ^= this.#state << 5;
			bytes[i] = this.#state & 255;
		}
		return bytes;
	}

	samples(count: number): Uint8Array {
		return this.bytes(count);
	}
}
