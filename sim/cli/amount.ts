import { InvalidArgumentError } from "commander";
import { formatAmount } from "../../src/display/amount.js";
import { MOST_AMOUNT_MINOR } from "../../src/keypad/amountEntry.js";

/** "12.34" as minor units. @throws {InvalidArgumentError} in one line */
export function parseAmount(text: string): number {
	const match = /^([0-9]{1,9})(?:\.([0-9]{2}))?$/.exec(text);
	if (!match) throw new InvalidArgumentError("give it as 12.34: digits, and two decimals or none.");
	const amountMinor = Number(match[1]) * 100 + Number(match[2] ?? 0);
	if (amountMinor === 0) throw new InvalidArgumentError("it must be more than 0.00.");
	if (amountMinor > MOST_AMOUNT_MINOR)
		throw new InvalidArgumentError(`it must not be more than ${(MOST_AMOUNT_MINOR / 100).toFixed(2)}.`);
	return amountMinor;
}

/** For people: the net of a refund and what leaves an account are below zero. @param currency ISO 4217 numeric */
export function signedAmount(amountMinor: number, currency: number): string {
	return `${amountMinor < 0 ? "-" : ""}${formatAmount(Math.abs(amountMinor), currency)}`;
}
