/**
 * The form that RFC 8949, 4.2.1 asks for, checked over the bytes before a decoder sees them: shortest lengths, definite
 * lengths only, keys of maps in the order of their bytes and once each, whole items. Left out of what is allowed: tags,
 * floating point, simple values but false, true and null, and nesting that could exhaust a small stack.
 */
const MOST_DEPTH = 12;

/** @throws {Error} one sentence that says what is wrong with the bytes */
export function checkDeterministicForm(bytes: Uint8Array): void {
	if (itemEnd(bytes, 0, 0) !== bytes.length) throw new Error("bytes follow the end of the CBOR item");
}

/** @returns where the item that begins at `at` ends */
function itemEnd(bytes: Uint8Array, at: number, depth: number): number {
	if (depth > MOST_DEPTH) throw new Error("the CBOR item is nested too deeply");
	const first = bytes[at];
	if (first === undefined) throw new Error(CUT_SHORT);
	const major = first >> 5;
	if (major === MAJOR_SIMPLE) {
		if (first !== 0xf4 && first !== 0xf5 && first !== 0xf6) throw new Error("the CBOR item is of a kind not used here");
		return at + 1;
	}
	if (major === MAJOR_TAG) throw new Error("the CBOR item has a tag");
	const head = argument(bytes, at);
	if (major === MAJOR_NEGATIVE && head.value === Number.MAX_SAFE_INTEGER) throw new Error(TOO_LARGE);
	if (major <= MAJOR_NEGATIVE) return head.end;
	if (major === MAJOR_BYTES || major === MAJOR_TEXT) {
		const end = head.end + head.value;
		if (end > bytes.length) throw new Error(CUT_SHORT);
		if (major === MAJOR_TEXT) checkUtf8(bytes, head.end, end);
		return end;
	}
	return major === MAJOR_ARRAY
		? arrayEnd(bytes, head.end, head.value, depth)
		: mapEnd(bytes, head.end, head.value, depth);
}

function arrayEnd(bytes: Uint8Array, at: number, count: number, depth: number): number {
	let end = at;
	for (let i = 0; i < count; i++) end = itemEnd(bytes, end, depth + 1);
	return end;
}

function mapEnd(bytes: Uint8Array, at: number, count: number, depth: number): number {
	let end = at;
	let before: Uint8Array | undefined;
	for (let i = 0; i < count; i++) {
		const keyEnd = itemEnd(bytes, end, depth + 1);
		const key = bytes.subarray(end, keyEnd);
		if (key[0]! >> 5 > MAJOR_TEXT) throw new Error("a key of a CBOR map is neither number nor text");
		if (before && compareBytes(before, key) >= 0) throw new Error("the keys of a CBOR map are out of order");
		before = key;
		end = itemEnd(bytes, keyEnd, depth + 1);
	}
	return end;
}

/** The argument of an item's head (RFC 8949, 3), in its shortest form. */
function argument(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
	const info = bytes[at]! & 0x1f;
	if (info < 24) return { value: info, end: at + 1 };
	if (info > 27) throw new Error("the CBOR item has no definite length");
	const length = 1 << (info - 24);
	const end = at + 1 + length;
	if (end > bytes.length) throw new Error(CUT_SHORT);
	let value = 0;
	for (let i = at + 1; i < end; i++) value = value * 256 + bytes[i]!;
	const least = info === 24 ? 24 : 256 ** (length / 2);
	if (value < least) throw new Error("a number in the CBOR item is longer than it must be");
	if (value > Number.MAX_SAFE_INTEGER) throw new Error(TOO_LARGE);
	return { value, end };
}

/** RFC 3629, 4: neither overlong forms nor surrogates. */
function checkUtf8(bytes: Uint8Array, from: number, end: number): void {
	for (let at = from; at < end; ) {
		const first = bytes[at]!;
		const following =
			first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
		if (following < 0 || at + following >= end) throw new Error(NO_TEXT);
		for (let i = 1; i <= following; i++) if (bytes[at + i]! >> 6 !== 2) throw new Error(NO_TEXT);
		const second = bytes[at + 1]!;
		if (
			(first === 0xe0 && second < 0xa0) ||
			(first === 0xed && second > 0x9f) ||
			(first === 0xf0 && second < 0x90) ||
			(first === 0xf4 && second > 0x8f)
		)
			throw new Error(NO_TEXT);
		at += 1 + following;
	}
}

/** Byte by byte, the shorter first where one begins the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
	return a.length - b.length;
}

const MAJOR_NEGATIVE = 1;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const MAJOR_TAG = 6;
const MAJOR_SIMPLE = 7;
const CUT_SHORT = "the CBOR item is cut short";
const TOO_LARGE = "a number in the CBOR item is too large";
const NO_TEXT = "a text in the CBOR item is not UTF-8";
