import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { aesCipher, tdesCipher } from "../../../src/crypto/blockCipher.js";
import { cbcMac, cmac, macAlgorithm3, padByMethod, retailMac } from "../../../src/crypto/mac.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

export const mac: Operations = {
	iso9797_alg3: inputs => {
		const padded = padByMethod(inputs.number("padding_method"), inputs.hex("data"));
		const mac = inputs.has("key")
			? retailMac(nodeCrypto, inputs.hex("key"), padded)
			: macAlgorithm3(nodeCrypto, inputs.hex("key1"), inputs.hex("key2"), padded);
		return { mac: leftmost(mac, inputs) };
	},
	iso9797_alg1_tdes: inputs => {
		const padded = padByMethod(inputs.number("padding_method"), inputs.hex("data"));
		return { mac: leftmost(cbcMac(tdesCipher(nodeCrypto), inputs.hex("key"), padded), inputs) };
	},
	cmac_aes: inputs => ({
		mac: leftmost(cmac(aesCipher(nodeCrypto), inputs.hex("key"), inputs.hex("data")), inputs),
	}),
	cmac_tdes: inputs => ({
		mac: leftmost(cmac(tdesCipher(nodeCrypto), inputs.hex("key"), inputs.hex("data")), inputs),
	}),
	pad: inputs => ({
		padded: padByMethod(
			inputs.number("method"),
			inputs.hex("data"),
			inputs.has("block") ? inputs.number("block") : undefined,
		),
	}),
};

/** `length`: leftmost bytes kept. */
export function leftmost(whole: Uint8Array, inputs: Inputs): Uint8Array {
	return inputs.has("length") ? whole.slice(0, inputs.number("length")) : whole;
}
