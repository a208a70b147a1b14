import { formatHex } from "../../src/bytes/hex.js";
import type { CommandApdu } from "../../src/card/apdu.js";
import { hexByte } from "./bits.js";
import { type DecodeContext, type DecodedNode, notDecoded } from "./node.js";
import { CRYPTOGRAM_TYPES } from "./tables/codes.js";
import { CLASSES, COMMANDS } from "./tables/commands.js";
import { DATA_ELEMENTS } from "./tables/dataElements.js";

export const INS_VERIFY = 0x20;
export const INS_PIN_CHANGE = 0x24;
export const INS_INTERNAL_AUTHENTICATE = 0x88;
export const INS_SELECT = 0xa4;
export const INS_GET_PROCESSING_OPTIONS = 0xa8;
export const INS_GENERATE_AC = 0xae;
const INS_READ_RECORD = 0xb2;
export const INS_GET_RESPONSE = 0xc0;
const INS_GET_DATA = 0xca;

/** Offset of the data in a command that has some: behind the header and Lc. */
export const COMMAND_DATA_AT = 5;

/** A command of short lengths (ISO/IEC 7816-4, 5.1). @returns undefined when Lc, data and Le do not add up */
export function readCommand(bytes: Uint8Array): CommandApdu | undefined {
	if (bytes.length < 4) return undefined;
	const [cla, ins, p1, p2, p3] = bytes as unknown as [number, number, number, number, number];
	const header = { cla, ins, p1, p2 };
	if (bytes.length === 4) return header;
	if (bytes.length === 5) return { ...header, le: p3 || 256 };
	const end = COMMAND_DATA_AT + p3;
	const data = bytes.subarray(COMMAND_DATA_AT, end);
	if (p3 && bytes.length === end) return { ...header, data };
	if (p3 && bytes.length === end + 1) return { ...header, data, le: bytes[end]! || 256 };
	return undefined;
}

/** Whether class and instruction are those of a command that EMV knows. */
export function beginsLikeCommand(bytes: Uint8Array): boolean {
	return bytes.length >= 4 && CLASSES.includes(bytes[0]!) && hexByte(bytes[1]!) in COMMANDS;
}

/**
 * One command: what it is, what its parameters say, its data as they stand.
 * @param dataNodes what the data say, where the caller knows
 */
export function commandNodes(
	bytes: Uint8Array,
	offset: number,
	context: DecodeContext,
	dataNodes?: (command: CommandApdu) => readonly DecodedNode[] | undefined,
): DecodedNode[] {
	const command = readCommand(bytes);
	if (!command) {
		const sentence =
			bytes.length < 4
				? "a command ends inside its header"
				: `a command says ${bytes[4]} bytes of data, ${bytes.length - COMMAND_DATA_AT} follow`;
		const name = commandName(bytes);
		const at = Math.min(bytes.length, 4);
		context.problems.push({ offset: offset + at, sentence });
		const rest = notDecoded(bytes.length - at, offset + at);
		return at < 4 ? [rest] : [{ label: ">", name, value: formatHex(bytes.subarray(0, 4)), offset, children: [rest] }];
	}
	const { data, le } = command;
	const meaning = [parameters(command), le !== undefined && `Le ${le}`].filter(Boolean).join(", ");
	const children = data ? (dataNodes?.(command) ?? [plainData(command, data, offset)]) : [];
	const value = formatHex(bytes.subarray(0, 4));
	return [{ label: ">", name: commandName(bytes), value, offset, ...(meaning && { meaning }), children }];
}

/** Data of a PIN command are the PIN block, and those that follow a DOL may hold the card number. */
function plainData(command: CommandApdu, data: Uint8Array, offset: number): DecodedNode {
	const pin = command.ins === INS_VERIFY || command.ins === INS_PIN_CHANGE;
	const byDol = [INS_INTERNAL_AUTHENTICATE, INS_GET_PROCESSING_OPTIONS, INS_GENERATE_AC].includes(command.ins);
	return {
		label: "",
		name: pin ? "PIN data" : byDol ? "Data, by a DOL that was not seen" : "Data",
		value: formatHex(data),
		offset: offset + COMMAND_DATA_AT,
		...((pin || byDol) && { sensitivity: "secret" }),
	};
}

function commandName(bytes: Uint8Array): string {
	return COMMANDS[hexByte(bytes[1] ?? 0)] ?? "unknown command";
}

/** What P1 and P2 say (EMV 4.4 Book 3, 6.5; Book 1, 11.3). */
function parameters({ ins, p1, p2 }: CommandApdu): string | undefined {
	switch (ins) {
		case INS_SELECT:
			return p1 === 4
				? `by name, ${p2 === 0 ? "first or only occurrence" : p2 === 2 ? "next occurrence" : "RFU"}`
				: undefined;
		case INS_READ_RECORD:
			return (p2 & 7) === 4 ? `record ${p1} of SFI ${p2 >> 3}` : undefined;
		case INS_GET_DATA:
			return DATA_ELEMENTS.get(p1 * 256 + p2)?.name ?? DATA_ELEMENTS.get(p2)?.name;
		case INS_GENERATE_AC:
			return `${CRYPTOGRAM_TYPES[p1 >> 6]}${p1 & 0x10 ? ", CDA signature requested" : ""}`;
		case INS_VERIFY:
			return p2 === 0x80 ? "plaintext PIN" : p2 === 0x88 ? "enciphered PIN" : undefined;
		default:
			return undefined;
	}
}
