import { answerFrame, encodeFrame, type Frame } from "../../src/host/frame.js";
import { decodeMessage, encodeMessage, textField } from "../../src/host/iso8583/message.js";
import { encodeWithMac } from "../../src/host/messageMac.js";
import { findField } from "../../src/host/profiles/carried.js";
import type { Acquirer, Answer } from "./acquirer.js";
import type { AnswerFault, FaultPlan } from "./fault.js";

/** What goes back on the line for one request. */
export interface Delivery {
	readonly answer: Answer;
	/** Pieces in their order. */
	readonly pieces: readonly Uint8Array[];
	readonly delayMs: number;
	/** The connection ends instead of, or after, the pieces. */
	readonly close: boolean;
	readonly fault: AnswerFault | undefined;
}

/** What a line needs of the bank at its end. */
export type BankSide = Pick<Acquirer, "profile" | "handle" | "orderScript">;

/** Turns requests into what the line carries back, faults included: over TLS and inside a test the same. */
export class AnswerLine {
	readonly #acquirer: BankSide;
	readonly #faults: FaultPlan;
	readonly #change: (answer: Answer) => Uint8Array;
	/** Answers that come late: in front of the next one to the same terminal. */
	readonly #late = new Map<string, Uint8Array[]>();

	/** @param change what becomes of each right answer's message before it is framed */
	constructor(acquirer: BankSide, faults: FaultPlan, change: (answer: Answer) => Uint8Array = ({ bytes }) => bytes) {
		this.#acquirer = acquirer;
		this.#faults = faults;
		this.#change = change;
	}

	/** @throws {Iso8583Error} when the frame holds no message of the profile, so that there is nobody to answer */
	deliver(request: Frame): Delivery {
		const answer = this.#acquirer.handle(request.message);
		const { terminalId } = answer;
		const taken = this.#faults.takeForAnswer(terminalId);
		const right = this.#framed(request, this.#change(answer));
		const whole = { answer, delayMs: 0, close: false, fault: taken?.fault };
		switch (taken?.fault) {
			case undefined:
				return { ...whole, pieces: [...this.#takeLate(terminalId), right] };
			case "slow":
				return { ...whole, pieces: [right], delayMs: taken!.delayMs };
			case "noReply":
				return { ...whole, pieces: [] };
			case "lateReply":
				this.#late.set(terminalId, [...(this.#late.get(terminalId) ?? []), right]);
				return { ...whole, pieces: [] };
			case "duplicate":
				return { ...whole, pieces: [...this.#takeLate(terminalId), right, right] };
			case "halfFrame":
				return { ...whole, pieces: [right.slice(0, right.length >> 1)] };
			case "closeAfterRequest":
				return { ...whole, pieces: [], close: true };
			case "garbled":
				return {
					...whole,
					pieces: [
						this.#framed(
							request,
							answer.bytes.map(byte => byte ^ 0xff),
						),
					],
				};
			case "wrongMac": {
				const spoiled = answer.bytes.slice();
				spoiled[spoiled.length - 1]! ^= 0x01;
				return { ...whole, pieces: [this.#framed(request, spoiled)] };
			}
			case "wrongAmount":
				return { ...whole, pieces: [this.#framed(request, this.#withNext(answer, "amount"))] };
			case "wrongStan":
				return { ...whole, pieces: [this.#framed(request, this.#withNext(answer, "stan"))] };
		}
	}

	#takeLate(terminalId: string): Uint8Array[] {
		const late = this.#late.get(terminalId) ?? [];
		this.#late.delete(terminalId);
		return late;
	}

	#framed(request: Frame, message: Uint8Array): Uint8Array {
		return encodeFrame(this.#acquirer.profile.frame, answerFrame(request, message));
	}

	/** The answer with one more in a numeric field, or in the STAN when it lacks that, and a MAC that is right for it. */
	#withNext(answer: Answer, name: "amount" | "stan"): Uint8Array {
		const { profile } = this.#acquirer;
		const message = decodeMessage(profile.message, answer.bytes);
		const { number } = findField(profile, name);
		const text = textField(message, number);
		if (text === undefined) return this.#withNext(answer, "stan");
		const next = String((Number(text) + 1) % 10 ** text.length).padStart(text.length, "0");
		const changed = { ...message, fields: { ...message.fields, [number]: next } };
		return answer.keys ? encodeWithMac(profile, changed, answer.keys) : encodeMessage(profile.message, changed);
	}
}
