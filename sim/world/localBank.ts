import { FrameReader } from "../../src/host/frame.js";
import type { MacKeys } from "../../src/host/messageMac.js";
import type { HostConnection, HostSocket } from "../../src/ports.js";
import { AnswerLine, type BankSide } from "../bank/answerLine.js";
import { FaultPlan } from "../bank/fault.js";

export type { BankSide };

/** What can go wrong on the line of a `LocalBank`, for one request. */
export type LineFault = "unreachable" | "silent" | "lateReply" | "powerCut";

/**
 * The test bank without a network: its own message logic behind the `HostSocket` port, for unit tests and for engines
 * that have no sockets. Everything that goes wrong with an answer over TLS can go wrong here (`faults`); a slow answer never
 * comes.
 */
export class LocalBank implements HostSocket {
	readonly faults = new FaultPlan();
	readonly #acquirer: BankSide;
	readonly #line: AnswerLine;
	#fault: LineFault | undefined;
	#late: Uint8Array[] = [];
	/** Changes an answer's message on its way back. @param keys those of its MAC */
	onAnswer: ((message: Uint8Array, keys: MacKeys | undefined) => Uint8Array) | undefined;
	/** Messages that arrived at the bank, by message type. */
	readonly received: string[] = [];
	/** Called when a request has arrived and "powerCut" is the fault. */
	onPowerCut: (() => void) | undefined;

	constructor(acquirer: BankSide) {
		this.#acquirer = acquirer;
		this.#line = new AnswerLine(acquirer, this.faults, ({ bytes, keys }) =>
			this.onAnswer ? this.onAnswer(bytes, keys) : bytes,
		);
	}

	/** The next request meets with `fault`. */
	failNext(fault: LineFault): void {
		this.#fault = fault;
	}

	async connect(): Promise<HostConnection> {
		if (this.#fault === "unreachable") {
			this.#fault = undefined;
			throw new Error("cannot reach the bank: the line is down");
		}
		const frames = new FrameReader(this.#acquirer.profile.frame);
		const arrived: Uint8Array[] = [];
		let closed = false;
		return {
			send: async bytes => {
				const fault = this.#fault;
				this.#fault = undefined;
				arrived.push(...this.#late.splice(0));
				const pieces = this.#answer(frames, bytes, () => {
					closed = true;
				});
				if (fault === "powerCut") this.onPowerCut?.();
				if (fault === "lateReply") this.#late.push(...pieces);
				else if (fault === undefined) arrived.push(...pieces);
			},
			receive: async () => arrived.shift() ?? (closed ? new Uint8Array(0) : undefined),
			close: () => {},
		};
	}

	#answer(frames: FrameReader, bytes: Uint8Array, onClose: () => void): readonly Uint8Array[] {
		frames.push(bytes);
		const frame = frames.next();
		if (!frame) throw new Error("the request is not one whole frame");
		const { answer, pieces, close, delayMs } = this.#line.deliver(frame);
		this.received.push(answer.request.messageType);
		if (close) onClose();
		return delayMs > 0 ? [] : pieces;
	}
}
