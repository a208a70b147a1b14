import type { Key } from "../ports.js";

/** Most that can be typed: below what tag 81 (4 bytes) holds, and what the display has room for. */
export const MOST_AMOUNT_MINOR = 999_999_999;

/** The amount after one more key: digits shift in from the right, clear takes the last one back. */
export function amountAfterKey(amountMinor: number, key: Key): number {
	if (key === "clear") return Math.floor(amountMinor / 10);
	if (key < "0" || key > "9" || key.length !== 1) return amountMinor;
	const longer = amountMinor * 10 + Number(key);
	return longer > MOST_AMOUNT_MINOR ? amountMinor : longer;
}
