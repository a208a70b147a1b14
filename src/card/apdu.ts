/** A command as ISO/IEC 7816-4 section 5.1 cases 1 to 4, short lengths. `le` 256 asks for all there is (Le = 00). */
export interface CommandApdu {
	readonly cla: number;
	readonly ins: number;
	readonly p1: number;
	readonly p2: number;
	readonly data?: Uint8Array;
	readonly le?: number;
}

export interface ResponseApdu {
	readonly data: Uint8Array;
	/** SW1 SW2 as one number, e.g. 0x9000. */
	readonly sw: number;
}

export const SW_9000_OK = 0x9000;
export const SW_6283_DEACTIVATED = 0x6283;
export const SW_6300_AUTHENTICATION_FAILED = 0x6300;
export const SW_6983_METHOD_BLOCKED = 0x6983;
export const SW_6984_DATA_INVALIDATED = 0x6984;
export const SW_6985_CONDITIONS_NOT_SATISFIED = 0x6985;
export const SW_6A81_FUNCTION_NOT_SUPPORTED = 0x6a81;
export const SW_6A83_RECORD_NOT_FOUND = 0x6a83;

/** INS of the commands whose body holds a PIN: VERIFY with plain data and with BER-TLV data (ISO/IEC 7816-4, 11.6.6). */
export function carriesPin(ins: number): boolean {
	return (ins & 0xfe) === 0x20;
}

/** The command as bytes: header, Lc and data, Le. */
export function encodeCommand(command: CommandApdu): Uint8Array {
	const dataLength = command.data?.length ?? 0;
	if (dataLength > 255) throw new RangeError("command data longer than 255 bytes");
	const bytes = new Uint8Array(4 + (dataLength ? 1 + dataLength : 0) + (command.le === undefined ? 0 : 1));
	bytes.set([command.cla, command.ins, command.p1, command.p2]);
	if (command.data && dataLength) {
		bytes[4] = dataLength;
		bytes.set(command.data, 5);
	}
	if (command.le !== undefined) bytes[bytes.length - 1] = command.le & 255;
	return bytes;
}

/**
 * Reads what `encodeCommand` writes; `data` shares the memory of `bytes`.
 * @throws {RangeError} when the bytes are none of the four cases with short lengths
 */
export function decodeCommand(bytes: Uint8Array): CommandApdu {
	if (bytes.length < 4) throw new RangeError("a command has a header of 4 bytes");
	const header = { cla: bytes[0]!, ins: bytes[1]!, p1: bytes[2]!, p2: bytes[3]! };
	if (bytes.length === 4) return header;
	const p3 = bytes[4]!;
	if (bytes.length === 5) return { ...header, le: p3 || 256 };
	const end = 5 + p3;
	if (p3 === 0 || bytes.length < end || bytes.length > end + 1)
		throw new RangeError("a command with short lengths ends with its data or one byte Le");
	const data = bytes.subarray(5, end);
	return bytes.length === end ? { ...header, data } : { ...header, data, le: bytes[end] || 256 };
}

/** @returns a response of ISO/IEC 7816-4, 5.1; undefined when the bytes are shorter than a status word */
export function decodeResponse(bytes: Uint8Array): ResponseApdu | undefined {
	const end = bytes.length - 2;
	if (end < 0) return undefined;
	return { data: bytes.subarray(0, end), sw: (bytes[end]! << 8) | bytes[end + 1]! };
}
