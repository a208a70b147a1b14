import type { CardSlot } from "../ports.js";
import { type Atr, atrLength, atrObjection, decodeAtr } from "./atr.js";
import { CardError } from "./cardError.js";
import { ATR_CHARACTER_WAIT_ETU, ATR_FIRST_WAIT_ETU, ATR_WHOLE_ETU } from "./lineTiming.js";

const ATR_LONGEST = 33;

/** An Answer to Reset that EMV accepts, or what is wrong with the one that came. */
export type AnswerToReset = { readonly atr: Atr } | { readonly objection: string };

/**
 * Takes the Answer to Reset once RST is high (EMV 4.3 Book 1, 8.4).
 * @throws {CardError} removed; mute when no answer began in time
 */
export async function receiveAtr(slot: CardSlot, reset: "cold" | "warm"): Promise<AnswerToReset> {
	const characters = new Uint8Array(ATR_LONGEST);
	let length = 0;
	while (length < ATR_LONGEST) {
		if (atrLength(characters.subarray(0, length)) === length) break;
		const next = await slot.receive(1, length ? ATR_CHARACTER_WAIT_ETU : ATR_FIRST_WAIT_ETU);
		if (!next.length || slot.elapsedEtu > ATR_WHOLE_ETU) break;
		characters[length++] = next[0]!;
	}
	if (!slot.powered) throw new CardError("removed", "the card was removed");
	if (!length) throw new CardError("mute", "the card does not answer to reset");
	if (slot.damagedCharacters) return { objection: "the answer to reset has wrong parity" };
	const atr = decodeAtr(characters.slice(0, length));
	if (!atr) return { objection: "the answer to reset breaks ISO/IEC 7816-3" };
	const objection = atrObjection(atr, reset);
	return objection ? { objection } : { atr };
}
