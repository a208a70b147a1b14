import { latin1Text } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";

/** One line or argument of the input. */
export interface Chunk {
	readonly bytes: Uint8Array;
	/** `>` to the card, `<` from it, where the line says so. */
	readonly direction?: ">" | "<";
}

/** The input is no hexadecimal text. The text names a place and never the content. */
export class InputError extends Error {
	override readonly name = "InputError";
}

/** More than any message, record or trace that a person looks at. */
const MOST_BYTES = 0x4000;

/**
 * Command line arguments: each is a chunk, unless the shell took one text apart at its spaces.
 * @throws {InputError} saying where
 */
export function parseArguments(words: readonly string[]): Chunk[] {
	const bytewise = words.every(word => /^[0-9A-Fa-f]{2}$/.test(word));
	const cutInsideBytes = words.some(word => /^[0-9A-Fa-f]+$/.test(word) && word.length & 1);
	return parseTexts(bytewise || cutInsideBytes ? [words.join("")] : words, "argument");
}

/**
 * A file or standard input: hexadecimal text, one chunk a line, or else the bytes as they are.
 * @throws {InputError} saying where
 */
export function parseContent(content: Uint8Array): Chunk[] {
	if (content.some(byte => byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)))
		return checked([{ bytes: content }]);
	return parseTexts(latin1Text(content).split("\n"), "line");
}

function parseTexts(texts: readonly string[], unit: "argument" | "line"): Chunk[] {
	const several = texts.filter(text => text.trim()).length > 1;
	return checked(texts.flatMap((text, i) => parseText(text, several ? `${unit} ${i + 1}, ` : "")));
}

export function joined(chunks: readonly Chunk[]): Uint8Array {
	const whole = new Uint8Array(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0));
	let at = 0;
	for (const { bytes } of chunks) {
		whole.set(bytes, at);
		at += bytes.length;
	}
	return whole;
}

/** Digits with white space, colons, hyphens or commas between them and 0x in front; a direction before all. */
function parseText(text: string, place: string): Chunk[] {
	const mark = /^\s*([<>])/.exec(text)?.[1] as ">" | "<" | undefined;
	let digits = "";
	let at = mark ? text.indexOf(mark) + 1 : 0;
	while (at < text.length) {
		if (/^0x/i.test(text.slice(at, at + 2))) at += 2;
		const character = text[at] ?? " ";
		if (/[0-9A-Fa-f]/.test(character)) digits += character;
		else if (!/[\s:,-]/.test(character)) throw new InputError(`${place}character ${at + 1} is not a hexadecimal digit`);
		at++;
	}
	if (digits.length & 1)
		throw new InputError(`${place}${digits.length} hexadecimal digits are no whole number of bytes`);
	return digits ? [{ bytes: parseHex(digits), ...(mark && { direction: mark }) }] : [];
}

function checked(chunks: Chunk[]): Chunk[] {
	const length = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
	if (length === 0) throw new InputError("there is nothing to decode");
	if (length > MOST_BYTES) throw new InputError(`${length} bytes are more than the ${MOST_BYTES} that are decoded`);
	return chunks;
}
