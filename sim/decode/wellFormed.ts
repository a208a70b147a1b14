import { TlvError } from "../../src/bytes/tlv.js";

/** What the kernel's own codec accepts of some bytes, and why it stops. */
export interface WellFormed<T> {
	readonly accepted: readonly T[];
	/** Offset in `bytes` at which the next item begins that is not well-formed; undefined when all are. */
	readonly stop?: { readonly at: number; readonly reason: string };
}

/**
 * Reads as many items as are well-formed, with a codec that takes all or nothing: items delimit themselves, so that the
 * shortest part that it accepts is one item (or filler). Linear in the number of bytes.
 * @param read throws {TlvError} when `bytes` from `from` up to `to` is not a whole number of items
 */
export function wellFormed<T>(
	bytes: Uint8Array,
	read: (bytes: Uint8Array, from: number, to: number) => readonly T[],
): WellFormed<T> {
	const reason = refusal(() => read(bytes, 0, bytes.length));
	if (reason === undefined) return { accepted: read(bytes, 0, bytes.length) };
	let at = 0;
	for (let end = 1; end <= bytes.length; end++) if (refusal(() => read(bytes, at, end)) === undefined) at = end;
	return { accepted: read(bytes, 0, at), stop: { at, reason: refusal(() => read(bytes, at, bytes.length)) ?? reason } };
}

function refusal(read: () => unknown): string | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		if (error instanceof TlvError) return error.message;
		throw error;
	}
}
