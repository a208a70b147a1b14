import { expect } from "vitest";
import { type Language, message } from "../../src/display/messages.js";
import type { ScreenName } from "../../src/display/screen.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import type { SaleBench } from "./bench.js";

/** More than any honest card needs, far less than a hang. */
const MOST_APDUS = 400;
const MOST_BYTES = 60_000;

/** What the display says at the end, unless a reversal is owed (EMV 4.4 Book 4, 11.2). */
const SCREENS: Readonly<Partial<Record<TransactionResult["outcome"], ScreenName>>> = {
	approved: "approved",
	declined: "declined",
	notAccepted: "notAccepted",
	cardError: "cardError",
	cardRemoved: "cardError",
	cardBlocked: "declined",
	timedOut: "timedOut",
};

/** Whatever the card did: bounded, and the display tells the persons at the terminal how it ended and what to do. */
export function expectDefiniteEnd(b: SaleBench, result: TransactionResult): void {
	expect(result.apdus).toBeLessThan(MOST_APDUS);
	expect(b.slot.characters).toBeLessThan(MOST_BYTES);
	const screen = b.screens.at(-1)!;
	expect(screen.name).toBe(result.reversal === "owed" ? "reversalOwed" : SCREENS[result.outcome]);
	const text = JSON.stringify(screen);
	const says = (...ids: Parameters<typeof message>[0][]) =>
		ids.some(id => text.includes(message(id, result.language as Language)));
	expect(says("takeCard"), text).toBe(b.slot.present);
	if (result.reversal === "owed") expect(says("reversalOwed"), text).toBe(true);
	else if (screen.name === "cardError") expect(says("tryAgain"), text).toBe(true);
	else if (result.outcome === "cardBlocked") expect(says("cardBlocked"), text).toBe(true);
}
