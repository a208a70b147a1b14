import { latin1Text } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { type Atr, atrLength, atrObjection, decodeAtr, GLOBAL_BYTES } from "../../src/card/atr.js";
import { atrParameters } from "../../src/card/atrParameters.js";
import { hexByte } from "./bits.js";
import { type DecodeContext, type DecodedNode, notDecoded } from "./node.js";
import { quoted } from "./quoted.js";

/** An Answer to Reset (ISO/IEC 7816-3, 8.2), and whether a terminal of EMV takes it. */
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
		const meaning = interfaceMeaning(label, atr);
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

function interfaceMeaning(label: string, atr: Atr): string | undefined {
	const byte = atr.interfaceBytes[label]!;
	const { clockRateConversion = "reserved", baudRateAdjustment = "reserved" } = atrParameters(atr);
	switch (label) {
		case "TA1":
			return `Fi ${clockRateConversion}, Di ${baudRateAdjustment}`;
		case "TB1":
			return byte ? "programming voltage wanted" : "no programming voltage";
		case "TC1":
			return byte === 0xff ? "least guard time" : `extra guard time ${byte} etu`;
		case "TA2":
			return `specific mode, T=${byte & 15}`;
		case "TC2":
			return `work waiting time integer ${byte}`;
	}
	if (label.startsWith("TD")) return `T=${byte & 15}`;
	// From the third on, each is of the protocol that the TD before it names (8.2.3).
	const protocol = (atr.interfaceBytes[`TD${Number(label.slice(2)) - 1}`] ?? 0) & 15;
	if (protocol === GLOBAL_BYTES) return label.startsWith("TA") ? "voltage classes and clock stop" : undefined;
	if (protocol !== 1) return undefined;
	switch (label.slice(0, 2)) {
		case "TA":
			return `${byte} bytes of information field (T=1)`;
		case "TB":
			return `BWI ${byte >> 4}, CWI ${byte & 15} (T=1)`;
		default:
			return `${byte & 1 ? "CRC" : "LRC"} (T=1)`;
	}
}
