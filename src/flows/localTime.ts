import type { Clock } from "../ports.js";

/** Local date YYMMDD and time HHMMSS, as tags 9A and 9F21 carry them. */
export function localTime(clock: Pick<Clock, "now" | "utcOffsetMinutes">): { date: string; time: string } {
	const local = new Date(clock.now() + clock.utcOffsetMinutes * 60_000);
	const two = (value: number) => String(value).padStart(2, "0");
	return {
		date: two(local.getUTCFullYear() % 100) + two(local.getUTCMonth() + 1) + two(local.getUTCDate()),
		time: two(local.getUTCHours()) + two(local.getUTCMinutes()) + two(local.getUTCSeconds()),
	};
}
