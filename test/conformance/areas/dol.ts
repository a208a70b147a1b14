import { parseHex } from "../../../src/bytes/hex.js";
import { TlvError } from "../../../src/bytes/tlv.js";
import { buildDolData, type Dol, decodeDol } from "../../../src/emv/dol.js";
import type { Operations } from "../runner.js";
import { tagHex } from "./tlv.js";

export const dol: Operations = {
	parse: inputs => {
		const bytes = inputs.hex("dol");
		const { tags, lengths } = wholeEntries(bytes);
		const entries = tags.map((tag, i) => ({ tag: tagHex(tag), length: lengths[i] }));
		return { ...(!isWhole(bytes) && { well_formed: false }), entries_before_end_or_error: entries };
	},
	length: inputs => ({ data_length: decodeDol(inputs.hex("dol")).dataLength }),
	build: inputs => {
		const data = inputs.dataObjects("data");
		return {
			output: buildDolData(decodeDol(inputs.hex("dol")), {
				get(tag) {
					const value = data[tagHex(tag)];
					return value === undefined ? undefined : parseHex(value);
				},
			}),
		};
	},
};

/** Those before the one that the list is cut or malformed in. */
function wholeEntries(bytes: Uint8Array): Dol {
	let { length } = bytes;
	while (!isWhole(bytes.subarray(0, length))) length--;
	return decodeDol(bytes.subarray(0, length));
}

function isWhole(bytes: Uint8Array): boolean {
	try {
		decodeDol(bytes);
		return true;
	} catch (error) {
		if (error instanceof TlvError) return false;
		throw error;
	}
}
