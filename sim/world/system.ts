import { randomFillSync } from "node:crypto";
import type { Clock, Entropy, Random } from "../../src/ports.js";

/** China Standard Time: the test merchant is in Shanghai. */
const UTC_OFFSET_MINUTES = 480;

/** A clock that goes with the computer's. Setting it leaves the computer's as it is. */
export function makeSystemClock(): Clock {
	let offsetMs = 0;
	return {
		now: () => Date.now() + offsetMs,
		set: now => {
			offsetMs = now - Date.now();
		},
		monotonicMs: () => performance.now(),
		utcOffsetMinutes: UTC_OFFSET_MINUTES,
		after(delayMs, callback) {
			const timer = setTimeout(callback, delayMs);
			return () => clearTimeout(timer);
		},
	};
}

/** The computer's clock, for everything that does not set it. */
export const systemClock = makeSystemClock();

/** The computer's generator, for banks and cards. */
export const systemRandom: Random = { bytes: length => randomFillSync(new Uint8Array(length)) };

/** The same as the noise source of a terminal. */
export const systemEntropy: Entropy = { samples: systemRandom.bytes };
