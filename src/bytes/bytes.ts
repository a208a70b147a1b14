/** The parts one after another in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
	const whole = new Uint8Array(length);
	let at = 0;
	for (let i = 0; i < parts.length; i++) {
		whole.set(parts[i]!, at);
		at += parts[i]!.length;
	}
	return whole;
}

/** Compares without stopping at the first difference, so that the time taken tells nothing about the content. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
	const { length } = a;
	if (b.length !== length) return false;
	const left = new DataView(a.buffer, a.byteOffset, length);
	const right = new DataView(b.buffer, b.byteOffset, length);
	let difference = 0;
	let at = 0;
	for (; at + 4 <= length; at += 4) difference |= left.getInt32(at) ^ right.getInt32(at);
	for (; at < length; at++) difference |= a[at]! ^ b[at]!;
	return difference === 0;
}

/** `a` XOR `b`, as long as the shorter of the two. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
	const result = new Uint8Array(Math.min(a.length, b.length));
	for (let i = 0; i < result.length; i++) result[i] = a[i]! ^ b[i]!;
	return result;
}

/** Overwrites secrets with zeros. Copies that the engine made elsewhere are out of reach. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
	for (let i = 0; i < secrets.length; i++) secrets[i]?.fill(0);
}

/** Unsigned big-endian number of 1 to 6 bytes. */
export function readUint(bytes: Uint8Array, at = 0, length = bytes.length - at): number {
	if (length < 0 || length > 6 || at + length > bytes.length) throw new RangeError("number outside the bytes");
	let value = 0;
	for (let i = 0; i < length; i++) value = value * 256 + bytes[at + i]!;
	return value;
}

/** Big-endian, `length` bytes of at most 6. @throws {RangeError} when the number does not fit */
export function uintBytes(value: number, length: number): Uint8Array {
	if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** length) throw new RangeError("number does not fit");
	const bytes = new Uint8Array(length);
	let rest = value;
	for (let i = length - 1; rest > 0; i--) {
		bytes[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return bytes;
}

export function asciiBytes(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) throw new RangeError("text is not ASCII");
		bytes[i] = code;
	}
	return bytes;
}

/** Each byte as the character of the same code (ISO/IEC 8859-1). */
export function latin1Text(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
	return text;
}
