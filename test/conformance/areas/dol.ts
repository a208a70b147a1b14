import { parseHex } from "../../../src/bytes/hex.js";
import { TlvError } from "../../../src/bytes/tlv.js";
import { buildDolData, decodeDol, decodeDolEntry, dolDataLength } from "../../../src/emv/dol.js";
import type { Operations } from "../runner.js";
import { tagHex } from "./tlv.js";

export const dol: Operations = {
	parse: inputs => {
		const bytes = inputs.hex("dol");
		const entries: object[] = [];
		try {
			for (let at = 0; at < bytes.length; ) {
				const { tag, length, end } = decodeDolEntry(bytes, at);
				entries.push({ tag: tagHex(tag), length });
				at = end;
			}
		} catch (error) {
			if (!(error instanceof TlvError)) throw error;
			return { well_formed: false, entries_before_end_or_error: entries };
		}
		return { entries_before_end_or_error: entries };
	},
	length: inputs => ({ data_length: dolDataLength(decodeDol(inputs.hex("dol"))) }),
	build: inputs => {
		const data = inputs.dataObjects("data");
		return {
			output: buildDolData(decodeDol(inputs.hex("dol")), tag => {
				const value = data[tagHex(tag)];
				return value === undefined ? undefined : parseHex(value);
			}),
		};
	},
};
