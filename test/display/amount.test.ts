import { expect, test } from "vitest";
import { formatAmount } from "../../src/display/amount.js";

test.each([
	[0, 156, "¥0.00"],
	[5, 156, "¥0.05"],
	[1234, 156, "¥12.34"],
	[100_000, 156, "¥1,000.00"],
	[123_456_789, 978, "€1,234,567.89"],
	[999_999_999_999, 840, "US$9,999,999,999.99"],
	[0, 392, "JP¥0"],
	[1234, 392, "JP¥1,234"],
	[1234, 414, "KD 1.234"],
])("%d of currency %d is %s", (amountMinor, currencyCode, text) => {
	expect(formatAmount(amountMinor, currencyCode)).toBe(text);
});

test.each([-1, 0.5, Number.NaN, 2 ** 53])("%d is no amount", amountMinor => {
	expect(() => formatAmount(amountMinor, 156)).toThrow(RangeError);
});

test("a currency outside the table is a configuration fault", () => {
	expect(() => formatAmount(1, 999)).toThrow("no sign for currency 999");
});
