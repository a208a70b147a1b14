/** Dates of data elements, packed digits. What is not a date becomes NaN, which is in no order. */

/** By month, all of it packed digits; 0 for what is no month. */
const LAST_DAYS: readonly number[] = Object.freeze([
	0, 0x31, 0x29, 0x31, 0x30, 0x31, 0x30, 0x31, 0x31, 0x30, 0, 0, 0, 0, 0, 0, 0x31, 0x30, 0x31,
]);

/** Ordered like the dates: packed digits are. Years 00-49 are 20YY (EMV 4.4 Book 4, 6.7.3). @param yymmdd e.g. tag 9A */
export function dayNumber(yymmdd: Uint8Array): number {
	return yymmdd.length === 3 ? numberOf(yymmdd[0]!, yymmdd[1]!, yymmdd[2]!) : Number.NaN;
}

/** Of the last day of a month, or of one between it and the next month. @param mmyy as in a certificate */
export function lastDayNumber(mmyy: Uint8Array): number {
	return numberOf(mmyy[1]!, mmyy[0]!, 0x01) + 0x30;
}

function numberOf(year: number, month: number, day: number): number {
	const isDay = day > 0 && day <= LAST_DAYS[month]! && (day & 15) <= 9;
	if (!isDay || !(year <= 0x99) || (year & 15) > 9) return Number.NaN;
	// 1950 to 2049: every fourth year is a leap year
	if (month === 0x02 && day === 0x29 && (year - 6 * (year >> 4)) % 4) return Number.NaN;
	const century = year < 0x50 ? 0x20 : 0x19;
	return (century << 24) | (year << 16) | (month << 8) | day;
}
