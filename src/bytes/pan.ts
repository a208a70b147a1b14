/** A card number as people may see it: first 6 and last 4 digits (PCI DSS 3.4.1), the rest as asterisks. */
export function maskPan(pan: string): string {
	if (pan.length < 13) return "*".repeat(pan.length);
	return pan.slice(0, 6) + "*".repeat(pan.length - 10) + pan.slice(-4);
}

/**
 * Whether the text holds, anywhere, 13 to 19 digits that could be a card number: no leading zero, right check digit
 * (ISO/IEC 7812-1, Annex B). For logs of data whose meaning is not known.
 */
export function holdsPan(text: string): boolean {
	for (const [run] of text.matchAll(/[0-9]{13,}/g))
		for (let from = 0; from + 13 <= run.length; from++)
			if (run[from] !== "0" && startsWithPan(run.slice(from, from + 19))) return true;
	return false;
}

/** Whether a number of 13 digits or more at the start has the right check digit. */
function startsWithPan(digits: string): boolean {
	// From the left the weights depend on the number's length, so both are kept: for an even and for an odd number of digits.
	let even = 0;
	let odd = 0;
	for (let i = 0; i < digits.length; i++) {
		const digit = digits.charCodeAt(i) - 48;
		const doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
		even += i % 2 === 0 ? doubled : digit;
		odd += i % 2 === 0 ? digit : doubled;
		const length = i + 1;
		if (length >= 13 && (length % 2 === 0 ? even : odd) % 10 === 0) return true;
	}
	return false;
}
