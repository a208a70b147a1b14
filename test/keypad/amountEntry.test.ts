import { expect, test } from "vitest";
import { amountAfterKey, MOST_AMOUNT_MINOR } from "../../src/keypad/amountEntry.js";
import type { Key } from "../../src/ports.js";

test.each<[string, readonly Key[], number]>([
	["digits shift in from the right", ["1", "2", "3", "4"], 1234],
	["leading zeros are nothing", ["0", "0", "7"], 7],
	["clear takes the last digit back", ["1", "2", "3", "clear"], 12],
	["clear of nothing", ["clear"], 0],
	["other keys change nothing", ["5", "up", "down", "enter", "cancel", "6"], 56],
	["no more than the limit", ["9", "9", "9", "9", "9", "9", "9", "9", "9", "9"], MOST_AMOUNT_MINOR],
])("%s", (_name, keys, amountMinor) => {
	expect(keys.reduce(amountAfterKey, 0)).toBe(amountMinor);
});

test("what can be typed fits tag 81, 4 bytes", () => {
	expect(MOST_AMOUNT_MINOR).toBeLessThan(2 ** 32);
});
