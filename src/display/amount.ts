/** An amount in minor units of the currency that tag 5F2A names. */
export interface Money {
	readonly amountMinor: number;
	/** ISO 4217 numeric code, such as 156 for the renminbi. */
	readonly currencyCode: number;
}

interface Currency {
	readonly sign: string;
	/** Decimal places of the minor unit (tag 5F36). */
	readonly exponent: number;
}

const currency = (sign: string, exponent: number): Currency => Object.freeze({ sign, exponent });

/** By ISO 4217 numeric code. */
export const CURRENCIES: Readonly<Record<number, Currency>> = Object.freeze({
	156: currency("¥", 2),
	344: currency("HK$", 2),
	392: currency("JP¥", 0),
	414: currency("KD ", 3),
	446: currency("MOP$", 2),
	826: currency("£", 2),
	840: currency("US$", 2),
	978: currency("€", 2),
});

/**
 * `¥1,234.56`: sign, thousands grouped, as many decimals as the currency has.
 * @throws {RangeError} when the amount is not a whole number of minor units from 0 up, or the currency is not in the table
 */
export function formatAmount(amountMinor: number, currencyCode: number): string {
	if (!Number.isSafeInteger(amountMinor) || amountMinor < 0) throw new RangeError("not an amount in minor units");
	const found = CURRENCIES[currencyCode];
	if (!found) throw new RangeError(`no sign for currency ${currencyCode}`);
	const { sign, exponent } = found;
	const digits = String(amountMinor).padStart(exponent + 1, "0");
	const whole = digits.slice(0, digits.length - exponent);
	let grouped = whole.slice(0, whole.length % 3 || 3);
	for (let at = grouped.length; at < whole.length; at += 3) grouped += `,${whole.slice(at, at + 3)}`;
	return exponent === 0 ? sign + grouped : `${sign}${grouped}.${digits.slice(-exponent)}`;
}
