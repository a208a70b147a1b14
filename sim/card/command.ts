import type { CardContext } from "./cardContext.js";
import type { CommandHeader } from "./commandHeader.js";
import { SW_9000_OK } from "./statusWord.js";

export interface CardResponse {
	readonly data: Uint8Array;
	/** SW1 SW2 as one number. */
	readonly statusWord: number;
	/** Time that the card takes before it answers, beyond the least that its protocol asks for; none when left out. */
	readonly delayEtu?: number;
	/** How the card breaks its protocol instead of sending this answer; only a faulty card does. */
	readonly line?: LineFault;
}

/** What a faulty card does on the line: one procedure byte or status for ever, or nothing any more. */
export type LineFault = "endless 60" | "endless 61" | "endless 6C" | "mute";

/** One command of the card (EMV 4.4 Book 3, 6.5). */
export interface CardCommand {
	readonly cla: number;
	readonly ins: number;
	/**
	 * Which way the body goes in T=0, where the header does not tell (ISO/IEC 7816-3, 10.3.2): to the card (cases 1, 3 and 4,
	 * whose data for the terminal wait for GET RESPONSE) or from the card (case 2).
	 */
	readonly body: "incoming" | "outgoing";
	/** The card asks for time before it answers. */
	readonly slow: boolean;
	run(card: CardContext, header: CommandHeader, data: Uint8Array): CardResponse;
}

/** A card above its transmission protocol: whole commands in, whole responses out. */
export interface CommandCard {
	/** Empty: the card is mute. */
	readonly atr: Uint8Array;
	/** How often a slow command asks for more time. */
	readonly nullBytes: number;
	/** Forgets everything but the counters. */
	reset(): void;
	/** The command that a header names, or the status word that refuses it (ISO/IEC 7816-4, 5.6). */
	findCommand(header: CommandHeader): Pick<CardCommand, "body" | "slow"> | number;
	/** Runs one whole command, whichever protocol brought it. GET RESPONSE belongs to T=0 and is not one. */
	execute(header: CommandHeader, data: Uint8Array): CardResponse;
}

/** Success, with data for the terminal. */
export function answer(data: Uint8Array = new Uint8Array(0)): CardResponse {
	return { data, statusWord: SW_9000_OK };
}

/** Any other status word. */
export function refusal(statusWord: number): CardResponse {
	return { data: new Uint8Array(0), statusWord };
}
