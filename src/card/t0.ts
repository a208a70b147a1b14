import { concat, uintBytes } from "../bytes/bytes.js";
import type { CardSlot } from "../ports.js";
import { decodeCommand } from "./apdu.js";
import { CardError } from "./cardError.js";

/** WI = 10: 960 x D x WI etu between two characters of the card, plus the terminal's allowance of D x 480 (EMV 4.3 Book 1, 9.2.2.1). */
export const WORKING_WAITING_TIME_ETU = 10_080;

// A hostile card may ask for more time or promise more data for ever; the Books set no bound, so this is one.
const MOST_NULL_BYTES = 1_000;
const MOST_ROUNDS = 32;

const NULL_BYTE = 0x60;
// In the interindustry class, whatever the class of the command was (EMV 4.3 Book 1, 9.3.1.3).
const GET_RESPONSE = Uint8Array.of(0x00, 0xc0, 0x00, 0x00);

/**
 * The terminal's side of transport protocol T=0: a command APDU as one or more TPDUs (EMV 4.3 Book 1, 9.3.1),
 * each as characters and procedure bytes (9.2.2).
 */
export class T0 {
	readonly #slot: CardSlot;

	constructor(slot: CardSlot) {
		this.#slot = slot;
	}

	/** @returns R-APDU @throws {CardError} removed, mute or protocol */
	async transmit(bytes: Uint8Array): Promise<Uint8Array> {
		const command = decodeCommand(bytes);
		const header = bytes.subarray(0, 4);
		const isCase3Or4 = command.data !== undefined;
		const wantsData = command.le !== undefined;
		let sent = header;
		let answer = isCase3Or4
			? await this.#tpdu(header, bytes[4]!, command.data)
			: await this.#tpdu(header, wantsData ? command.le! & 255 : 0, undefined, wantsData);
		let data: Uint8Array = answer.data;
		let warning: number | undefined;
		let lengthCorrected = false;
		for (let round = 0; round < MOST_ROUNDS; round++) {
			const sw1 = answer.sw >> 8;
			const canCorrect = sent === GET_RESPONSE || (wantsData && !isCase3Or4);
			let p3 = answer.sw & 255;
			if (sw1 === 0x6c && canCorrect && !lengthCorrected) {
				lengthCorrected = true; // the same command again with only Le changed, once (9.3.1.1.2)
			} else if (sw1 === 0x61 && (wantsData || isCase3Or4)) {
				sent = GET_RESPONSE;
			} else if ((sw1 === 0x62 || sw1 === 0x63) && isCase3Or4 && wantsData && warning === undefined && !data.length) {
				// 9.3.1.1.4: a case 4 command that ends in a warning still has data to fetch; the warning is its status.
				warning = answer.sw;
				sent = GET_RESPONSE;
				p3 = 0;
			} else {
				return concat(data, uintBytes(warning ?? answer.sw, 2));
			}
			answer = await this.#tpdu(sent, p3, undefined, true);
			data = concat(data, answer.data);
		}
		throw new CardError("protocol", "the card keeps promising data");
	}

	/** One header with its data out or in, to the status bytes. `p3` is the length as sent (00 for 256 in). */
	async #tpdu(
		header: Uint8Array,
		p3: number,
		dataOut?: Uint8Array,
		dataIn = false,
	): Promise<{ data: Uint8Array; sw: number }> {
		await this.#send(concat(header, Uint8Array.of(p3)));
		const ins = header[1]!;
		const expected = dataOut ? dataOut.length : dataIn ? p3 || 256 : 0;
		const received = new Uint8Array(dataOut ? 0 : expected);
		let done = 0;
		for (let nulls = 0; ; ) {
			const procedure = (await this.#receive(1))[0]!;
			if (procedure === NULL_BYTE) {
				if (++nulls > MOST_NULL_BYTES) throw new CardError("protocol", "the card keeps asking for time");
				continue;
			}
			const sw1 = procedure >> 4;
			if (sw1 === 6 || sw1 === 9) {
				const sw2 = (await this.#receive(1))[0]!;
				return { data: received.subarray(0, dataOut ? 0 : done), sw: (procedure << 8) | sw2 };
			}
			// ISO/IEC 7816-3, 10.3.3: INS lets all remaining bytes pass, its complement just one.
			const count = procedure === ins ? expected - done : procedure === (ins ^ 0xff) ? 1 : 0;
			if (count === 0 || done + count > expected) throw new CardError("protocol", "unexpected procedure byte");
			if (dataOut) await this.#send(dataOut.subarray(done, done + count));
			else received.set(await this.#receive(count), done);
			done += count;
		}
	}

	async #send(bytes: Uint8Array): Promise<void> {
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		await this.#slot.send(bytes);
	}

	async #receive(length: number): Promise<Uint8Array> {
		const bytes = await this.#slot.receive(length, WORKING_WAITING_TIME_ETU);
		if (bytes.length === length) return bytes;
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		throw new CardError("mute", "the card does not answer");
	}
}
