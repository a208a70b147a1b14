import { answerFrame, encodeFrame, FrameReader } from "../../src/host/frame.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import type { HostConnection, HostSocket } from "../../src/ports.js";
import type { Acquirer } from "../bank/acquirer.js";

/** What can go wrong on the line of a `LocalBank`, for one request. */
export type LineFault = "unreachable" | "silent" | "lateReply" | "powerCut";

/**
 * The test bank without a network: its own message logic behind the `HostSocket` port, for unit tests and for engines
 * that have no sockets.
 */
export class LocalBank implements HostSocket {
	readonly #profile: HostProfile;
	readonly #acquirer: Acquirer;
	#fault: LineFault | undefined;
	#late: Uint8Array[] = [];
	/** Changes an answer on its way back. */
	onAnswer: ((answer: Uint8Array) => Uint8Array) | undefined;
	/** Messages that arrived at the bank, by message type. */
	readonly received: string[] = [];
	/** Called when a request has arrived and "powerCut" is the fault. */
	onPowerCut: (() => void) | undefined;

	constructor(profile: HostProfile, acquirer: Acquirer) {
		this.#profile = profile;
		this.#acquirer = acquirer;
	}

	/** The next request meets with `fault`. */
	failNext(fault: LineFault): void {
		this.#fault = fault;
	}

	async connect(): Promise<HostConnection> {
		const fault = this.#fault;
		this.#fault = undefined;
		if (fault === "unreachable") throw new Error("cannot reach the bank: the line is down");
		const frames = new FrameReader(this.#profile.frame);
		const answers: Uint8Array[] = this.#late.splice(0);
		return {
			send: async bytes => {
				const answer = this.#answer(frames, bytes);
				if (fault === "powerCut") this.onPowerCut?.();
				if (fault === "lateReply") this.#late.push(answer);
				else if (fault === undefined) answers.push(answer);
			},
			receive: async () => answers.shift(),
			close: () => {},
		};
	}

	#answer(frames: FrameReader, bytes: Uint8Array): Uint8Array {
		frames.push(bytes);
		const frame = frames.next();
		if (!frame) throw new Error("the request is not one whole frame");
		const { request, bytes: message } = this.#acquirer.handle(frame.message);
		this.received.push(request.messageType);
		return encodeFrame(this.#profile.frame, answerFrame(frame, this.onAnswer?.(message) ?? message));
	}
}
