import { asciiBytes, concat, latin1Text, readUint, uintBytes } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";

/** What stands around a message on the line to the acquirer. */
export interface FrameSpec {
	/** Of everything that follows it: a number, packed digits or digits in ASCII. */
	readonly length: { readonly encoding: "binary" | "bcd" | "ascii"; readonly bytes: number };
	/** Addresses of 2 bytes: the terminal sends to `host`, the answer comes back with both swapped. Absent: no TPDU. */
	readonly tpdu?: { readonly host: number; readonly terminal: number };
	/** The application header in hexadecimal. Of an answer's only the first byte must be the same. Absent: none. */
	readonly header?: string;
	/** Longest frame that is taken from the line, in bytes after the length. */
	readonly maximumLength: number;
}

export interface Frame {
	/** 0 without TPDU. */
	readonly destination: number;
	readonly source: number;
	/** Empty when the host knows none. */
	readonly header: Uint8Array;
	readonly message: Uint8Array;
}

/** The line carries something else than frames; what follows on it cannot be understood any more. */
export class FrameError extends Error {
	override readonly name = "FrameError";
}

const TPDU_ID = 0x60;
const TPDU_BYTES = 5;

/** The bytes between the length and the message. */
export function envelopeLength(spec: FrameSpec): number {
	return (spec.tpdu ? TPDU_BYTES : 0) + (spec.header?.length ?? 0) / 2;
}

/** A message on its way from the terminal to the host. */
export function requestFrame(spec: FrameSpec, message: Uint8Array): Frame {
	return {
		destination: spec.tpdu?.host ?? 0,
		source: spec.tpdu?.terminal ?? 0,
		header: parseHex(spec.header ?? ""),
		message,
	};
}

/** The frame that goes back to where `request` came from. */
export function answerFrame(request: Frame, message: Uint8Array): Frame {
	return { destination: request.source, source: request.destination, header: request.header, message };
}

/** Length, TPDU (identifier, destination, source), header, message. @throws {FrameError} when the length cannot say so much */
export function encodeFrame(spec: FrameSpec, frame: Frame): Uint8Array {
	const tpdu = spec.tpdu
		? concat(Uint8Array.of(TPDU_ID), uintBytes(frame.destination, 2), uintBytes(frame.source, 2))
		: new Uint8Array(0);
	const length = tpdu.length + frame.header.length + frame.message.length;
	return concat(encodeLength(spec, length), tpdu, frame.header, frame.message);
}

/** Finds the frames in bytes that arrive in pieces of any size. */
export class FrameReader {
	readonly #spec: FrameSpec;
	readonly #header: Uint8Array;
	#pending: Uint8Array = new Uint8Array(0);

	constructor(spec: FrameSpec) {
		this.#spec = spec;
		this.#header = parseHex(spec.header ?? "");
	}

	/** Bytes that are no whole frame yet. */
	get pendingLength(): number {
		return this.#pending.length;
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
		const lengthBytes = this.#spec.length.bytes;
		if (bytes.length < lengthBytes) return undefined;
		const length = lengthOfFrame(this.#spec, bytes);
		// Before the rest is waited for: a wrong length would make the terminal wait for bytes that never come.
		if (length <= envelopeLength(this.#spec) || length > this.#spec.maximumLength)
			throw new FrameError(`no frame has ${length} bytes`);
		const headerAt = lengthBytes + (this.#spec.tpdu ? TPDU_BYTES : 0);
		if (this.#spec.tpdu && bytes.length > lengthBytes && bytes[lengthBytes] !== TPDU_ID)
			throw new FrameError("not a TPDU");
		if (this.#header.length && bytes.length > headerAt && bytes[headerAt] !== this.#header[0])
			throw new FrameError("not the header of a terminal message");
		const end = lengthBytes + length;
		if (bytes.length < end) return undefined;
		this.#pending = bytes.slice(end);
		const messageAt = headerAt + this.#header.length;
		return {
			destination: this.#spec.tpdu ? readUint(bytes, lengthBytes + 1, 2) : 0,
			source: this.#spec.tpdu ? readUint(bytes, lengthBytes + 3, 2) : 0,
			header: bytes.slice(headerAt, messageAt),
			message: bytes.slice(messageAt, end),
		};
	}
}

/** The length in front of a frame. @throws {FrameError} when it cannot say so much */
export function encodeLength({ length: { encoding, bytes } }: FrameSpec, length: number): Uint8Array {
	const digits = String(length).padStart(encoding === "bcd" ? 2 * bytes : bytes, "0");
	const encoded =
		encoding === "ascii"
			? asciiBytes(digits)
			: encoding === "bcd"
				? parseHex(digits.length & 1 ? `0${digits}` : digits)
				: length < 256 ** bytes
					? uintBytes(length, bytes)
					: new Uint8Array(0);
	if (encoded.length !== bytes) throw new FrameError(`a frame cannot have ${length} bytes`);
	return encoded;
}

/** How many bytes follow the length that `bytes` begin with. @throws {FrameError} when it is no number */
export function lengthOfFrame(spec: FrameSpec, bytes: Uint8Array): number {
	const length = bytes.subarray(0, spec.length.bytes);
	if (spec.length.encoding === "binary") return readUint(length);
	const digits = spec.length.encoding === "bcd" ? formatHex(length) : latin1Text(length);
	if (!/^[0-9]+$/.test(digits)) throw new FrameError("not the length of a frame");
	return Number(digits);
}
