import { type Frame, FrameError, FrameReader } from "./frame.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import { decodeMessage, type IsoMessage, responseType } from "./iso8583/message.js";
import { type MessageKeys, macIsRight } from "./messageMac.js";
import { findField } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/** Messages that arrived but were not the reply. They are counted, never silently dropped. */
export interface Skipped {
	/** In a frame, but not a message of the profile. */
	garbled: number;
	/** For another terminal. */
	foreign: number;
	/** For this terminal, the answer to another kind of message. */
	otherType: number;
	/** The answer to another request of this kind: late, or wrong. */
	otherStan: number;
}

/** Picks the reply to one request out of what the host sends: same terminal, same STAN, the request's type answered. */
export class ReplyFilter {
	readonly skipped: Skipped = { garbled: 0, foreign: 0, otherType: 0, otherStan: 0 };
	readonly #profile: HostProfile;
	readonly #request: IsoMessage;
	readonly #keys: MessageKeys | undefined;
	readonly #reader: FrameReader;

	/** @param keys of the reply's MAC; undefined when it needs none */
	constructor(profile: HostProfile, request: IsoMessage, keys: MessageKeys | undefined) {
		this.#profile = profile;
		this.#request = request;
		this.#keys = keys;
		this.#reader = new FrameReader(profile.frame);
	}

	/**
	 * @param bytes what arrived next
	 * @returns the reply; undefined while it is still to come; "wrongMac" when the reply came but is not the host's;
	 * "garbled" when the line carries no frames any more, so that nothing can come
	 */
	push(bytes: Uint8Array): IsoMessage | "wrongMac" | "garbled" | undefined {
		this.#reader.push(bytes);
		for (;;) {
			const frame = this.#nextFrame();
			if (frame === undefined || frame === "garbled") return frame;
			const message = this.#judge(frame);
			if (typeof message === "string") this.skipped[message]++;
			else if (!this.#keys || macIsRight(this.#profile, message, frame.message, this.#keys)) return message;
			else return "wrongMac";
		}
	}

	#nextFrame(): Frame | "garbled" | undefined {
		try {
			return this.#reader.next();
		} catch (error) {
			if (error instanceof FrameError) return "garbled";
			throw error;
		}
	}

	/** The message in the frame when it answers the request, else why it does not. */
	#judge(frame: Frame): IsoMessage | keyof Skipped {
		if (frame.destination !== (this.#profile.frame.tpdu?.terminal ?? 0)) return "foreign";
		let message: IsoMessage;
		try {
			message = decodeMessage(this.#profile.message, frame.message);
		} catch (error) {
			if (error instanceof Iso8583Error) return "garbled";
			throw error;
		}
		const { messageType, fields } = this.#request;
		const terminalId = findField(this.#profile, "terminalId").number;
		if (message.fields[terminalId] !== fields[terminalId]) return "foreign";
		if (message.messageType !== responseType(messageType)) return "otherType";
		for (const name of this.#profile.matching.identify) {
			const { number } = findField(this.#profile, name);
			if (message.fields[number] !== fields[number]) return "otherStan";
		}
		return message;
	}
}
