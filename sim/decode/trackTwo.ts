import type { DecodedNode } from "./node.js";

/**
 * The parts of track 2 (ISO/IEC 7813): card number, expiry, service code, discretionary data.
 * @param digits with the separator as D or =
 * @returns none when there is no separator where one must be
 */
export function trackTwoParts(digits: string, offset: number): DecodedNode[] {
	const match = /^([0-9]{1,19})[D=]([0-9]{4})([0-9]{3})([0-9]*)$/.exec(digits);
	if (!match) return [];
	const [, pan, expiry, serviceCode, discretionary] = match as unknown as [string, string, string, string, string];
	return [
		{ label: "", name: "Primary account number", value: pan, sensitivity: "pan", offset },
		{ label: "", name: "Expiry", value: expiry, meaning: `20${expiry.slice(0, 2)}-${expiry.slice(2)}` },
		{ label: "", name: "Service code", value: serviceCode },
		{ label: "", name: "Discretionary data", value: discretionary, sensitivity: "secret" },
	];
}
