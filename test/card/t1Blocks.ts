import { bytes, hex } from "../emv/scriptedCard.js";
import type { Turn } from "./scriptedSlot.js";

/** A block with its LRC, in hexadecimal: NAD 00, PCB, LEN, information. */
export function block(pcb: string, information = ""): string {
	const body = hex(`00 ${pcb} ${(hex(information).length / 2).toString(16).padStart(2, "0")} ${information}`);
	const check = bytes(body).reduce((sum, byte) => sum ^ byte, 0);
	return `${body}${check.toString(16).padStart(2, "0")}`.toUpperCase();
}

/** The same with one bit of its information, or of its PCB, turned round. */
export function damaged(whole: string): string {
	const at = whole.length > 8 ? 6 : 2;
	return whole.slice(0, at) + (Number.parseInt(whole[at]!, 16) ^ 1).toString(16).toUpperCase() + whole.slice(at + 1);
}

/** S(IFS request) of 254 bytes and its response. */
export const IFS: Turn = [block("C1", "FE"), block("E1", "FE")];

/** An ATR, in hexadecimal, with its check byte TCK. */
export function withCheck(atr: string): string {
	const check = bytes(atr)
		.slice(1)
		.reduce((sum, byte) => sum ^ byte, 0);
	return `${atr}${check.toString(16).padStart(2, "0")}`.toUpperCase();
}
