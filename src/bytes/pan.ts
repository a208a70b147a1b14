/** A card number as people may see it: first 6 and last 4 digits (PCI DSS 3.4.1), the rest as asterisks. */
export function maskPan(pan: string): string {
	if (pan.length < 13) return "*".repeat(pan.length);
	return pan.slice(0, 6) + "*".repeat(pan.length - 10) + pan.slice(-4);
}

/**
 * Whether the text holds, anywhere, digits that could be a card number (`isCardNumber`). For logs of data whose meaning is
 * not known.
 */
export function holdsPan(text: string): boolean {
	for (const [run] of text.matchAll(/[0-9]{14,}/g))
		for (let from = 0; from + SHORTEST <= run.length; from++)
			for (let length = SHORTEST; length <= LONGEST && from + length <= run.length; length++)
				if (isCardNumber(run.slice(from, from + length))) return true;
	return false;
}

const SHORTEST = 14;
const LONGEST = 19;

/** Ranges and lengths of the large schemes (ISO/IEC 7812-1 and their own lists), so that little else is taken for one. */
const CARD_NUMBER =
	/^(?:4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[0689][0-9]{12}|35[0-9]{14}|(?:6[0-9]|81)[0-9]{14,17})$/;

/** All of it: a range and length that cards have, and the right check digit. */
export function isCardNumber(digits: string): boolean {
	return CARD_NUMBER.test(digits) && luhnSum(digits) % 10 === 0;
}

/** ISO/IEC 7812-1, Annex B. */
function luhnSum(digits: string): number {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
		sum += i & 1 ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
	}
	return sum;
}
