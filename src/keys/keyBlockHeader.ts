/**
 * The header of a key block (ANSI X9.143:2021, 6; the same in TR-31 and ISO 20038): what the key is for and who may use
 * it, in clear ASCII, bound to the key by the block's MAC.
 */

export type KeyBlockVersion = "A" | "B" | "C" | "D" | "E";

export interface KeyBlockHeader {
	readonly version: KeyBlockVersion;
	/** Length of the whole block in characters, as the block states it. */
	readonly blockLength: number;
	/** 2 characters, e.g. P0: PIN encryption. */
	readonly keyUsage: string;
	/** T: triple DES, A: AES, D: DES, H: HMAC … */
	readonly algorithm: string;
	/** E: encipher, D: decipher, B: both, N: no restriction … */
	readonly modeOfUse: string;
	readonly keyVersion: string;
	/** E: under a trusted key, N: not at all, S: otherwise. */
	readonly exportability: string;
	/** Optional blocks in their order, without the one that only fills the header up (PB). */
	readonly optionalBlocks: readonly KeyBlockOption[];
	/** In characters, optional blocks included. */
	readonly headerLength: number;
}

export interface KeyBlockOption {
	/** 2 characters, e.g. KS: key set identifier. */
	readonly id: string;
	readonly data: string;
}

/** A key block cannot be read, or was not made with this key: it is refused whole. */
export class KeyBlockError extends Error {
	override readonly name = "KeyBlockError";
}

/** What a header is made of; lengths and the padding block follow from it. */
export type NewKeyBlockHeader = Omit<KeyBlockHeader, "blockLength" | "headerLength">;

const FIXED_LENGTH = 16;
const LONGEST_BLOCK = 9999;
const LONGEST_SHORT_OPTION = 0xff;
const PADDING_BLOCK = "PB";

/** @param text begins with the header; what follows it is not looked at @throws {KeyBlockError} */
export function decodeKeyBlockHeader(text: string): KeyBlockHeader {
	const fixed = text.slice(0, FIXED_LENGTH);
	// 6.2: version, length, usage, algorithm, mode of use, key version, exportability, number of options, reserved
	const parts =
		/^([A-E])([0-9]{4})([0-9A-Z]{2})([0-9A-Z])([0-9A-Z])([0-9A-Za-z]{2})([0-9A-Z])([0-9]{2})([0-9A-Z]{2})$/.exec(fixed);
	if (!parts) throw new KeyBlockError("the header is not that of a key block");
	const [, version, blockLength, keyUsage, algorithm, modeOfUse, keyVersion, exportability, count] = parts;
	const optionalBlocks: KeyBlockOption[] = [];
	let at = FIXED_LENGTH;
	for (let i = 0; i < Number(count); i++) {
		const option = decodeOption(text, at);
		if (option.id !== PADDING_BLOCK) optionalBlocks.push({ id: option.id, data: option.data });
		at = option.end;
	}
	return {
		version: version as KeyBlockVersion,
		blockLength: Number(blockLength),
		keyUsage: keyUsage!,
		algorithm: algorithm!,
		modeOfUse: modeOfUse!,
		keyVersion: keyVersion!,
		exportability: exportability!,
		optionalBlocks,
		headerLength: at,
	};
}

/**
 * The header with its optional blocks, filled up with a padding block to whole cipher blocks (6.3.2).
 * @param bodyLength what follows the header, in characters
 * @param unit length of a cipher block
 * @throws {KeyBlockError} when a part is none of a header, or the block becomes too long
 */
export function encodeKeyBlockHeader(header: NewKeyBlockHeader, bodyLength: number, unit: number): string {
	const options = header.optionalBlocks.map(encodeOption);
	const used = options.join("").length;
	if (used % unit) {
		const missing = unit - (used % unit);
		// A padding block has 4 characters at least.
		options.push(encodeOption({ id: PADDING_BLOCK, data: "0".repeat((missing < 4 ? missing + unit : missing) - 4) }));
	}
	const blockLength = FIXED_LENGTH + options.join("").length + bodyLength;
	if (blockLength > LONGEST_BLOCK) throw new KeyBlockError("the block becomes too long");
	const { version, keyUsage, algorithm, modeOfUse, keyVersion, exportability } = header;
	const text = [
		version,
		String(blockLength).padStart(4, "0"),
		keyUsage,
		algorithm,
		modeOfUse,
		keyVersion,
		exportability,
		String(options.length).padStart(2, "0"),
		"00",
		...options,
	].join("");
	decodeKeyBlockHeader(text);
	return text;
}

function encodeOption({ id, data }: KeyBlockOption): string {
	const length = id.length + 2 + data.length;
	if (length <= LONGEST_SHORT_OPTION) return id + hexText(length, 2) + data;
	return `${id}0004${hexText(length + 6, 4)}${data}`;
}

function hexText(value: number, digits: number): string {
	return value.toString(16).toUpperCase().padStart(digits, "0");
}

/** 6.3.1: identifier, length of all of the option in 2 digits, data. */
function decodeOption(text: string, start: number): KeyBlockOption & { end: number } {
	const id = text.slice(start, start + 2);
	if (!/^[0-9A-Za-z]{2}$/.test(id)) throw new KeyBlockError("an optional block has no identifier");
	const length = hexNumber(text.slice(start + 2, start + 4), 2);
	const option = length ? optionOf(text, start, start + 4, length) : longOption(text, start);
	if (!option) throw new KeyBlockError("an optional block has a wrong length");
	if (/[^ -~]/.test(option.data)) throw new KeyBlockError("an optional block is not printable ASCII");
	return { id, ...option };
}

/**
 * A length of 00 announces how long the real length is.
 * CHOICE: X9.143 counts its characters ("04" for 4), TR-31:2018 was read as counting bytes ("02" for 4 characters).
 * The first reading that gives an option inside the block is taken.
 */
function longOption(text: string, start: number): { data: string; end: number } | undefined {
	const count = hexNumber(text.slice(start + 4, start + 6), 2);
	if (count === 0) throw new KeyBlockError("the length of an optional block has no digits");
	for (const digits of [count, 2 * count]) {
		const dataStart = start + 6 + digits;
		const spelled = text.slice(start + 6, dataStart);
		if (spelled.length < digits || /[^0-9A-Fa-f]/.test(spelled)) continue;
		const option = optionOf(text, start, dataStart, Number.parseInt(spelled, 16));
		if (option) return option;
	}
	return undefined;
}

function optionOf(
	text: string,
	start: number,
	dataStart: number,
	length: number,
): { data: string; end: number } | undefined {
	const end = start + length;
	return end < dataStart || end > text.length ? undefined : { data: text.slice(dataStart, end), end };
}

function hexNumber(text: string, digits: number): number {
	if (text.length !== digits || !/^[0-9A-Fa-f]+$/.test(text))
		throw new KeyBlockError("the length of an optional block is not a number");
	return Number.parseInt(text, 16);
}
