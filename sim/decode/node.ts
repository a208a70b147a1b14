import type { HostProfile } from "../../src/host/profiles/hostProfile.js";

/**
 * What identifies the cardholder: `pan` shows its first 6 and last 4 digits, `secret` nothing but its length. A decoder
 * only marks; `maskNodes` is the one place that hides.
 */
export type Sensitivity = "pan" | "secret";

/** One line of the decoded tree. */
export interface DecodedNode {
	/** Tag, field number, bits of a byte (`B2 b5`); empty when the name says it all. */
	readonly label: string;
	readonly name: string;
	/** As it stands in the data: hexadecimal, or text in quotes. */
	readonly value?: string;
	/** What the value says. */
	readonly meaning?: string;
	/** Where the meaning is written down. */
	readonly source?: string;
	readonly sensitivity?: Sensitivity;
	/** The digits of the value are no packed number: what looks like a card number in them is none. */
	readonly plain?: true;
	/** Position of the value in the input, or in its APDU of a trace; in bytes. */
	readonly offset?: number;
	readonly children?: readonly DecodedNode[];
}

/** What a value says, besides its digits. */
export interface Interpretation
	extends Partial<Pick<DecodedNode, "meaning" | "source" | "sensitivity" | "plain" | "children">> {
	/** Why the value cannot be what its tag promises. */
	readonly remark?: string;
}

/** Where the data stop being well-formed. The sentence never carries their content. */
export interface Problem {
	/** In the input, or in the APDU of a trace, in bytes. */
	readonly offset: number;
	readonly sentence: string;
	/** Which APDU of a trace, from 1. */
	readonly apdu?: number;
}

/** What decoders share during one run. */
export interface DecodeContext {
	readonly profile: HostProfile;
	/** Found so far, in the order of the data. */
	readonly problems: Problem[];
}

/** Takes bytes apart that begin at `offset` of the input. */
export type Decoder = (bytes: Uint8Array, offset: number, context: DecodeContext) => readonly DecodedNode[];

/** The bytes behind the place where the data stopped being well-formed: they are nothing that could be shown. */
export function notDecoded(length: number, offset: number): DecodedNode {
	return { label: "?", name: "not decoded", value: `[${byteCount(length)}]`, offset };
}

export function byteCount(length: number): string {
	return length === 1 ? "1 byte" : `${length} bytes`;
}
