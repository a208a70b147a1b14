import { formatHex, parseHex } from "../../src/bytes/hex.js";
import type { CommandApdu } from "../../src/card/apdu.js";
import {
	beginsLikeCommand,
	COMMAND_DATA_AT,
	commandNodes,
	INS_GENERATE_AC,
	INS_GET_PROCESSING_OPTIONS,
	INS_GET_RESPONSE,
	INS_INTERNAL_AUTHENTICATE,
	INS_SELECT,
	readCommand,
} from "./apduCommand.js";
import type { Chunk } from "./input.js";
import { type DecodeContext, type DecodedNode, notDecoded } from "./node.js";
import { statusWordMeaning } from "./tables/statusWords.js";
import { dolDataNodes, elementNode, formatTag, tlvNodes } from "./tlvTree.js";

const INS_GET_CHALLENGE = 0x84;
const TAG_80_FORMAT_1 = 0x80;
const TAG_83_COMMAND_TEMPLATE = 0x83;
const TAG_8C_CDOL1 = "8C";
const TAG_8D_CDOL2 = "8D";
const TAG_9F38_PDOL = "9F38";
const TAG_9F49_DDOL = "9F49";
const DOLS: readonly string[] = [TAG_8C_CDOL1, TAG_8D_CDOL2, TAG_9F38_PDOL, TAG_9F49_DDOL];

/**
 * Commands and responses in the order of the dialogue. What the card says earlier explains what is sent later: the lists
 * of data objects in its records give the data of GENERATE AC their tags.
 */
export class ApduTrace {
	readonly #context: DecodeContext;
	/** The lists of the selected application, by tag. */
	readonly #dols = new Map<string, Uint8Array>();
	/** The command that a response answers; GET RESPONSE only fetches what an earlier one left. */
	#last: CommandApdu | undefined;
	#awaited = false;
	#cryptograms = 0;

	constructor(context: DecodeContext) {
		this.#context = context;
	}

	/** `>` and `<` in front of a chunk decide; otherwise a response follows a command. */
	nodes(chunk: Chunk): readonly DecodedNode[] {
		const { bytes, direction } = chunk;
		const isResponse = direction ? direction === "<" : this.#awaited || !beginsLikeCommand(bytes);
		this.#awaited = !isResponse;
		return isResponse ? this.#response(bytes) : this.#command(bytes);
	}

	#command(bytes: Uint8Array): readonly DecodedNode[] {
		const command = readCommand(bytes);
		if (command && command.ins !== INS_GET_RESPONSE) this.#last = command;
		if (command?.ins === INS_SELECT) {
			this.#dols.clear();
			this.#cryptograms = 0;
		}
		return commandNodes(bytes, 0, this.#context, known => this.#commandData(known));
	}

	#commandData({ ins, data }: CommandApdu): readonly DecodedNode[] | undefined {
		if (!data) return undefined;
		const offset = COMMAND_DATA_AT;
		switch (ins) {
			case INS_SELECT:
				return [{ ...elementNode(0x84, data, offset, this.#context), label: "", name: "DF name" }];
			case INS_GET_PROCESSING_OPTIONS:
				if (data[0] !== TAG_83_COMMAND_TEMPLATE || data[1] !== data.length - 2) return undefined;
				return data.length === 2 ? [] : this.#byDol(TAG_9F38_PDOL, data.subarray(2), offset + 2);
			case INS_INTERNAL_AUTHENTICATE:
				return this.#byDol(TAG_9F49_DDOL, data, offset);
			case INS_GENERATE_AC:
				return this.#byDol(this.#cryptograms++ === 0 ? TAG_8C_CDOL1 : TAG_8D_CDOL2, data, offset);
			default:
				return undefined;
		}
	}

	#byDol(tag: string, data: Uint8Array, offset: number): readonly DecodedNode[] | undefined {
		const dol = this.#dols.get(tag);
		return dol && dolDataNodes(dol, data, offset, this.#context);
	}

	#response(bytes: Uint8Array): readonly DecodedNode[] {
		const command = this.#last;
		if (bytes.length < 2) {
			this.#context.problems.push({ offset: bytes.length, sentence: "a response ends before its status word" });
			return [notDecoded(bytes.length, 0)];
		}
		const data = bytes.subarray(0, -2);
		const sw = formatHex(bytes.subarray(-2));
		const children = data.length ? this.#responseData(command, data) : [];
		this.#rememberDols(children);
		return [{ label: "<", name: statusWordMeaning(sw) ?? "unknown status word", value: sw, offset: 0, children }];
	}

	#responseData(command: CommandApdu | undefined, data: Uint8Array): readonly DecodedNode[] {
		if (command?.ins === INS_GET_CHALLENGE)
			return [{ label: "", name: "Challenge", value: formatHex(data), offset: 0 }];
		if (command && data[0] === TAG_80_FORMAT_1 && data[1]! < 0x80 && data[1] === data.length - 2)
			return formatOne(command, data.subarray(2), 2, this.#context);
		if (command && data[0] === TAG_80_FORMAT_1 && data[1] === 0x81 && data[2] === data.length - 3)
			return formatOne(command, data.subarray(3), 3, this.#context);
		return tlvNodes(data, 0, this.#context);
	}

	#rememberDols(nodes: readonly DecodedNode[]): void {
		for (const { label, value, children } of nodes) {
			if (value === undefined) this.#rememberDols(children ?? []);
			else if (DOLS.includes(label)) this.#dols.set(label, parseHex(value));
		}
	}
}

/** Response format 1: values one after another, which ones is a matter of the command (EMV 4.4 Book 3, 6.5). */
function formatOne(
	{ ins }: CommandApdu,
	value: Uint8Array,
	offset: number,
	context: DecodeContext,
): readonly DecodedNode[] {
	const parts = FORMAT_ONE[ins];
	const children: DecodedNode[] = [];
	let at = 0;
	for (const [tag, length] of parts ?? []) {
		if (at >= value.length) break;
		const end = Math.min(at + length, value.length);
		children.push(elementNode(tag, value.subarray(at, end), offset + at, context));
		at = end;
	}
	const { name } = elementNode(TAG_80_FORMAT_1, value, offset, context);
	return [{ label: formatTag(TAG_80_FORMAT_1), name, offset, ...(parts ? { children } : { value: formatHex(value) }) }];
}

const REST = Number.POSITIVE_INFINITY;
const FORMAT_ONE: Readonly<Record<number, readonly (readonly [tag: number, length: number])[]>> = {
	[INS_GET_PROCESSING_OPTIONS]: [
		[0x82, 2],
		[0x94, REST],
	],
	[INS_GENERATE_AC]: [
		[0x9f27, 1],
		[0x9f36, 2],
		[0x9f26, 8],
		[0x9f10, REST],
	],
	[INS_INTERNAL_AUTHENTICATE]: [[0x9f4b, REST]],
};
