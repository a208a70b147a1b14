import { concat } from "../../../src/bytes/bytes.js";
import { encodeTlv, isConstructed, tlvObjects } from "../../../src/bytes/tlv.js";
import { CaseError, Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

export const tlv: Operations = {
	decode: inputs => ({ objects: decode(inputs.hex("tlv")) }),
	encode: inputs => ({ tlv: encode(inputs.list("objects")) }),
};

function decode(bytes: Uint8Array): object[] {
	const flat = tlvObjects(bytes);
	const objects: object[] = [];
	for (let i = 0; i < flat.length; i += 3) {
		const number = flat[i]!;
		const value = bytes.subarray(flat[i + 1]!, flat[i + 1]! + flat[i + 2]!);
		const tag = tagHex(number);
		objects.push(isConstructed(number) ? { tag, children: decode(value) } : { tag, value });
	}
	return objects;
}

function encode(objects: readonly unknown[]): Uint8Array {
	return concat(
		...objects.map(each => {
			const object = new Inputs(each);
			const value = object.has("children") ? encode(object.list("children")) : object.hex("value");
			return encodeTlv(tagNumber(object.text("tag")), value);
		}),
	);
}

export function tagHex(tag: number): string {
	const text = tag.toString(16).toUpperCase();
	return text.length & 1 ? `0${text}` : text;
}

export function tagNumber(text: string): number {
	if (!/^[0-9A-F]+$/.test(text)) throw new CaseError(`"${text}" is not a tag`);
	return Number.parseInt(text, 16);
}
