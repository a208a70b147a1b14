import fc from "fast-check";
import { expect, test } from "vitest";
import { dayNumber, lastDayNumber } from "../../src/emv/date.js";
import { bytes } from "./scriptedCard.js";

/** Of 1950 to 2049, which are told by two digits (EMV 4.4 Book 4, 6.7.3). */
const anyDay = fc.date({ min: new Date("1950-01-01"), max: new Date("2049-12-31"), noInvalidDate: true });
const digits = (date: Date) => date.toISOString().slice(2, 10).replaceAll("-", "");

test("numbers are in the order of the days", () => {
	fc.assert(
		fc.property(anyDay, anyDay, (a, b) => {
			const [before, after] = [dayNumber(bytes(digits(a))), dayNumber(bytes(digits(b)))];
			const [first, second] = [a, b].map(date => date.toISOString().slice(0, 10)) as [string, string];
			expect(Math.sign(before - after)).toBe(first < second ? -1 : first > second ? 1 : 0);
		}),
		{ numRuns: 200 },
	);
});

test("exactly the dates of the calendar have a number", () => {
	fc.assert(
		fc.property(fc.uint8Array({ minLength: 3, maxLength: 3 }), yymmdd => {
			const text = [...yymmdd].map(byte => byte.toString(16).padStart(2, "0"));
			const year = Number(text[0]) < 50 ? `20${text[0]}` : `19${text[0]}`;
			const time = Date.parse(`${year}-${text[1]}-${text[2]}T00:00:00Z`);
			const isDate = !Number.isNaN(time) && digits(new Date(time)) === text.join("");
			expect(Number.isNaN(dayNumber(yymmdd))).toBe(!isDate);
		}),
		{ numRuns: 500, examples: [[bytes("240229")], [bytes("230229")], [bytes("000229")], [bytes("261131")]] },
	);
});

test("a month's last day is not before any of its days, and before the next month", () => {
	for (const [mmyy, last, next] of [
		["0224", "240229", "240301"],
		["1126", "261130", "261201"],
		["1226", "261231", "270101"],
	] as const) {
		expect(lastDayNumber(bytes(mmyy))).toBeGreaterThanOrEqual(dayNumber(bytes(last)));
		expect(lastDayNumber(bytes(mmyy))).toBeLessThan(dayNumber(bytes(next)));
	}
	for (const mmyy of ["1326", "0026", "12AA", "A126", "12", ""]) expect(lastDayNumber(bytes(mmyy))).toBeNaN();
});
