import { concat, uintBytes } from "../../src/bytes/bytes.js";
import type { CardCommand, CardResponse, CommandCard, LineFault } from "./command.js";
import type { CommandHeader } from "./commandHeader.js";
import { type ContactCard, INITIAL_CARD_LINE } from "./contactCard.js";
import {
	SW_6A86_INCORRECT_P1_P2,
	SW_6E00_CLASS_NOT_SUPPORTED,
	SW_6985_CONDITIONS_NOT_SATISFIED,
	SW_9000_OK,
} from "./statusWord.js";

/**
 * The card's side of protocol T=0 (ISO/IEC 7816-3, 10; EMV Level 1, 9.2.2): it takes single characters and never has
 * more before it than a header of five or the body that it asked for.
 */
export class T0Card implements ContactCard {
	/** ISO/IEC 7816-3, 10: characters are repeated; the rest is as before a protocol is chosen. */
	readonly line = Object.freeze({ ...INITIAL_CARD_LINE, repeatsCharacters: true });
	readonly #card: CommandCard;
	#characters: number[] = [];
	/** Waiting for the body of this command; undefined: waiting for a header. */
	#awaiting: { readonly command: SlowOrNot; readonly header: CommandHeader; readonly length: number } | undefined;
	/** Data that wait for GET RESPONSE. */
	#waitingData: Uint8Array = NOTHING;
	/** Before what has just been returned. */
	#delayEtu = 0;
	/** Until the next reset. */
	#fault: LineFault | undefined;

	constructor(card: CommandCard) {
		this.#card = card;
	}

	reset(): Uint8Array {
		this.#card.reset();
		this.#delayEtu = 0;
		this.#characters = [];
		this.#awaiting = undefined;
		this.#waitingData = NOTHING;
		this.#fault = undefined;
		return this.#card.atr;
	}

	delayEtu(index: number): number {
		return index === 0 ? this.#delayEtu : 0;
	}

	take(character: number): Uint8Array {
		this.#delayEtu = 0;
		// A card that gave no answer to reset gives no other.
		if (this.#card.atr.length === 0) return NOTHING;
		this.#characters.push(character);
		if (this.#characters.length < (this.#awaiting?.length ?? HEADER_LENGTH)) return NOTHING;
		const received = Uint8Array.from(this.#characters);
		this.#characters = [];
		return this.#awaiting ? this.#body(received) : this.#header(received);
	}

	#header([cla, ins, p1, p2, p3]: Uint8Array): Uint8Array {
		const header: CommandHeader = { cla: cla!, ins: ins!, p1: p1!, p2: p2! };
		if (this.#fault) return faultyAnswer(this.#fault, ins!, p3!);
		if (ins === INS_GET_RESPONSE) return this.#getResponse(header, p3!);
		this.#waitingData = NOTHING;
		const command = this.#card.findCommand(header);
		if (typeof command === "number") {
			const response = this.#card.execute(header, NOTHING);
			return this.#breakLine(response, ins!, p3!) ?? uintBytes(response.statusWord, 2);
		}
		if (command.body === "outgoing") return this.#outgoing(command, header, p3! || 256);
		if (p3 === 0) return this.#incoming(command, header, NOTHING);
		this.#awaiting = { command, header, length: p3! };
		return Uint8Array.of(ins!);
	}

	#body(data: Uint8Array): Uint8Array {
		const { command, header } = this.#awaiting!;
		this.#awaiting = undefined;
		return this.#incoming(command, header, data);
	}

	/** Cases 1, 3 and 4. */
	#incoming(command: SlowOrNot, header: CommandHeader, body: Uint8Array): Uint8Array {
		const response = this.#card.execute(header, body);
		const { data, statusWord } = response;
		const broken = this.#breakLine(response, header.ins, body.length);
		if (broken) return broken;
		this.#waitingData = data;
		// EMV Level 1, 9.3.1: 61xx offers data; beside a warning they are offered without being mentioned.
		const offered = data.length && statusWord === SW_9000_OK ? moreData(data.length) : uintBytes(statusWord, 2);
		return concat(this.#timeFor(command), offered);
	}

	/** Case 2. */
	#outgoing(command: SlowOrNot, header: CommandHeader, expected: number): Uint8Array {
		const response = this.#card.execute(header, NOTHING);
		const { data, statusWord } = response;
		const broken = this.#breakLine(response, header.ins, expected);
		if (broken) return broken;
		if (data.length === 0) return uintBytes(statusWord, 2);
		if (data.length !== expected) return wrongLength(data.length);
		return concat(this.#timeFor(command), Uint8Array.of(header.ins), data, uintBytes(statusWord, 2));
	}

	/** GET RESPONSE (EMV Level 1, 9.3.1.3): T=0's way to fetch what a case 4 command left. */
	#getResponse({ cla, ins, p1, p2 }: CommandHeader, p3: number): Uint8Array {
		const data = this.#waitingData;
		if (cla !== 0) return uintBytes(SW_6E00_CLASS_NOT_SUPPORTED, 2);
		if (p1 || p2) return uintBytes(SW_6A86_INCORRECT_P1_P2, 2);
		if (data.length === 0) return uintBytes(SW_6985_CONDITIONS_NOT_SATISFIED, 2);
		const expected = p3 || 256;
		if (expected > data.length) return wrongLength(data.length);
		this.#waitingData = data.subarray(expected);
		const rest = this.#waitingData.length;
		return concat(Uint8Array.of(ins), data.subarray(0, expected), rest ? moreData(rest) : uintBytes(SW_9000_OK, 2));
	}

	/** @returns what a faulty card sends instead of this answer */
	#breakLine({ line, delayEtu = 0 }: CardResponse, ins: number, p3: number): Uint8Array | undefined {
		this.#delayEtu = delayEtu;
		this.#fault = line;
		return line && faultyAnswer(line, ins, p3);
	}

	#timeFor({ slow }: SlowOrNot): Uint8Array {
		return new Uint8Array(slow ? this.#card.nullBytes : 0).fill(PROCEDURE_BYTE_NULL);
	}
}

type SlowOrNot = Pick<CardCommand, "slow">;

const NOTHING = new Uint8Array(0);
const HEADER_LENGTH = 5;
const INS_GET_RESPONSE = 0xc0;
const PROCEDURE_BYTE_NULL = 0x60;

/** 61xx; xx is 00 for 256 or more. */
function moreData(length: number): Uint8Array {
	return Uint8Array.of(0x61, Math.min(length, 256) & 0xff);
}

/** 6Cxx: send the same command with this Le. */
function wrongLength(length: number): Uint8Array {
	return Uint8Array.of(0x6c, length & 0xff);
}

/** What a card with this fault on the line answers to any header. */
function faultyAnswer(fault: LineFault, ins: number, p3: number): Uint8Array {
	switch (fault) {
		case "mute":
			return NOTHING;
		case "endless 60":
			return new Uint8Array(NULLS_WITHOUT_END).fill(PROCEDURE_BYTE_NULL);
		case "endless 61":
			if (ins !== INS_GET_RESPONSE) return moreData(MORE_WITHOUT_END);
			return concat(Uint8Array.of(ins), new Uint8Array(p3 || 256), moreData(MORE_WITHOUT_END));
		case "endless 6C":
			return wrongLength(p3 + 1);
	}
}

/** A line holds no endless row of characters; this is longer than any terminal waits. */
const NULLS_WITHOUT_END = 16_384;
const MORE_WITHOUT_END = 16;
