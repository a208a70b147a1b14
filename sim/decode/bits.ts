import { formatHex } from "../../src/bytes/hex.js";
import type { DecodedNode } from "./node.js";
import type { BitField } from "./tables/bitFields.js";

/** A line for every bit that is set, named as the table names it. Bytes beyond the table stay unnamed. */
export function bitNodes(field: BitField, value: Uint8Array): DecodedNode[] {
	const nodes: DecodedNode[] = [];
	for (const [at, names] of field.bytes.entries()) {
		const byte = value[at] ?? 0;
		for (let bit = 8; bit >= 1; bit--)
			if (byte & (1 << (bit - 1))) nodes.push({ label: `B${at + 1} b${bit}`, name: names[8 - bit] || "RFU" });
	}
	return nodes;
}

/** One byte as two upper-case digits. */
export function hexByte(byte: number): string {
	return formatHex(Uint8Array.of(byte));
}
