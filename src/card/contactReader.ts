import type { CardReader, CardSlot } from "../ports.js";
import { receiveAtr } from "./answerToReset.js";
import type { Atr } from "./atr.js";
import {
	type AtrParameters,
	atrParameters,
	DEFAULT_FACTORS,
	factorsOf,
	type TransmissionFactors,
} from "./atrParameters.js";
import { CardError } from "./cardError.js";
import { t0Timing, t1Timing } from "./lineTiming.js";
import { exchangePps } from "./pps.js";
import { T0 } from "./t0.js";
import { T1 } from "./t1.js";

export interface ContactReaderOptions {
	/**
	 * Ask a card in negotiable mode by PPS for the transmission factors that its TA1 offers. Left out, such a card stays at
	 * F = 372 and D = 1, as EMV has it (EMV Level 1 Contact Interface 1.0, 8.3.3.1).
	 */
	readonly negotiatesFactors?: boolean;
	/** Ask a card that offers several protocols for this one, by PPS. Left out, it is the first one that the card offers. */
	readonly protocol?: 0 | 1;
}

/** A card slot of bare contacts as a reader of APDUs: resets, Answer to Reset, PPS, transmission protocol. */
export class ContactReader implements CardReader {
	readonly #slot: CardSlot;
	readonly #options: ContactReaderOptions;
	#protocol: T0 | T1 | undefined;

	constructor(slot: CardSlot, options: ContactReaderOptions = {}) {
		this.#slot = slot;
		this.#options = options;
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

	async activate(): Promise<Uint8Array> {
		this.#protocol = undefined;
		return this.#orDeactivate(async () => {
			let atr = await this.#reset();
			let agreed = await this.#agree(atr, this.#options);
			if (!agreed) {
				// ISO/IEC 7816-3, 9.1: after PPS without an answer only a reset helps; this time nothing is proposed.
				atr = await this.#reset();
				agreed = (await this.#agree(atr, {}))!;
			}
			await this.#start(atrParameters(atr), agreed);
			return atr.bytes;
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

	/**
	 * Cold reset; when the ATR is not acceptable, one warm reset; then the card is rejected (EMV 4.3 Book 1, 8.3).
	 * A card that does not answer at all is deactivated at once (6.1.3).
	 */
	async #reset(): Promise<Atr> {
		await this.#slot.activate();
		let answer = await receiveAtr(this.#slot, "cold");
		if ("objection" in answer) {
			await this.#slot.warmReset();
			answer = await receiveAtr(this.#slot, "warm");
		}
		if ("objection" in answer) throw new CardError("notAccepted", answer.objection);
		return answer.atr;
	}

	/** @returns undefined after a PPS to which the card gave no valid answer */
	async #agree(
		atr: Atr,
		{ negotiatesFactors = false, protocol }: ContactReaderOptions,
	): Promise<Agreement | undefined> {
		const { TA1, TA2 } = atr.interfaceBytes;
		const offered = atrParameters(atr);
		const first = offered.protocols[0] === 1 ? 1 : 0;
		// ISO/IEC 7816-3, 6.3.1: a card in specific mode has chosen, and takes no PPS.
		if (TA2 !== undefined) return { protocol: first, factors: factorsOf(TA1) ?? DEFAULT_FACTORS };
		const wanted = protocol !== undefined && offered.protocols.includes(protocol) ? protocol : first;
		const ta1 = negotiatesFactors && factorsOf(TA1) ? TA1 : undefined;
		if (wanted === first && ta1 === undefined) return { protocol: first, factors: DEFAULT_FACTORS };
		const granted = await exchangePps(this.#slot, wanted, ta1);
		return granted && { protocol: wanted, factors: factorsOf(granted.ta1) ?? DEFAULT_FACTORS };
	}

	async #start(offered: AtrParameters, { protocol, factors }: Agreement): Promise<void> {
		if (protocol === 0) {
			const timing = t0Timing(offered, factors);
			this.#slot.configure(timing.line);
			this.#protocol = new T0(this.#slot, timing.workWaitingTimeEtu);
		} else {
			const timing = t1Timing(offered, factors);
			this.#slot.configure(timing.line);
			const t1 = new T1(this.#slot, offered.t1!, timing);
			await t1.start();
			this.#protocol = t1;
		}
	}
}

interface Agreement {
	readonly protocol: 0 | 1;
	readonly factors: TransmissionFactors;
}
