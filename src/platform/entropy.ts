import type { Entropy } from "../ports.js";

/** The platform's noise source, through entropy.c. The SDK's own generator repeats itself at each simulator start. */
export const entropy: Entropy = Object.freeze<Entropy>({
	samples: count => new Uint8Array(native("xs_kassa_entropy").call(undefined, count) as ArrayBuffer),
});
