import type { CardReader, CardSlot } from "../ports.js";
import { type Atr, atrLength, atrObjection, decodeAtr } from "./atr.js";
import { CardError } from "./cardError.js";
import { T0, WORKING_WAITING_TIME_ETU } from "./t0.js";

const ATR_LONGEST = 33;

/** A card slot of bare contacts as a reader of APDUs: resets, Answer to Reset, transmission protocol. */
export class ContactReader implements CardReader {
	readonly #slot: CardSlot;
	#protocol: T0 | undefined;

	constructor(slot: CardSlot) {
		this.#slot = slot;
	}

	get present(): boolean {
		return this.#slot.present;
	}

	get onChange(): ((present: boolean) => void) | undefined {
		return this.#slot.onChange;
	}

	set onChange(listener: ((present: boolean) => void) | undefined) {
		this.#slot.onChange = listener;
	}

	/**
	 * Cold reset; when the ATR is not acceptable, one warm reset; then the card is rejected (EMV 4.3 Book 1, 8.3).
	 * A card that does not answer at all is deactivated at once (6.1.3).
	 */
	async activate(): Promise<Uint8Array> {
		return this.#orDeactivate(async () => {
			this.#protocol = undefined;
			await this.#slot.activate();
			let answer = await this.#readAtr("cold");
			if ("objection" in answer) {
				await this.#slot.warmReset();
				answer = await this.#readAtr("warm");
			}
			if ("objection" in answer) throw new CardError("notAccepted", answer.objection);
			this.#protocol = new T0(this.#slot);
			return answer.atr.bytes;
		});
	}

	async transmit(command: Uint8Array): Promise<Uint8Array> {
		const protocol = this.#protocol;
		if (!protocol) throw new Error("the card is not active: call activate first");
		return this.#orDeactivate(() => protocol.transmit(command));
	}

	async deactivate(): Promise<void> {
		this.#protocol = undefined;
		await this.#slot.deactivate();
	}

	async #orDeactivate(dialogue: () => Promise<Uint8Array>): Promise<Uint8Array> {
		try {
			return await dialogue();
		} catch (error) {
			await this.deactivate();
			throw error;
		}
	}

	/** @throws {CardError} removed or mute */
	async #readAtr(reset: "cold" | "warm"): Promise<{ atr: Atr } | { objection: string }> {
		let bytes = new Uint8Array(0);
		while (bytes.length < ATR_LONGEST) {
			const whole = atrLength(bytes);
			if (whole !== undefined && bytes.length >= whole) break;
			const next = await this.#slot.receive(1, WORKING_WAITING_TIME_ETU);
			if (!next.length) break;
			bytes = Uint8Array.of(...bytes, next[0]!);
		}
		if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
		if (!bytes.length) throw new CardError("mute", "the card does not answer to reset");
		const atr = decodeAtr(bytes);
		if (!atr) return { objection: "the answer to reset breaks ISO/IEC 7816-3" };
		const objection = atrObjection(atr, reset) ?? (atr.protocols[0] === 0 ? undefined : "the card speaks T=1");
		return objection ? { objection } : { atr };
	}
}
