/** EDC of a block: one byte exclusive-or, or two bytes cyclic redundancy (ISO/IEC 7816-3, 11.3.4). */
export type ErrorDetection = "LRC" | "CRC";

/** A block as it arrived, without prologue and epilogue. */
export interface Block {
	readonly pcb: number;
	readonly information: Uint8Array;
}

/** What an R-block says of the block that it answers (11.3.2.2). */
export const R_DAMAGED = 1;
export const R_OTHER_ERROR = 2;

export const S_RESYNCH = 0xc0;
export const S_IFS = 0xc1;
export const S_ABORT = 0xc2;
export const S_WTX = 0xc3;
/** In the PCB of an S-block: the response to the request of the same name. */
export const S_RESPONSE = 0x20;

export const PROLOGUE_LENGTH = 3;
/** INF has 0 to 254 bytes (11.3.2.3); LEN FF is reserved. */
export const LONGEST_INFORMATION = 254;

const I_SEQUENCE = 0x40;
const I_MORE = 0x20;
const R_SEQUENCE = 0x10;
const KIND = 0xc0;
const KIND_R = 0x80;
/** Node addresses are not used (EMV 4.3 Book 1, 9.2.4.1.1). */
const NAD = 0x00;

export function iPcb(sequence: number, more: boolean): number {
	return (sequence ? I_SEQUENCE : 0) | (more ? I_MORE : 0);
}

export function rPcb(sequence: number, error: number): number {
	return KIND_R | (sequence ? R_SEQUENCE : 0) | error;
}

export function isRBlock(pcb: number): boolean {
	return (pcb & KIND) === KIND_R;
}

/** M of an I-block: the chain goes on. */
export function hasMore(pcb: number): boolean {
	return (pcb & I_MORE) !== 0;
}

/** What of a PCB tells an I-block of a certain N(S), an R-block of a certain N(R), an S-block. */
export const I_KIND = 0xff & ~I_MORE;
export const R_KIND = 0xf0;
export const S_KIND = 0xff;

/** N(R) of an R-block. */
export function rSequence(pcb: number): number {
	return pcb & R_SEQUENCE ? 1 : 0;
}

/** The whole block: NAD, PCB, LEN, information, EDC. */
export function encodeBlock(pcb: number, information: Uint8Array, detection: ErrorDetection): Uint8Array {
	const end = PROLOGUE_LENGTH + information.length;
	const block = new Uint8Array(end + edcLength(detection));
	block[0] = NAD;
	block[1] = pcb;
	block[2] = information.length;
	block.set(information, PROLOGUE_LENGTH);
	if (detection === "LRC") {
		block[end] = exclusiveOr(block);
	} else {
		const check = cyclicRedundancy(block, end);
		block[end] = check >> 8;
		block[end + 1] = check & 255;
	}
	return block;
}

/**
 * @param block as many bytes as its LEN and the kind of EDC ask for
 * @returns undefined when the EDC does not fit or the block is none that the standard has
 */
export function decodeBlock(block: Uint8Array, detection: ErrorDetection): Block | undefined {
	const end = block.length - edcLength(detection);
	const intact =
		detection === "LRC"
			? exclusiveOr(block) === 0
			: cyclicRedundancy(block, end) === ((block[end]! << 8) | block[end + 1]!);
	const pcb = block[1]!;
	if (!intact || block[0] !== NAD || !isBlock(pcb, end - PROLOGUE_LENGTH)) return undefined;
	return { pcb, information: block.subarray(PROLOGUE_LENGTH, end) };
}

export function edcLength(detection: ErrorDetection): number {
	return detection === "LRC" ? 1 : 2;
}

/** Table of 11.3.2.2: reserved bits are zero, each kind has its length. */
function isBlock(pcb: number, length: number): boolean {
	if ((pcb & 0x80) === 0) return (pcb & 0x1f) === 0;
	if (isRBlock(pcb)) return length === 0 && (pcb & 0x2c) === 0;
	const request = pcb & ~S_RESPONSE;
	if (request === S_IFS || request === S_WTX) return length === 1;
	return (request === S_RESYNCH || request === S_ABORT) && length === 0;
}

/** Of all bytes; four at a time, since each step of a loop costs the engine more than the operation in it. */
function exclusiveOr(bytes: Uint8Array): number {
	if (bytes.length === 4) return bytes[0]! ^ bytes[1]! ^ bytes[2]! ^ bytes[3]!;
	const aligned = bytes.byteOffset & 3 ? bytes.slice() : bytes;
	const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
	let check = 0;
	let at = 0;
	for (const last = words.length - 3; at < last; at += 4)
		check ^= words[at]! ^ words[at + 1]! ^ words[at + 2]! ^ words[at + 3]!;
	for (; at < words.length; at++) check ^= words[at]!;
	check ^= check >> 16;
	check ^= check >> 8;
	for (at *= 4; at < bytes.length; at++) check ^= bytes[at]!;
	return check & 255;
}

/**
 * x^16 + x^12 + x^5 + 1, bits from the right, started with ones (ISO/IEC 13239).
 * CHOICE: not complemented, high byte first, as the T=1 drivers in the field have it.
 */
function cyclicRedundancy(bytes: Uint8Array, length: number): number {
	let check = 0xffff;
	for (let i = 0; i < length; i++) {
		check ^= bytes[i]!;
		for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >> 1) ^ 0x8408 : check >> 1;
	}
	return check;
}
