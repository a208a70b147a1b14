import type { Key } from "../../src/ports.js";

/** The keys that a person presses for a hexadecimal text; Enter between equal letters, which the arrows could not tell. */
export function keysFor(hex: string): Key[] {
	const keys: Key[] = [];
	for (const [i, digit] of [...hex].entries()) {
		const letter = "ABCDEF".indexOf(digit);
		if (letter < 0) {
			keys.push(digit as Key);
			continue;
		}
		if (i > 0 && /[A-F]/.test(hex[i - 1]!)) keys.push("enter");
		for (let n = 0; n <= letter; n++) keys.push("up");
	}
	if (/[A-F]$/.test(hex)) keys.push("enter");
	return keys;
}
