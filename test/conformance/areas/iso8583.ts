import { equal } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { Encoding, FieldSpec, LengthPrefix } from "../../../src/host/iso8583/field.js";
import { decodeMessage, encodeMessage, type Fields } from "../../../src/host/iso8583/message.js";
import type { MessageSpec } from "../../../src/host/iso8583/spec.js";
import { Leftmost } from "../compare.js";
import { CaseError, type Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

export const iso8583: Operations = {
	"": (inputs, { flavours }) => {
		const flavour = flavours.object(inputs.text("flavour"));
		const spec = specOf(flavour);
		const bytes = inputs.hex("message").subarray(headerLength(flavour));
		const message = decodeMessage(spec, bytes);
		if (!equal(encodeMessage(spec, message), bytes)) throw new Error("the message encodes back to other bytes");
		return { mti: message.messageType, bitmap: new Leftmost(bitmapOf(message.fields)), fields: message.fields };
	},
};

function specOf(flavour: Inputs): MessageSpec {
	const fields = flavour.names.filter(name => /^[0-9]+$/.test(name) && name !== "1");
	return {
		messageType: messageTypeOf(flavour.object("t").text("data")),
		bitmap: flavour.object("p").text("data") === "b" ? "binary" : "hexText",
		fields: Object.fromEntries(fields.map(number => [number, fieldOf(number, flavour.object(number))])),
	};
}

/** A header of fixed length belongs to the frame around Kassa's messages (src/host/frame.ts), not to the message. */
function headerLength(flavour: Inputs): number {
	const header = flavour.object("h");
	if (header.number("len_bytes") !== 0) throw new CaseError("a frame of Kassa has no header of variable length");
	return header.number("max");
}

function messageTypeOf(data: string): MessageSpec["messageType"] {
	return data === "b" ? "bcd" : data === "cp500" ? "ebcdic" : "ascii";
}

function fieldOf(name: string, entry: Inputs): FieldSpec {
	const isNibbles = entry.has("count") && entry.text("count") === "nibbles";
	const encoding = isNibbles ? "nibbles" : encodingOf(entry.text("data"));
	const field: FieldSpec = {
		name,
		encoding,
		length: entry.number("max"),
		...(isNibbles && { padding: entry.has("left_pad") ? "left 0" : "right 0" }),
	};
	const bytes = entry.number("len_bytes");
	return bytes ? { ...field, prefix: { encoding: lengthEncodingOf(entry.text("len_enc")), bytes } } : field;
}

function encodingOf(data: string): Encoding {
	return data === "b" ? "binary" : data === "cp500" ? "ebcdic" : "ascii";
}

function lengthEncodingOf(data: string): LengthPrefix["encoding"] {
	return data === "bcd" ? "bcd" : data === "b" ? "binary" : data === "cp500" ? "ebcdic" : "ascii";
}

/** The bitmaps that announce these fields, one after another. */
function bitmapOf(fields: Fields): Uint8Array {
	const numbers = Object.keys(fields).map(Number);
	const bits = numbers.some(number => number > 64) ? [1, ...numbers] : numbers;
	const text = Array.from({ length: bits.includes(1) ? 128 : 64 }, (_, i) => (bits.includes(i + 1) ? "1" : "0")).join(
		"",
	);
	return parseHex(text.replace(/..../g, nibble => Number.parseInt(nibble, 2).toString(16)));
}
