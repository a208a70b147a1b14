import { concat, readUint, uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import { JournalError } from "./journalError.js";

// "KJ", version 2
const MAGIC: readonly number[] = Object.freeze([0x4b, 0x4a, 0x02]);
const HEADER_LENGTH = 9;
const CHECKSUM_LENGTH = 4;
const LONGEST_PAYLOAD = 0xffff;
/** Most frames are shorter: one read brings header and all. */
const FIRST_READ = 768;

export interface Frame {
	readonly sequence: number;
	readonly payload: Uint8Array;
	/** Of the whole frame. */
	readonly length: number;
}

/** `4B 4A 02 | payload length (2) | sequence (4) | payload | CRC-32 of all before (4)`. */
export function encodeFrame(sequence: number, payload: Uint8Array): Uint8Array {
	if (payload.length > LONGEST_PAYLOAD)
		throw new JournalError(`a journal record must not exceed ${LONGEST_PAYLOAD} bytes`);
	const body = concat(Uint8Array.from(MAGIC), uintBytes(payload.length, 2), uintBytes(sequence, 4), payload);
	return concat(body, uintBytes(crc32(body), 4));
}

/**
 * The frame that begins at `at`.
 * @param read gives fewer bytes where the file ends
 * @returns undefined when there is no whole and undamaged frame
 */
export function readFrame(read: (at: number, length: number) => Uint8Array, at: number): Frame | undefined {
	let bytes = read(at, FIRST_READ);
	if (!beginsFrame(bytes, 0)) return undefined;
	const length = HEADER_LENGTH + readUint(bytes, 3, 2) + CHECKSUM_LENGTH;
	if (length > bytes.length && bytes.length === FIRST_READ)
		bytes = concat(bytes, read(at + FIRST_READ, length - FIRST_READ));
	return frameIn(bytes, 0);
}

/** Whether a whole frame lies anywhere in the bytes. */
export function holdsFrame(bytes: Uint8Array): boolean {
	for (let at = 0; at + HEADER_LENGTH + CHECKSUM_LENGTH <= bytes.length; at++)
		if (beginsFrame(bytes, at) && frameIn(bytes, at)) return true;
	return false;
}

function beginsFrame(bytes: Uint8Array, at: number): boolean {
	return bytes.length - at >= HEADER_LENGTH && MAGIC.every((byte, i) => bytes[at + i] === byte);
}

function frameIn(bytes: Uint8Array, at: number): Frame | undefined {
	const end = at + HEADER_LENGTH + readUint(bytes, at + 3, 2);
	if (end + CHECKSUM_LENGTH > bytes.length) return undefined;
	if (crc32(bytes.subarray(at, end)) !== readUint(bytes, end, CHECKSUM_LENGTH)) return undefined;
	return {
		sequence: readUint(bytes, at + 5, 4),
		payload: bytes.slice(at + HEADER_LENGTH, end),
		length: end + CHECKSUM_LENGTH - at,
	};
}
