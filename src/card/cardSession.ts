import type { CardSlot } from "../ports.js";
import type { CommandApdu, ResponseApdu } from "./apdu.js";
import { type Atr, atrLength, atrObjection, decodeAtr } from "./atr.js";
import { CardError } from "./cardError.js";
import { T0, WORKING_WAITING_TIME_ETU } from "./t0.js";

const ATR_LONGEST = 33;

/** Sees each exchange, e.g. for the log; the body of a VERIFY (ISO/IEC 7816-4, 11.6.6) has been cleared before. */
export type ExchangeListener = (command: CommandApdu, response: ResponseApdu) => void;

/** One card from activation to deactivation: the only way from the kernel to the card. */
export class CardSession {
	/** Command APDUs sent. */
	apdus = 0;
	readonly #slot: CardSlot;
	readonly #t0: T0;
	readonly #onExchange: ExchangeListener | undefined;

	constructor(slot: CardSlot, onExchange?: ExchangeListener) {
		this.#slot = slot;
		this.#t0 = new T0(slot);
		this.#onExchange = onExchange;
	}

	get bytesToCard(): number {
		return this.#t0.bytesToCard;
	}

	get bytesFromCard(): number {
		return this.#t0.bytesFromCard;
	}

	/**
	 * Cold reset; when the ATR is not acceptable, one warm reset; then the card is rejected (EMV 4.3 Book 1, 8.3).
	 * A card that does not answer at all is deactivated at once (6.1.3).
	 * @throws {CardError} removed, mute or notAccepted
	 */
	async activate(): Promise<Atr> {
		await this.#slot.activate();
		let answer = await this.#readAtr("cold");
		if ("objection" in answer && !answer.mute) {
			await this.#slot.warmReset();
			answer = await this.#readAtr("warm");
		}
		if ("objection" in answer) {
			await this.deactivate();
			throw new CardError(answer.mute ? "mute" : "notAccepted", answer.objection);
		}
		return answer.atr;
	}

	/** @throws {CardError} when the card does not answer as the protocol has it */
	async transmit(command: CommandApdu): Promise<ResponseApdu> {
		this.apdus++;
		const response = await this.#t0.transmit(command);
		const isVerify = command.ins === 0x20 || command.ins === 0x21;
		const { data, ...rest } = command;
		this.#onExchange?.(isVerify && data ? { ...rest, data: new Uint8Array(data.length) } : command, response);
		return response;
	}

	deactivate(): Promise<void> {
		return this.#slot.deactivate();
	}

	async #readAtr(reset: "cold" | "warm"): Promise<{ atr: Atr } | { objection: string; mute: boolean }> {
		let bytes = new Uint8Array(0);
		while (bytes.length < ATR_LONGEST) {
			const whole = atrLength(bytes);
			if (whole !== undefined && bytes.length >= whole) break;
			const next = await this.#slot.receive(1, WORKING_WAITING_TIME_ETU);
			if (!next.length) break;
			bytes = Uint8Array.of(...bytes, next[0]!);
		}
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		if (!bytes.length) return { objection: "the card does not answer to reset", mute: true };
		const atr = decodeAtr(bytes);
		if (!atr) return { objection: "the answer to reset breaks ISO/IEC 7816-3", mute: false };
		const objection = atrObjection(atr, reset) ?? (atr.protocols[0] === 0 ? undefined : "the card speaks T=1");
		return objection ? { objection, mute: false } : { atr };
	}
}
