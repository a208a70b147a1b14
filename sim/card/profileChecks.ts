import { parseHex } from "../../src/bytes/hex.js";
import { type Check, described, hex, integer, object, refuse, text, withSchema } from "./check.js";
import { type DolEntry, decodeDol, dolLength } from "./dol.js";

/** What fields of card profiles have in common. */

export const digits = (least: number, most: number) =>
	text(new RegExp(`^[0-9]{${least},${most}}$`), least === most ? `${least} digits` : `${least} to ${most} digits`);

export const date = text(/^[0-9][0-9](0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/, "a date as YYMMDD");

/** As a certificate says it: the last month of validity. */
export const month = text(/^(0[1-9]|1[0-2])[0-9][0-9]$/, "a month as MMYY");

/** Characters of format ans that every code table holds (EMV 4.4 Book 4, Annex B). */
export const ans = (most: number) => text(new RegExp(`^[ -~]{1,${most}}$`), `1 to ${most} printable ASCII characters`);

const panDigits = digits(13, 19);
export const pan: Check<string> = withSchema(panDigits.schema!, (value, path) => {
	const number = panDigits(value, path);
	return luhn(number) ? number : refuse(path, "must end in its check digit (ISO/IEC 7812-1, Annex B)");
});

function luhn(number: string): boolean {
	let sum = 0;
	for (let i = 1; i <= number.length; i++) {
		const digit = Number(number.at(-i));
		sum += i & 1 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
	}
	return sum % 10 === 0;
}

/**
 * A data object list that asks at least for `required`, in these lengths.
 * @param most bytes that the list itself may have
 */
export function dol(required: readonly DolEntry[], most: number): Check<string> {
	const bytes = hex(0, most);
	return withSchema(bytes.schema!, (value, path) => {
		const list = bytes(value, path);
		let entries: DolEntry[];
		try {
			entries = decodeDol(parseHex(list));
		} catch {
			return refuse(path, "must be a data object list (EMV Book 3, 5.4)");
		}
		// One short APDU carries the data, in the GET PROCESSING OPTIONS behind 83 and a length of two bytes.
		if (dolLength(entries) > 252) refuse(path, "must ask for at most 252 bytes");
		for (const { tag, length } of required)
			if (!entries.some(entry => entry.tag === tag && entry.length === length))
				refuse(path, `must ask for tag ${tag} in ${length} bytes`);
		return list;
	});
}

/** Transactions or minor units: above the lower the card wants its issuer, above the upper it declines without. */
export function offlineLimits(most: number): Check<{ readonly lower: number; readonly upper: number }> {
	return object({
		lower: described("Above it the card wants its issuer", integer(0, most)),
		upper: described("Above it the card declines where no issuer can be asked", integer(0, most)),
	});
}
