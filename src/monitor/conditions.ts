import type { Field, MonitorEvent } from "./event.js";
import type { RuleSet } from "./rule.js";

/** What an event says in one field. */
export type Reader = (event: MonitorEvent) => number;

/** What a field of an event must be. */
export interface Condition {
	readonly read: Reader;
	readonly least: number;
	readonly most: number;
}

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1440;

/** How each field is read, or worked out, from an event. */
export function fieldReaders(
	{ businessHours, limitsMinor }: RuleSet,
	utcOffsetMinutes: number,
): Readonly<Record<Field, Reader>> {
	const minuteOfDay: Reader = ({ at }) => (Math.floor(at / MINUTE_MS) + utcOffsetMinutes) % MINUTES_A_DAY;
	return {
		amountMinor: event => event.amountMinor ?? 0,
		ownCard: event => event.ownCard ?? 0,
		originalMinor: event => event.originalMinor ?? 0,
		aboveOriginalMinor: event => event.aboveOriginalMinor ?? 0,
		seconds: event => event.seconds ?? 0,
		minuteOfDay,
		outsideHours(event) {
			if (!businessHours) return 0;
			const minute = minuteOfDay(event);
			const { opensMinute, closesMinute } = businessHours;
			const isOpen =
				opensMinute < closesMinute
					? minute >= opensMinute && minute < closesMinute
					: minute >= opensMinute || minute < closesMinute;
			return isOpen ? 0 : 1;
		},
		percentOfLimit({ amountMinor = 0 }) {
			for (let i = 0; i < limitsMinor.length; i++)
				if (amountMinor < limitsMinor[i]!) return Math.floor((amountMinor * 100) / limitsMinor[i]!);
			return 0;
		},
	};
}

/** Whether all hold. */
export function matches(conditions: readonly Condition[], event: MonitorEvent): boolean {
	for (let i = 0; i < conditions.length; i++) {
		const { read, least, most } = conditions[i]!;
		const value = read(event);
		if (value < least || value > most) return false;
	}
	return true;
}
