import { Encoder } from "cbor-x/encode";
import { checkDeterministicForm, compareBytes } from "./cborForm.js";

/** Plain CBOR (RFC 8949): byte strings untagged, no extensions of the library's own. */
const encoder = (mapsAsObjects: boolean) =>
	new Encoder({
		useRecords: false,
		mapsAsObjects,
		tagUint8Array: false,
		structuredClone: false,
		variableMapSize: true,
	});

/** Objects become maps with text keys. */
export function encodeCbor(value: unknown): Uint8Array {
	return new Uint8Array(encoder(true).encode(value));
}

/** @throws {Error} on bytes that are not one whole CBOR item */
export function decodeCbor(bytes: Uint8Array): unknown {
	return encoder(true).decode(bytes);
}

/** What is signed consists of these; numbers are safe integers. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number | string, CborValue>;

/**
 * The one encoding that a value has (RFC 8949, 4.2.1), for what is signed.
 * @throws {TypeError} on a value that is no `CborValue`
 */
export function encodeDeterministic(value: CborValue): Uint8Array {
	const own = encoder(false);
	return new Uint8Array(own.encode(prepared(value, own)));
}

/**
 * Takes nothing but what `encodeDeterministic` gives: one encoding for one value, so that a signed text cannot be written
 * in another way. Byte strings are copies.
 * @throws {Error} one sentence that says what is wrong with the bytes
 */
export function decodeDeterministic(bytes: Uint8Array): CborValue {
	checkDeterministicForm(bytes);
	return ownValue(encoder(false).decode(new Uint8Array(bytes)));
}

/** With maps in order; numbers past 32 bits as the library wants them, which would write them as floating point. */
function prepared(value: CborValue, own: Encoder): unknown {
	if (typeof value === "number") {
		if (!Number.isSafeInteger(value)) throw new TypeError("only whole numbers can be signed");
		return value >= -0x1_0000_0000 && value <= 0xffff_ffff ? value : BigInt(value);
	}
	if (value === null || typeof value === "string" || typeof value === "boolean") return value;
	if (value instanceof Uint8Array) return value;
	if (Array.isArray(value)) return value.map(each => prepared(each, own));
	if (!(value instanceof Map)) throw new TypeError("a value of this kind cannot be signed");
	const entries = [...(value as CborMap)].map(([key, each]) => {
		const bytes = new Uint8Array(own.encode(prepared(key, own)));
		return { bytes, key: prepared(key, own), value: prepared(each, own) };
	});
	entries.sort((a, b) => compareBytes(a.bytes, b.bytes));
	return new Map(entries.map(entry => [entry.key, entry.value]));
}

/** The decoder gives views into its input, and large numbers as BigInt. */
function ownValue(value: unknown): CborValue {
	if (typeof value === "bigint") return Number(value);
	if (value instanceof Uint8Array) return new Uint8Array(value);
	if (Array.isArray(value)) return value.map(ownValue);
	if (value instanceof Map) return new Map([...value].map(([key, each]) => [ownValue(key) as string, ownValue(each)]));
	return value as CborValue;
}
