import { concat, uintBytes } from "../bytes/bytes.js";
import type { CardSlot } from "../ports.js";
import { carriesPin, decodeCommand } from "./apdu.js";
import { CardError } from "./cardError.js";
import { LONGEST_COMMAND_ETU } from "./lineTiming.js";

// A hostile card may ask for time, or promise data, for ever; the Books set no bound, so these are some.
const MOST_NULL_BYTES = 1_000;
const MOST_ROUNDS = 32;

const LONGEST_DATA = 256;

const NULL_BYTE = 0x60;
// In the interindustry class, whatever the class of the command was (EMV 4.3 Book 1, 9.3.1.3).
const GET_RESPONSE = Uint8Array.of(0x00, 0xc0, 0x00, 0x00);

/** The data of a TPDU from the card, and SW1 SW2 as one number. */
export interface TpduAnswer {
	readonly data: Uint8Array;
	readonly sw: number;
}

/** One header with its data out or in, to the status bytes. `p3` is the length as sent (00 for 256 in). */
export type ExchangeTpdu = (
	header: Uint8Array,
	p3: number,
	dataOut?: Uint8Array,
	dataIn?: boolean,
) => Promise<TpduAnswer>;

/**
 * A command APDU as one or more TPDUs of T=0, with GET RESPONSE and the correction of Le (EMV 4.3 Book 1, 9.3.1).
 * @returns R-APDU @throws {CardError} protocol
 */
export async function exchangeOverTpdus(bytes: Uint8Array, tpdu: ExchangeTpdu): Promise<Uint8Array> {
	const command = decodeCommand(bytes);
	const header = bytes.subarray(0, 4);
	const isCase3Or4 = command.data !== undefined;
	const wantsData = command.le !== undefined;
	let sent = header;
	let answer = isCase3Or4
		? await tpdu(header, bytes[4]!, command.data)
		: await tpdu(header, wantsData ? command.le! & 255 : 0, undefined, wantsData);
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
		answer = await tpdu(sent, p3, undefined, true);
		data = concat(data, answer.data);
		if (data.length > LONGEST_DATA) break;
	}
	throw new CardError("protocol", "the card keeps promising data");
}

/** The terminal's side of transport protocol T=0: each TPDU as characters and procedure bytes (EMV 4.3 Book 1, 9.2.2). */
export class T0 {
	readonly #slot: CardSlot;

	readonly #workWaitingTimeEtu: number;

	constructor(slot: CardSlot, workWaitingTimeEtu: number) {
		this.#slot = slot;
		this.#workWaitingTimeEtu = workWaitingTimeEtu;
	}

	/** @returns R-APDU @throws {CardError} removed, mute or protocol */
	transmit(bytes: Uint8Array): Promise<Uint8Array> {
		return exchangeOverTpdus(bytes, (header, p3, dataOut, dataIn) => this.#tpdu(header, p3, dataOut, dataIn));
	}

	async #tpdu(header: Uint8Array, p3: number, dataOut?: Uint8Array, dataIn = false): Promise<TpduAnswer> {
		const since = this.#slot.elapsedEtu;
		await this.#send(concat(header, Uint8Array.of(p3)));
		const ins = header[1]!;
		const expected = dataOut ? dataOut.length : dataIn ? p3 || 256 : 0;
		const received = new Uint8Array(dataOut ? 0 : expected);
		let done = 0;
		for (let nulls = 0; ; ) {
			const procedure = (await this.#receive(1))[0]!;
			if (procedure === NULL_BYTE) {
				if (++nulls > MOST_NULL_BYTES || this.#slot.elapsedEtu - since > LONGEST_COMMAND_ETU)
					throw new CardError("protocol", "the card keeps asking for time");
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
			if (dataOut) await this.#send(dataOut.subarray(done, done + count), carriesPin(ins) ? 0 : undefined);
			else received.set(await this.#receive(count), done);
			done += count;
		}
	}

	async #send(bytes: Uint8Array, secretFrom?: number): Promise<void> {
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		await this.#slot.send(bytes, secretFrom);
	}

	async #receive(length: number): Promise<Uint8Array> {
		const damaged = this.#slot.damagedCharacters;
		const bytes = await this.#slot.receive(length, this.#workWaitingTimeEtu);
		if (bytes.length === length) return bytes;
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		// ISO/IEC 7816-3, 7.3: what stays damaged when repeated cannot be carried.
		if (this.#slot.damagedCharacters > damaged) throw new CardError("protocol", "characters keep arriving damaged");
		throw new CardError("mute", "the card does not answer");
	}
}
