import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../../sim/world/seededRandom.js";
import {
	decodePinBlockFormat0,
	decodePinBlockFormat2,
	decodePinBlockFormat3,
	encodePinBlockFormat0,
	encodePinBlockFormat2,
	encodePinBlockFormat3,
} from "../../../src/keys/pinBlock.js";
import {
	decipherPinBlockFormat4,
	decodePinFieldFormat4,
	encipherPinBlockFormat4,
	encodePanFieldFormat4,
	encodePinFieldFormat4,
} from "../../../src/keys/pinBlockFormat4.js";
import { Leftmost } from "../compare.js";
import { CaseError, type Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

const random = new SeededRandom(1);

export const pinblock: Operations = {
	encode: inputs => {
		const block = encode(inputs);
		return { pin_block: block, pin_block_prefix: new Leftmost(block) };
	},
	decode: inputs => ({ pin: digits(decode(inputs)) }),
	encode_pan_field: inputs => ({ pan_field: encodePanFieldFormat4(inputs.text("pan")) }),
	encode_pin_field: inputs => {
		const field = encodePinFieldFormat4(random, pinOf(inputs));
		return { pin_field: field, pin_field_prefix: new Leftmost(field) };
	},
	decode_pin_field: inputs => ({ pin: digits(decodePinFieldFormat4(inputs.hex("pin_field"))) }),
	encipher: inputs => {
		const key = inputs.hex("key");
		const pinField = inputs.has("pin_field") ? inputs.hex("pin_field") : encodePinFieldFormat4(random, pinOf(inputs));
		const panField = panFieldOf(inputs);
		const block = encipherPinBlockFormat4(nodeCrypto, key, pinField, panField);
		return { pin_block: block, pin: digits(decipher(key, block, panField)) };
	},
	decipher: inputs => ({ pin: digits(decipher(inputs.hex("key"), inputs.hex("pin_block"), panFieldOf(inputs))) }),
};

function encode(inputs: Inputs): Uint8Array {
	const format = inputs.number("format");
	switch (format) {
		case 0:
			return encodePinBlockFormat0(pinOf(inputs), inputs.text("pan"));
		case 2:
			return encodePinBlockFormat2(pinOf(inputs));
		case 3:
			return encodePinBlockFormat3(random, pinOf(inputs), inputs.text("pan"));
		default:
			throw new CaseError(`format ${format} has no clear PIN block of 8 bytes`);
	}
}

function decode(inputs: Inputs): Uint8Array {
	const format = inputs.number("format");
	switch (format) {
		case 0:
			return decodePinBlockFormat0(inputs.hex("pin_block"), inputs.text("pan"));
		case 2:
			return decodePinBlockFormat2(inputs.hex("pin_block"));
		case 3:
			return decodePinBlockFormat3(inputs.hex("pin_block"), inputs.text("pan"));
		default:
			throw new CaseError(`format ${format} has no clear PIN block of 8 bytes`);
	}
}

function decipher(key: Uint8Array, block: Uint8Array, panField: Uint8Array): Uint8Array {
	return decodePinFieldFormat4(decipherPinBlockFormat4(nodeCrypto, key, block, panField));
}

function panFieldOf(inputs: Inputs): Uint8Array {
	return inputs.has("pan_field") ? inputs.hex("pan_field") : encodePanFieldFormat4(inputs.text("pan"));
}

function pinOf(inputs: Inputs): Uint8Array {
	return pinDigits(inputs.text("pin"));
}

/** Digit values as PIN entry keeps them; what is no digit has a value above 9. */
export function pinDigits(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0) - 48);
}

function digits(pin: Uint8Array): string {
	return [...pin].join("");
}
