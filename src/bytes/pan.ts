/** A card number as people may see it: first 6 and last 4 digits (PCI DSS 3.4.1), the rest as asterisks. */
export function maskPan(pan: string): string {
	if (pan.length < 13) return "*".repeat(pan.length);
	return pan.slice(0, 6) + "*".repeat(pan.length - 10) + pan.slice(-4);
}
