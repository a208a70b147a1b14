import { SeededRandom } from "../world/seededRandom.js";

/** Whole numbers by chance, the same for the same seed. */
export class Dice {
	readonly #random: SeededRandom;

	constructor(seed: number) {
		this.#random = new SeededRandom(seed * 2_654_435_761 + 1);
		this.#random.bytes(64); // the first numbers of near seeds are near
	}

	/** From `least` to `most`, each as likely as the other. */
	between(least: number, most: number): number {
		const [a, b, c, d] = this.#random.bytes(4) as unknown as [number, number, number, number];
		return least + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % (most - least + 1));
	}

	/** True in so many cases out of ten thousand. */
	chance(inTenThousand: number): boolean {
		return this.between(0, 9_999) < inTenThousand;
	}

	/** One of them. */
	of<T>(choices: readonly T[]): T {
		return choices[this.between(0, choices.length - 1)]!;
	}
}
