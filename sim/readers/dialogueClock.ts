import type { Clock } from "../../src/ports.js";

/**
 * A clock that shows the whole second `beganAt` when it is first read and goes on from there: what the terminal tells a
 * card of date and time is the same in a recording and in its replay.
 */
export function dialogueClock(clock: Clock, beganAt: number): Clock {
	let offset: number | undefined;
	return {
		utcOffsetMinutes: clock.utcOffsetMinutes,
		now() {
			offset ??= beganAt - clock.now();
			return clock.now() + offset;
		},
		set(now) {
			offset = now - clock.now();
		},
		monotonicMs: () => clock.monotonicMs(),
		after: (delayMs, callback) => clock.after(delayMs, callback),
	};
}
