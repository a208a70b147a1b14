import { concat, uintBytes } from "../../src/bytes/bytes.js";
import { type CommandApdu, decodeCommand } from "../../src/card/apdu.js";
import type { CardResponse, CommandCard } from "./command.js";
import { SW_6700_WRONG_LENGTH, SW_6985_CONDITIONS_NOT_SATISFIED, SW_9000_OK } from "./statusWord.js";

/**
 * A card as a PC/SC application sees it: whole command APDUs in (ISO/IEC 7816-4, 5.1, short lengths), whole
 * response APDUs out. A command with Le gets its data at once; one that leaves Le out, as T=0 applications do, gets 61xx
 * and then GET RESPONSE.
 */
export class ApduCard {
	readonly #card: CommandCard;
	/** Data that wait for GET RESPONSE. */
	#waitingData: Uint8Array = NOTHING;
	/** Broken until the next reset. */
	#fault: CardResponse["line"];

	constructor(card: CommandCard) {
		this.#card = card;
	}

	/** Answer to reset; empty from a mute card. */
	get atr(): Uint8Array {
		return this.#card.atr;
	}

	reset(): void {
		this.#card.reset();
		this.#waitingData = NOTHING;
		this.#fault = undefined;
	}

	/** @returns undefined from a card that does not answer */
	execute(bytes: Uint8Array): Uint8Array | undefined {
		if (this.atr.length === 0) return undefined;
		if (this.#fault) return faultyAnswer(this.#fault, bytes);
		const command = readCommand(bytes);
		if (!command) return uintBytes(SW_6700_WRONG_LENGTH, 2);
		if (command.cla === 0 && command.ins === INS_GET_RESPONSE) return this.#getResponse(command.le ?? 256);
		this.#waitingData = NOTHING;
		const response = this.#card.execute(command, command.data ?? NOTHING);
		this.#fault = response.line;
		return this.#fault ? faultyAnswer(this.#fault, bytes) : this.#answer(response, command);
	}

	#answer({ data, statusWord }: CardResponse, command: CommandApdu): Uint8Array {
		const status = uintBytes(statusWord, 2);
		if (data.length === 0) return status;
		if (command.le !== undefined && command.le >= data.length) return concat(data, status);
		// ISO/IEC 7816-4, 5.1: the same command again with the right Le; for one that brought data, GET RESPONSE.
		if (command.le !== undefined && !command.data) return Uint8Array.of(0x6c, data.length & 0xff);
		this.#waitingData = data;
		// EMV Level 1, 9.3.1: beside a warning the data are offered without being mentioned.
		return statusWord === SW_9000_OK ? moreData(data.length) : status;
	}

	#getResponse(le: number): Uint8Array {
		const data = this.#waitingData;
		if (data.length === 0) return uintBytes(SW_6985_CONDITIONS_NOT_SATISFIED, 2);
		this.#waitingData = data.subarray(le);
		const rest = this.#waitingData.length;
		return concat(data.subarray(0, le), rest ? moreData(rest) : uintBytes(SW_9000_OK, 2));
	}
}

const NOTHING = new Uint8Array(0);
const INS_GET_RESPONSE = 0xc0;

/** @returns undefined when the bytes are no command */
function readCommand(bytes: Uint8Array): CommandApdu | undefined {
	try {
		return decodeCommand(bytes);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

/** 61xx; xx is 00 for 256 or more. */
function moreData(length: number): Uint8Array {
	return Uint8Array.of(0x61, Math.min(length, 256) & 0xff);
}

/** What shows above the protocol of a card that breaks it: a status that never ends, otherwise silence. */
function faultyAnswer(fault: NonNullable<CardResponse["line"]>, command: Uint8Array): Uint8Array | undefined {
	if (fault === "endless 61") return Uint8Array.of(0x61, 0x10);
	if (fault === "endless 6C") return Uint8Array.of(0x6c, ((command[4] ?? 0) + 1) & 0xff);
	return undefined;
}
