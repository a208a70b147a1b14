import type { CardSlot } from "../ports.js";
import { ATR_CHARACTER_WAIT_ETU } from "./lineTiming.js";

const PPSS = 0xff;
/** PPS0: PPS1, with F and D, is there. */
const PPS1_PRESENT = 0x10;
const PPS_OPTIONAL_BYTES = 0x70;

/** What PPS came to: `ta1` codes the factors in force (tables 7 and 8); undefined where the card left the default ones. */
export interface PpsAgreement {
	readonly ta1: number | undefined;
}

/**
 * Proposes protocol and transmission factors (ISO/IEC 7816-3, 9).
 * @param ta1 the factors as TA1 codes them; undefined proposes the default ones
 * @returns undefined when the card gave no valid answer: it must then be reset (9.1)
 */
export async function exchangePps(
	slot: CardSlot,
	protocol: number,
	ta1: number | undefined,
): Promise<PpsAgreement | undefined> {
	const request = withCheck(ta1 === undefined ? [PPSS, protocol] : [PPSS, PPS1_PRESENT | protocol, ta1]);
	await slot.send(request);
	const start = await slot.receive(2, ATR_CHARACTER_WAIT_ETU);
	if (start.length < 2) return undefined;
	const rest = await slot.receive(bitCount(start[1]! & PPS_OPTIONAL_BYTES) + 1, ATR_CHARACTER_WAIT_ETU);
	const response = Uint8Array.of(...start, ...rest);
	// 9.3: PPS0 names the same protocol; PPS1 is ours or absent, which leaves the default factors; nothing else was proposed.
	const granted = response[1] === request[1] && response[2] === ta1 ? ta1 : undefined;
	const asGranted = withCheck(granted === undefined ? [PPSS, protocol] : [PPSS, PPS1_PRESENT | protocol, granted]);
	const isValid = slot.damagedCharacters === 0 && response.length === asGranted.length;
	return isValid && response.every((byte, i) => byte === asGranted[i]) ? { ta1: granted } : undefined;
}

/** PCK makes the exclusive-or of all bytes zero (9.2). */
function withCheck(bytes: readonly number[]): Uint8Array {
	return Uint8Array.of(
		...bytes,
		bytes.reduce((check, byte) => check ^ byte, 0),
	);
}

function bitCount(bits: number): number {
	return ((bits >> 4) & 1) + ((bits >> 5) & 1) + ((bits >> 6) & 1);
}
