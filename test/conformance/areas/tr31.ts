import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { unwrapKeyBlock } from "../../../src/keys/keyBlock.js";
import { decodeKeyBlockHeader, type KeyBlockHeader } from "../../../src/keys/keyBlockHeader.js";
import { aesKeyCheckValue, tdesKeyCheckValue } from "../../../src/keys/keyCheckValue.js";
import { type Got, Leftmost } from "../compare.js";
import type { Operations } from "../runner.js";

export const tr31: Operations = {
	unwrap: inputs => {
		const { header, key } = unwrapKeyBlock(nodeCrypto, inputs.hex("kbpk"), inputs.text("key_block"));
		return { header: headerFacts(header), key, kcv: checkValue(header.algorithm, key) };
	},
	parse_header: inputs => {
		const header = decodeKeyBlockHeader(inputs.text("header"));
		return { header: headerFacts(header), header_length: header.headerLength };
	},
};

function headerFacts(header: KeyBlockHeader): Got {
	return {
		version: header.version,
		key_usage: header.keyUsage,
		algorithm: header.algorithm,
		mode_of_use: header.modeOfUse,
		key_version: header.keyVersion,
		exportability: header.exportability,
		blocks: header.optionalBlocks,
	};
}

/** Of the kinds of key that have one. */
function checkValue(algorithm: string, key: Uint8Array): Leftmost | undefined {
	switch (algorithm) {
		case "A":
			return new Leftmost(aesKeyCheckValue(nodeCrypto, key));
		case "D":
		case "T":
			return [8, 16, 24].includes(key.length) ? new Leftmost(tdesKeyCheckValue(nodeCrypto, key)) : undefined;
		default:
			return undefined;
	}
}
