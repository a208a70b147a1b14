import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { aesCipher, tdesCipher } from "../../../src/crypto/blockCipher.js";
import { cbcMac, cmac, padMethod1, padMethod2, padMethod3, retailMac } from "../../../src/crypto/mac.js";
import { type Inputs, NotInKassa } from "../inputs.js";
import type { Operations } from "../runner.js";

export const mac: Operations = {
	iso9797_alg3: inputs => {
		const key = inputs.has("key") ? inputs.hex("key") : concat(inputs.hex("key1"), inputs.hex("key2"));
		const padded = padding(inputs.number("padding_method"))(inputs.hex("data"), 8);
		return { mac: leftmost(retailMac(nodeCrypto, key, padded), inputs) };
	},
	iso9797_alg1_tdes: inputs => {
		const padded = padding(inputs.number("padding_method"))(inputs.hex("data"), 8);
		return { mac: leftmost(cbcMac(tdesCipher(nodeCrypto), inputs.hex("key"), padded), inputs) };
	},
	cmac_aes: inputs => ({
		mac: leftmost(cmac(aesCipher(nodeCrypto), inputs.hex("key"), inputs.hex("data")), inputs),
	}),
	cmac_tdes: inputs => ({
		mac: leftmost(cmac(tdesCipher(nodeCrypto), inputs.hex("key"), inputs.hex("data")), inputs),
	}),
	pad: inputs => ({
		padded: padding(inputs.number("method"))(inputs.hex("data"), inputs.has("block") ? inputs.number("block") : 8),
	}),
};

/** The padding methods of ISO/IEC 9797-1 by number. @throws {NotInKassa} on one that there is not */
export function padding(method: number): (data: Uint8Array, blockLength: number) => Uint8Array {
	switch (method) {
		case 1:
			return padMethod1;
		case 2:
			return padMethod2;
		case 3:
			return padMethod3;
		default:
			throw new NotInKassa(`padding method ${method}`);
	}
}

/** `length`: leftmost bytes kept. */
export function leftmost(whole: Uint8Array, inputs: Inputs): Uint8Array {
	return inputs.has("length") ? whole.slice(0, inputs.number("length")) : whole;
}
