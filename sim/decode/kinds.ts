import { formatHex } from "../../src/bytes/hex.js";
import { ApduTrace } from "./apduTrace.js";
import { atrNodes } from "./atrTree.js";
import { type Chunk, joined } from "./input.js";
import { isoNodes } from "./isoMessage.js";
import { byteCount, type DecodeContext, type DecodedNode, type Decoder } from "./node.js";
import { DATA_ELEMENTS } from "./tables/dataElements.js";
import { statusWordMeaning } from "./tables/statusWords.js";
import { dolNodes, elementNode, formatTag, tlvNodes } from "./tlvTree.js";

/** Something that can be decoded. */
export interface Kind {
	/** As it is typed. */
	readonly name: string;
	readonly description: string;
	decode(chunks: readonly Chunk[], context: DecodeContext): readonly DecodedNode[];
}

/** Everything that `kassa decode` knows, in the order of its help. */
export const KINDS: readonly Kind[] = [
	bytesKind("tlv", "BER-TLV data objects", tlvNodes),
	bytesKind("de55", "field 55 of a message: BER-TLV data objects", tlvNodes),
	bytesKind("dol", "Data Object List: PDOL, CDOL, DDOL, TDOL", dolNodes),
	{ name: "apdu", description: "commands and responses, one an argument or line", decode: traceNodes },
	bytesKind("sw", "status word", statusWordNodes),
	bytesKind("atr", "Answer to Reset", atrNodes),
	bytesKind("iso8583", "ISO 8583 message, with or without its frame", isoNodes),
	bytesKind("tag", "what the data elements dictionary says of a tag", tagNodes),
	elementKind("tvr", 0x95),
	elementKind("tsi", 0x9b),
	elementKind("aip", 0x82),
	elementKind("afl", 0x94),
	elementKind("auc", 0x9f07),
	elementKind("cvmList", 0x8e),
	elementKind("cvmResults", 0x9f34),
	elementKind("cid", 0x9f27),
	elementKind("iad", 0x9f10),
	elementKind("terminalType", 0x9f35),
	elementKind("terminalCapabilities", 0x9f33),
	elementKind("additionalTerminalCapabilities", 0x9f40),
];

/** By name; case does not matter. */
export function findKind(name: string): Kind | undefined {
	return KINDS.find(kind => kind.name.toLowerCase() === name.toLowerCase());
}

function bytesKind(name: string, description: string, decoder: Decoder): Kind {
	return { name, description, decode: (chunks, context) => decoder(joined(chunks), 0, context) };
}

/** The value of one data element, without tag and length. A wrong length is what this input does wrong, so it is said. */
function elementKind(name: string, tag: number): Kind {
	const { name: element, minimum = 0, maximum = minimum } = DATA_ELEMENTS.get(tag)!;
	return bytesKind(name, `${element}, ${formatTag(tag)}`, (bytes, offset, context) => {
		if (bytes.length < minimum || bytes.length > maximum)
			context.problems.push({
				offset: Math.min(bytes.length, maximum),
				sentence: `${element} has ${minimum === maximum ? byteCount(minimum) : `${minimum} to ${maximum} bytes`}, not ${bytes.length}`,
			});
		return [elementNode(tag, bytes, offset, context)];
	});
}

function traceNodes(chunks: readonly Chunk[], context: DecodeContext): readonly DecodedNode[] {
	const trace = new ApduTrace(context);
	const { problems } = context;
	return chunks.flatMap((chunk, i) => {
		const before = problems.length;
		const nodes = trace.nodes(chunk);
		if (chunks.length > 1)
			for (let at = before; at < problems.length; at++) problems[at] = { ...problems[at]!, apdu: i + 1 };
		return nodes;
	});
}

function statusWordNodes(bytes: Uint8Array, offset: number, context: DecodeContext): readonly DecodedNode[] {
	const sw = formatHex(bytes);
	const name = statusWordMeaning(sw.slice(0, 4));
	if (bytes.length !== 2)
		context.problems.push({
			offset: Math.min(bytes.length, 2),
			sentence: `a status word has 2 bytes, not ${bytes.length}`,
		});
	return bytes.length < 2
		? []
		: [{ label: formatHex(bytes.subarray(0, 2)), name: name ?? "unknown status word", offset }];
}

function tagNodes(bytes: Uint8Array, offset: number, context: DecodeContext): readonly DecodedNode[] {
	const tag = formatHex(bytes);
	const element = bytes.length <= 3 ? DATA_ELEMENTS.get(Number.parseInt(tag, 16)) : undefined;
	if (!element) {
		context.problems.push({ offset, sentence: "no such tag in the data elements dictionary" });
		return [];
	}
	const { name, source, format, templates, minimum, maximum } = element;
	const length = minimum === undefined ? "var." : minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
	const rows = { source, format, templates: templates.join(" ") || "none", length };
	return [{ label: tag, name, offset, children: Object.entries(rows).map(row) }];
}

function row([name, value]: [string, string]): DecodedNode {
	return { label: "", name, value };
}
