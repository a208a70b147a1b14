import type { Clock } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

/** A message takes some time; less than this is no difference. */
const TOLERANCE_MS = 2_000;

/** Takes the bank's time over. @param date MMDD and @param time hhmmss, local; what is no time is left alone */
export function takeBankTime(c: FlowContext, date: string | undefined, time: string | undefined): void {
	const moment = momentOf(c.clock, date, time);
	if (moment === undefined) return;
	const behindMs = moment - c.clock.now();
	c.monitor.bankSaidTime(Math.round(behindMs / 1000));
	if (Math.abs(behindMs) <= TOLERANCE_MS) return;
	c.log.line("terminal", `the clock is set to the bank's ${date} ${time}`);
	c.clock.set(moment);
}

/** In the year that brings it nearest: the message names none. */
function momentOf(
	clock: Pick<Clock, "now" | "utcOffsetMinutes">,
	date: string | undefined,
	time: string | undefined,
): number | undefined {
	if (!date || !time || !/^[0-9]{4}$/.test(date) || !/^[0-9]{6}$/.test(time)) return undefined;
	const part = (text: string, at: number) => Number(text.slice(at, at + 2));
	const offsetMs = clock.utcOffsetMinutes * 60_000;
	const thisYear = new Date(clock.now() + offsetMs).getUTCFullYear();
	let nearest: number | undefined;
	for (const year of [thisYear - 1, thisYear, thisYear + 1]) {
		const local: number = Date.UTC(year, part(date, 0) - 1, part(date, 2), part(time, 0), part(time, 2), part(time, 4));
		// The 31st of a month that has none is another day: no time at all.
		const said: string = new Date(local).toISOString();
		if (said.slice(5, 7) + said.slice(8, 10) !== date || said.slice(11, 19).replaceAll(":", "") !== time) continue;
		const moment = local - offsetMs;
		const isNearer = nearest === undefined || Math.abs(moment - clock.now()) < Math.abs(nearest - clock.now());
		if (isNearer) nearest = moment;
	}
	return nearest;
}
