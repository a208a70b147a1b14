import { type Decoded, decode } from "../../../sim/decode/decode.js";
import { parseArguments } from "../../../sim/decode/input.js";
import { findKind } from "../../../sim/decode/kinds.js";
import type { DecodedNode } from "../../../sim/decode/node.js";
import { PROFILES } from "../../../src/host/profiles/profiles.js";

/** What `kassa decode` makes of these words, masked. @param kind undefined: guessed */
export function open(kind: string | undefined, ...words: string[]): Decoded | undefined {
	const named = kind === undefined ? undefined : findKind(kind)!;
	return decode(parseArguments(words), { ...(named && { kind: named }), profile: PROFILES.unionPay!, reveal: false });
}

/** The nodes of a tree in the order of its lines. */
export function flat(nodes: readonly DecodedNode[]): DecodedNode[] {
	return nodes.flatMap(node => [node, ...flat(node.children ?? [])]);
}

/** The first line with that tag or field number. */
export function find(nodes: readonly DecodedNode[], label: string): DecodedNode | undefined {
	return flat(nodes).find(node => node.label.trim() === label);
}
