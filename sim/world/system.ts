import { randomFillSync } from "node:crypto";
import type { Clock, Random } from "../../src/ports.js";

/** China Standard Time: the test merchant is in Shanghai. */
const UTC_OFFSET_MINUTES = 480;

/** The computer's clock. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonicMs: () => performance.now(),
	utcOffsetMinutes: UTC_OFFSET_MINUTES,
	after(delayMs, callback) {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};

/** The computer's entropy. */
export const systemRandom: Random = { bytes: length => randomFillSync(new Uint8Array(length)) };
