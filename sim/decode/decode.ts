import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { guessKind } from "./guess.js";
import { type Chunk, joined } from "./input.js";
import { findKind, type Kind } from "./kinds.js";
import { maskNodes } from "./mask.js";
import type { DecodedNode, Problem } from "./node.js";

/** What became of some input. */
export interface Decoded {
	readonly kind: Kind;
	/** Nobody said what the data are. */
	readonly guessed: boolean;
	/** Length of the input in bytes. */
	readonly length: number;
	readonly nodes: readonly DecodedNode[];
	/** Where the data first stop being well-formed; the nodes hold what was decoded all the same. */
	readonly problem?: Problem;
}

export interface DecodeOptions {
	readonly kind?: Kind;
	readonly profile: HostProfile;
	/** Show card number, track data, PIN data and keys. */
	readonly reveal: boolean;
}

/** @returns undefined when no kind was named and the data look like none */
export function decode(chunks: readonly Chunk[], options: DecodeOptions): Decoded | undefined {
	const problems: Problem[] = [];
	const context = { profile: options.profile, problems };
	const kind = options.kind ?? findKind(guessKind(chunks, context) ?? "");
	if (!kind) return undefined;
	const nodes = kind.decode(chunks, context);
	const [problem] = problems;
	return {
		kind,
		guessed: !options.kind,
		length: joined(chunks).length,
		nodes: options.reveal ? nodes : maskNodes(nodes),
		...(problem && { problem }),
	};
}
