import { wipe } from "../bytes/bytes.js";
import type { Crypto, Entropy, Random } from "../ports.js";
import { CtrDrbg, knowsItsAnswer } from "./ctrDrbg.js";
import { EntropyHealth } from "./entropyHealth.js";

/** Nothing random may come from this terminal any more: a fault that ends all selling. */
export class EntropyError extends Error {
	override name = "EntropyError";
}

/** NIST SP 800-90B, 4.3: samples that are tested before the first is used. */
const START_UP_SAMPLES = 1024;
/** 128 bytes hold 512 bits of entropy where each holds 4: more than the 384 that the state of the generator takes. */
const SEED_SAMPLES = 128;
/** Requests until fresh entropy is mixed in at the latest. SP 800-90A, table 3 allows 2^48. */
const RESEED_INTERVAL = 1000;

const REPAIR = "do not use the terminal and have it repaired";

/**
 * The terminal's random generator: a CTR_DRBG that is seeded at start from the platform's entropy and again and again
 * later, never with samples that failed a health test. Once a test has failed it gives nothing more.
 */
export class DeviceRandom implements Random {
	readonly #entropy: Entropy;
	readonly #health = new EntropyHealth();
	#drbg: CtrDrbg | undefined;
	#requests = 0;
	#failure: EntropyError | undefined;

	/** Tests the source and the generator. `refresh` tells when they failed, so that a tampered terminal gets to wiping its keys. */
	constructor(entropy: Entropy, crypto: Crypto) {
		this.#entropy = entropy;
		if (!knowsItsAnswer(crypto)) {
			this.#failure = new EntropyError(`the random generator computes wrongly: ${REPAIR}`);
			return;
		}
		wipe(this.#samples(START_UP_SAMPLES)); // WIPE
		const seed = this.#samples(SEED_SAMPLES);
		if (seed) this.#drbg = new CtrDrbg(crypto, seed);
		wipe(seed); // WIPE
	}

	/**
	 * Mixes in fresh entropy. To be called at start and before anything is begun, so that a source that has failed is found
	 * while nothing is half done.
	 * @throws {EntropyError} when the source or the generator has failed
	 */
	refresh(): void {
		const entropyInput = this.#samples(SEED_SAMPLES);
		if (!entropyInput) throw this.#failure!;
		this.#drbg!.reseed(entropyInput);
		wipe(entropyInput); // WIPE
		this.#requests = 0;
	}

	/** @throws {EntropyError} when the source or the generator has failed */
	bytes(length: number): Uint8Array {
		if (this.#failure || this.#requests >= RESEED_INTERVAL) this.refresh();
		this.#requests++;
		return this.#drbg!.bytes(length);
	}

	/** Samples that passed the tests; undefined once a test has failed. */
	#samples(count: number): Uint8Array | undefined {
		if (this.#failure) return undefined;
		const samples = this.#read(count);
		if (samples?.length === count && this.#health.take(samples)) return samples;
		wipe(samples); // WIPE
		this.#failure = new EntropyError(`the source of random numbers has failed: ${REPAIR}`);
		return undefined;
	}

	#read(count: number): Uint8Array | undefined {
		try {
			return this.#entropy.samples(count);
		} catch {
			return undefined;
		}
	}
}
