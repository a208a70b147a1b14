import type { Clock } from "../../src/ports.js";

/**
 * A clock that stands at the second `beganAt`, whatever the bank sets it to: what the terminal tells a card of date and time
 * is the same in a recording and in its replay, on a quick machine and on a slow one.
 */
export function dialogueClock(clock: Clock, beganAt: number): Clock {
	return {
		utcOffsetMinutes: clock.utcOffsetMinutes,
		now: () => beganAt,
		set() {},
		monotonicMs: () => clock.monotonicMs(),
		after: (delayMs, callback) => clock.after(delayMs, callback),
	};
}
