import Timer from "timer";
import type { Clock } from "../ports.js";

/** The system's clock, which the network sets, and the SDK's timers. */
export function systemClock(utcOffsetMinutes: number): Clock {
	return {
		now: () => Date.now(),
		utcOffsetMinutes,
		after(delayMs, callback) {
			let timer: Timer | undefined = Timer.set(() => {
				timer = undefined;
				callback();
			}, delayMs);
			return () => {
				// A timer that has fired is no longer one: clearing it again would throw.
				if (timer !== undefined) Timer.clear(timer);
				timer = undefined;
			};
		},
	};
}
