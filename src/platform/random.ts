import type { Random } from "../ports.js";

/** The platform's entropy source, through random.c. The SDK's own generator repeats itself at each simulator start. */
export const random: Random = Object.freeze<Random>({
	bytes: length => new Uint8Array(native("xs_kassa_random").call(undefined, length) as ArrayBuffer),
});
