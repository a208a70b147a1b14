import { type Frame, FrameError, type FrameReader } from "./frame.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import { decodeMessage, type IsoMessage, responseType } from "./iso8583/message.js";
import { type MacKeys, macIsRight } from "./messageMac.js";
import { findField } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/** Messages that arrived but were not the reply. They are counted, never silently dropped. */
export interface Skipped {
	/** In a frame, but not a message of the profile. */
	garbled: number;
	/** For another terminal. */
	foreign: number;
	/** The answer to an earlier request, for which nobody waits any more. */
	late: number;
	/** Once more the answer to an earlier request. */
	duplicate: number;
	/** For this terminal, the answer to another kind of message. */
	otherType: number;
	/** The answer to another request of this kind, which was never sent. */
	otherStan: number;
}

export function nothingSkipped(): Skipped {
	return { garbled: 0, foreign: 0, late: 0, duplicate: 0, otherType: 0, otherStan: 0 };
}

/** The last requests that went out, so that what comes after their time is known for what it is. */
export class SentRequests {
	readonly #requests: { readonly identity: string; isAnswered: boolean }[] = [];

	note(identity: string): void {
		this.#requests.push({ identity, isAnswered: false });
		if (this.#requests.length > REMEMBERED) this.#requests.shift();
	}

	answered(identity: string): void {
		const request = this.#find(identity);
		if (request) request.isAnswered = true;
	}

	/** How a message with this identity comes too late; undefined when no such request was sent. */
	lateness(identity: string): "late" | "duplicate" | undefined {
		const request = this.#find(identity);
		return request && (request.isAnswered ? "duplicate" : "late");
	}

	#find(identity: string) {
		return [...this.#requests].reverse().find(request => request.identity === identity);
	}
}

const REMEMBERED = 16;

/** By what a reply is told from all others: its type and the profile's identifying fields. */
export function replyIdentity(profile: HostProfile, messageType: string, { fields }: IsoMessage): string {
	let identity = messageType;
	for (const name of profile.matching.identify) identity += ` ${String(fields[findField(profile, name).number])}`;
	return identity;
}

/** Picks the reply to one request out of what the host sends. */
export class ReplyFilter {
	readonly skipped = nothingSkipped();
	readonly #profile: HostProfile;
	readonly #request: IsoMessage | undefined;
	readonly #keys: MacKeys | undefined;
	readonly #reader: FrameReader;
	readonly #sent: SentRequests;

	/**
	 * @param request undefined: nothing is waited for, whatever comes is skipped
	 * @param keys of the reply's MAC; undefined when it needs none
	 * @param reader of the connection, which may hold the beginning of a frame
	 */
	constructor(
		profile: HostProfile,
		request: IsoMessage | undefined,
		keys: MacKeys | undefined,
		reader: FrameReader,
		sent: SentRequests,
	) {
		this.#profile = profile;
		this.#request = request;
		this.#keys = keys;
		this.#reader = reader;
		this.#sent = sent;
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
		const profile = this.#profile;
		if (frame.destination !== (profile.frame.tpdu?.terminal ?? 0)) return "foreign";
		let message: IsoMessage;
		try {
			message = decodeMessage(profile.message, frame.message);
		} catch (error) {
			if (error instanceof Iso8583Error) return "garbled";
			throw error;
		}
		const identity = replyIdentity(profile, message.messageType, message);
		const request = this.#request;
		const expected = request && responseType(request.messageType);
		if (expected !== undefined && identity === replyIdentity(profile, expected, request!)) return message;
		const lateness = this.#sent.lateness(identity);
		if (lateness) return lateness;
		const terminalId = findField(profile, "terminalId").number;
		if (request && message.fields[terminalId] !== request.fields[terminalId]) return "foreign";
		return message.messageType === expected ? "otherStan" : "otherType";
	}
}
