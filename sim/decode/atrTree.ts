import { latin1Text } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { atrLength, atrObjection, decodeAtr } from "../../src/card/atr.js";
import { hexByte } from "./bits.js";
import { type DecodeContext, type DecodedNode, notDecoded } from "./node.js";
import { quoted } from "./quoted.js";

/** An Answer to Reset (ISO/IEC 7816-3, 8.2), and whether a T=0 terminal of EMV takes it. */
export function atrNodes(bytes: Uint8Array, offset: number, context: DecodeContext): readonly DecodedNode[] {
	const atr = decodeAtr(bytes);
	if (!atr) {
		const { at, sentence } = breakOf(bytes);
		context.problems.push({ offset: offset + at, sentence });
		return [notDecoded(bytes.length, offset)];
	}
	const { convention, interfaceBytes, historicalBytes, protocols } = atr;
	const nodes: DecodedNode[] = [
		{ label: "TS", name: "Initial character", value: hexByte(bytes[0]!), meaning: `${convention} convention` },
		{
			label: "T0",
			name: "Format byte",
			value: hexByte(bytes[1]!),
			meaning: `${historicalBytes.length} historical bytes`,
		},
	];
	for (const [label, byte] of Object.entries(interfaceBytes)) {
		const meaning = interfaceMeaning(label, byte);
		nodes.push({ label, name: "Interface byte", value: hexByte(byte), ...(meaning && { meaning }) });
	}
	if (historicalBytes.length)
		nodes.push({
			label: "T1-K",
			name: "Historical bytes",
			value: formatHex(historicalBytes),
			meaning: quoted(latin1Text(historicalBytes)),
		});
	if (protocols.some(protocol => protocol !== 0))
		nodes.push({ label: "TCK", name: "Check character", value: hexByte(bytes.at(-1)!), meaning: "right" });
	nodes.push({ label: "", name: "Protocols", value: protocols.map(protocol => `T=${protocol}`).join(" ") });
	for (const reset of ["cold", "warm"] as const) {
		const objection = atrObjection(atr, reset);
		const verdict = objection ? `refused: ${objection}` : "accepted";
		nodes.push({ label: "", name: `EMV, ${reset} reset`, meaning: verdict, source: "Contact Interface 1.0, 8.3" });
	}
	return nodes;
}

/** Why `decodeAtr` refused, in the order in which ISO/IEC 7816-3 lays the characters out. */
function breakOf(bytes: Uint8Array): { at: number; sentence: string } {
	if (bytes[0] !== 0x3b && bytes[0] !== 0x3f) return { at: 0, sentence: "an ATR begins with 3B or 3F" };
	const length = atrLength(bytes);
	if (length === undefined || bytes.length < length) return { at: bytes.length, sentence: "the ATR ends early" };
	if (bytes.length > length) return { at: length, sentence: `${bytes.length - length} bytes follow the ATR` };
	if (length > 33) return { at: 33, sentence: "an ATR has at most 33 characters" };
	return { at: length - 1, sentence: "the check character TCK is wrong" };
}

/** Clock rate conversion and baud rate adjustment (ISO/IEC 7816-3, tables 7 and 8); 0 is reserved. */
const FI = [372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0];
const DI = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];

function interfaceMeaning(label: string, byte: number): string | undefined {
	switch (label) {
		case "TA1":
			return `Fi ${FI[byte >> 4] || "reserved"}, Di ${DI[byte & 15] || "reserved"}`;
		case "TB1":
			return byte ? "programming voltage wanted" : "no programming voltage";
		case "TC1":
			return byte === 0xff ? "least guard time" : `extra guard time ${byte} etu`;
		case "TA2":
			return `specific mode, T=${byte & 15}`;
		case "TC2":
			return `work waiting time integer ${byte}`;
		case "TA3":
			return `${byte} bytes of information field (T=1), or voltage classes (T=15)`;
		case "TB3":
			return `BWI ${byte >> 4}, CWI ${byte & 15} (T=1)`;
		case "TC3":
			return `${byte & 1 ? "CRC" : "LRC"} (T=1)`;
		default:
			return label.startsWith("TD") ? `T=${byte & 15}` : undefined;
	}
}
