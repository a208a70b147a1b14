import { formatHex } from "../bytes/hex.js";
import { holdsPan } from "../bytes/pan.js";
import { setBit } from "./fields.js";
import type { Transaction } from "./transaction.js";

/**
 * Tells of a decision, with the values of the data objects that it rests on. Callers that would have to work for their
 * words ask first: `if (t.why) explain(…)`.
 * @param tags never those of card number, track data or names
 */
export function explain(t: Transaction, section: string, rule: string, tags: readonly number[], result: string): void {
	if (!t.why) return;
	const inputs: Record<string, string> = {};
	for (const tag of tags) {
		const value = t.data.get(tag);
		inputs[tag.toString(16).toUpperCase().padStart(2, "0")] = value ? shown(value) : "absent";
	}
	t.why({ section, rule, inputs, result });
}

/** A card may put its number into anything that it gives. */
export function shown(value: Uint8Array): string {
	const text = formatHex(value);
	return holdsPan(text) ? `[${value.length} bytes]` : text;
}

/** Sets a bit of the Terminal Verification Results and says why. */
export function setTvr(t: Transaction, bit: number, section: string, reason: string, ...tags: readonly number[]): void {
	setBit(t.data.tvr, bit);
	if (t.why) explain(t, section, reason, tags, `TVR ${bitName(bit)}`);
}

/** E.g. "byte 4 bit 8", as the Books count. */
function bitName(bit: number): string {
	return `byte ${(bit >> 8) + 1} bit ${Math.log2(bit & 255) + 1}`;
}
