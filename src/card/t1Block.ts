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
const KIND_R = 0x80;
/** Node addresses are not used (EMV 4.3 Book 1, 9.2.4.1.1). */
const NAD = 0x00;

export function iPcb(sequence: number, more: boolean): number {
	return (sequence ? I_SEQUENCE : 0) | (more ? I_MORE : 0);
}

export function rPcb(sequence: number, error: number): number {
	return KIND_R | (sequence ? R_SEQUENCE : 0) | error;
}

export function isIBlock(pcb: number): boolean {
	return (pcb & 0x80) === 0;
}

export function isRBlock(pcb: number): boolean {
	return (pcb & 0xc0) === KIND_R;
}

/** N(S) of an I-block. */
export function iSequence(pcb: number): number {
	return pcb & I_SEQUENCE ? 1 : 0;
}

/** M of an I-block: the chain goes on. */
export function hasMore(pcb: number): boolean {
	return (pcb & I_MORE) !== 0;
}

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
 * @param prologue NAD, PCB, LEN
 * @param rest information and EDC, as many bytes as LEN and the kind of EDC ask for
 * @returns undefined when the EDC does not fit or the block is none that the standard has
 */
export function decodeBlock(prologue: Uint8Array, rest: Uint8Array, detection: ErrorDetection): Block | undefined {
	const information = rest.subarray(0, rest.length - edcLength(detection));
	const intact =
		detection === "LRC"
			? exclusiveOr(prologue) === exclusiveOr(rest)
			: cyclicRedundancy(rest, information.length, cyclicRedundancy(prologue, PROLOGUE_LENGTH)) ===
				((rest[information.length]! << 8) | rest[information.length + 1]!);
	const pcb = prologue[1]!;
	return intact && prologue[0] === NAD && isBlock(pcb, information.length) ? { pcb, information } : undefined;
}

export function edcLength(detection: ErrorDetection): number {
	return detection === "LRC" ? 1 : 2;
}

/** Table of 11.3.2.2: reserved bits are zero, each kind has its length. */
function isBlock(pcb: number, length: number): boolean {
	if (isIBlock(pcb)) return (pcb & 0x1f) === 0;
	if (isRBlock(pcb)) return length === 0 && (pcb & 0x2c) === 0;
	const request = pcb & ~S_RESPONSE;
	if (request === S_IFS || request === S_WTX) return length === 1;
	return (request === S_RESYNCH || request === S_ABORT) && length === 0;
}

function exclusiveOr(bytes: Uint8Array): number {
	let check = 0;
	for (let i = bytes.length; i--; ) check ^= bytes[i]!;
	return check;
}

/**
 * x^16 + x^12 + x^5 + 1, bits from the right, started with ones (ISO/IEC 13239).
 * CHOICE: not complemented, high byte first, as the T=1 drivers in the field have it.
 */
function cyclicRedundancy(bytes: Uint8Array, length: number, start = 0xffff): number {
	let check = start;
	for (let i = 0; i < length; i++) {
		check ^= bytes[i]!;
		for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >> 1) ^ 0x8408 : check >> 1;
	}
	return check;
}
