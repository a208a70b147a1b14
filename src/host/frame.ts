import { concat, readUint, uintBytes } from "../bytes/bytes.js";

/** What stands around a message on the line to the acquirer. */
export interface FrameSpec {
	/** TPDU addresses, 2 bytes each: the terminal sends to `hostAddress`, the answer comes back with both swapped. */
	readonly hostAddress: number;
	readonly terminalAddress: number;
	/** The 6-byte application header in hexadecimal. */
	readonly header: string;
	/** Longest frame that is taken from the line, in bytes after the length. */
	readonly maximumLength: number;
}

export interface Frame {
	readonly destination: number;
	readonly source: number;
	/** 6 bytes. */
	readonly header: Uint8Array;
	readonly message: Uint8Array;
}

/** The line carries something else than frames; what follows on it cannot be understood any more. */
export class FrameError extends Error {
	override readonly name = "FrameError";
}

const LENGTH_BYTES = 2;
const TPDU_ID = 0x60;
const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
const HEADER_APPLICATION_POS = 0x60;

/** Length (2 bytes, big-endian, of what follows), TPDU (identifier, destination, source), header, message. */
export function encodeFrame(frame: Frame): Uint8Array {
	return concat(
		uintBytes(TPDU_BYTES + HEADER_BYTES + frame.message.length, LENGTH_BYTES),
		uintBytes(TPDU_ID, 1),
		uintBytes(frame.destination, 2),
		uintBytes(frame.source, 2),
		frame.header,
		frame.message,
	);
}

/** The frame that goes back to where `request` came from. */
export function answerFrame(request: Frame, message: Uint8Array): Frame {
	return { destination: request.source, source: request.destination, header: request.header, message };
}

/** Finds the frames in bytes that arrive in pieces of any size. */
export class FrameReader {
	readonly #maximumLength: number;
	#pending: Uint8Array = new Uint8Array(0);

	constructor(spec: FrameSpec) {
		this.#maximumLength = spec.maximumLength;
	}

	push(bytes: Uint8Array): void {
		this.#pending = concat(this.#pending, bytes);
	}

	/**
	 * @returns the next whole frame, undefined when more bytes are needed
	 * @throws {FrameError} on a length that no frame has, or on bytes that do not begin like one
	 */
	next(): Frame | undefined {
		const bytes = this.#pending;
		if (bytes.length < LENGTH_BYTES) return undefined;
		const length = readUint(bytes, 0, LENGTH_BYTES);
		// Before the rest is waited for: a wrong length would make the terminal wait for bytes that never come.
		if (length <= TPDU_BYTES + HEADER_BYTES || length > this.#maximumLength)
			throw new FrameError(`no frame has ${length} bytes`);
		const headerAt = LENGTH_BYTES + TPDU_BYTES;
		if (bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] !== TPDU_ID) throw new FrameError("not a TPDU");
		if (bytes.length > headerAt && bytes[headerAt] !== HEADER_APPLICATION_POS)
			throw new FrameError("not the header of a terminal message");
		const end = LENGTH_BYTES + length;
		if (bytes.length < end) return undefined;
		this.#pending = bytes.slice(end);
		return {
			destination: readUint(bytes, LENGTH_BYTES + 1, 2),
			source: readUint(bytes, LENGTH_BYTES + 3, 2),
			header: bytes.slice(headerAt, headerAt + HEADER_BYTES),
			message: bytes.slice(headerAt + HEADER_BYTES, end),
		};
	}
}
