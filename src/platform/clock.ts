import Time from "time";
import Timer from "timer";
import type { Clock } from "../ports.js";

/** The system's clock, which the network sets, and the SDK's timers. */
export function systemClock(utcOffsetMinutes: number): Clock {
	let ticks = Time.ticks;
	let elapsedMs = 0;
	return {
		now: () => Date.now(),
		monotonicMs() {
			// The ticks are 32 bits and begin again after 49 days; their difference is right across that.
			const now = Time.ticks;
			elapsedMs += Time.delta(ticks, now);
			ticks = now;
			return elapsedMs;
		},
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
		set: now => Time.set(Math.round(now / 1000)),
	};
}
