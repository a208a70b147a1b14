import { concat, uintBytes } from "../../src/bytes/bytes.js";

/**
 * The protocol between a virtual reader and a virtual card of the Virtual Smart Card project (vpcd and vpicc): messages
 * on a TCP connection, each behind its length in 2 bytes, high byte first. A message of one byte from the reader is one
 * of the control codes below, any longer one is a command APDU. The card answers `VPCD_ATR` with its answer to reset
 * and a command with a response APDU; the other codes are not answered.
 */
export const VPCD_POWER_OFF = Uint8Array.of(0);
export const VPCD_POWER_ON = Uint8Array.of(1);
export const VPCD_RESET = Uint8Array.of(2);
export const VPCD_ATR = Uint8Array.of(4);

/** Where vpcd listens unless told otherwise. */
export const VPCD_PORT = 35_963;

const LENGTH_LENGTH = 2;
const MOST_BYTES = 0xffff;

/** A message as it goes on the connection. @throws {RangeError} beyond 65535 bytes */
export function encodeVpcdMessage(message: Uint8Array): Uint8Array {
	return concat(uintBytes(message.length, LENGTH_LENGTH), message);
}

/** Puts the pieces that a connection delivers together to messages. */
export class VpcdParser {
	#bytes = new Uint8Array(LENGTH_LENGTH + MOST_BYTES);
	#length = 0;

	/** @returns the messages that `piece` completes, in order */
	push(piece: Uint8Array): Uint8Array[] {
		const messages: Uint8Array[] = [];
		for (let taken = 0; taken < piece.length; ) {
			const end = this.#end();
			const next = piece.subarray(taken, taken + end - this.#length);
			this.#bytes.set(next, this.#length);
			this.#length += next.length;
			taken += next.length;
			// Behind the length comes the message, which may be empty.
			if (this.#length < this.#end()) continue;
			messages.push(this.#bytes.slice(LENGTH_LENGTH, this.#length));
			this.#length = 0;
		}
		return messages;
	}

	/** Where what is known of the message ends. */
	#end(): number {
		if (this.#length < LENGTH_LENGTH) return LENGTH_LENGTH;
		return LENGTH_LENGTH + ((this.#bytes[0]! << 8) | this.#bytes[1]!);
	}
}
