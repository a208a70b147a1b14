import { Encoder } from "cbor-x/encode";

/** Plain CBOR (RFC 8949): objects as maps with text keys, byte strings untagged, no extensions of the library's own. */
const encoder = () =>
	new Encoder({
		useRecords: false,
		mapsAsObjects: true,
		tagUint8Array: false,
		structuredClone: false,
		variableMapSize: true,
	});

export function encodeCbor(value: unknown): Uint8Array {
	return new Uint8Array(encoder().encode(value));
}

/** @throws {Error} on bytes that are not one whole CBOR item */
export function decodeCbor(bytes: Uint8Array): unknown {
	return encoder().decode(bytes);
}
