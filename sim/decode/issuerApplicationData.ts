import { formatHex } from "../../src/bytes/hex.js";
import { bitNodes, hexByte } from "./bits.js";
import type { DecodedNode } from "./node.js";
import { CVR_BITS } from "./tables/bitFields.js";
import { CRYPTOGRAM_TYPES } from "./tables/codes.js";

export interface IssuerApplicationData {
	readonly layout: string;
	readonly parts: readonly DecodedNode[];
}

/**
 * Issuer application data, tag 9F10, where the layout is public: Visa cryptogram versions 10 and 18 (VIS 1.5, Appendix A),
 * UnionPay (JR/T 0025), Common Core Definitions (EMV 4.4 Book 3, C7).
 * @param at offset of `iad` in the input
 * @returns undefined when the layout is the issuer's own
 */
export function decodeIssuerApplicationData(iad: Uint8Array, at: number): IssuerApplicationData | undefined {
	if (iad.length === 32 && iad[0] === 0x0f && iad[1]! >> 4 === 0xa && iad[16] === 0x0f)
		return { layout: "Common Core Definitions, format A", parts: commonCore(iad, at) };
	// Both begin with a length, the key index, the cryptogram version and 03 for three more bytes of CVR.
	if (iad.length < 7 || iad[3] !== 3) return undefined;
	if (iad[0] === 6 && VISA_VERSIONS.includes(iad[2]!))
		return { layout: `Visa, cryptogram version ${iad[2]}`, parts: cardVerification(iad, at, 7) };
	if (iad[0] === 7 && iad.length >= 8) return { layout: "UnionPay", parts: cardVerification(iad, at, 8) };
	return undefined;
}

const VISA_VERSIONS: readonly number[] = [10, 18];
const ALGORITHMS: Readonly<Record<number, string>> = { 1: "triple DES", 4: "SM4" };

function cardVerification(iad: Uint8Array, at: number, issuerPartAt: number): DecodedNode[] {
	const version = iad[2]!;
	const nodes = [
		part(iad, at, "Length", 0, 1),
		part(iad, at, "Derivation key index", 1, 2),
		{ ...part(iad, at, "Cryptogram version number", 2, 3), meaning: String(version) },
		{ ...part(iad, at, "Card verification results", 3, 7), ...verificationResults(iad.subarray(4, 7)) },
	];
	if (issuerPartAt === 8)
		nodes.push({ ...part(iad, at, "Algorithm", 7, 8), meaning: ALGORITHMS[iad[7]!] ?? "unknown" });
	if (iad.length > issuerPartAt) nodes.push(part(iad, at, "Issuer discretionary data", issuerPartAt, iad.length));
	return nodes;
}

function verificationResults(cvr: Uint8Array): Pick<DecodedNode, "source" | "children"> {
	const second = cvr[0]! >> 6;
	const scripts = cvr[2]! >> 4;
	const bits = bitNodes(
		CVR_BITS,
		cvr.map((byte, i) => byte & SINGLE_BITS[i]!),
	);
	return {
		source: CVR_BITS.source,
		children: [
			{ label: "B2 b8-7", name: `Second GENERATE AC: ${second === 2 ? "not requested" : CRYPTOGRAM_TYPES[second]!}` },
			{ label: "B2 b6-5", name: `First GENERATE AC: ${CRYPTOGRAM_TYPES[(cvr[0]! >> 4) & 3]!}` },
			// The length is the first byte of the results, so the table's first row is byte 2.
			...bits.map(bit => ({ ...bit, label: `B${Number(bit.label[1]) + 1}${bit.label.slice(2)}` })),
			...(scripts
				? [{ label: "B4 b8-5", name: `Issuer script commands processed on last transaction: ${scripts}` }]
				: []),
		],
	};
}

const SINGLE_BITS = [0x0f, 0xff, 0x0f];

function commonCore(iad: Uint8Array, at: number): DecodedNode[] {
	return [
		part(iad, at, "Length", 0, 1),
		{ ...part(iad, at, "Common core identifier", 1, 2), meaning: `cryptogram version ${hexByte(iad[1]! & 15)}` },
		part(iad, at, "Derivation key index", 2, 3),
		part(iad, at, "Card verification results", 3, 8),
		part(iad, at, "Counters", 8, 16),
		part(iad, at, "Length", 16, 17),
		part(iad, at, "Issuer discretionary data", 17, 32),
	];
}

function part(iad: Uint8Array, at: number, name: string, from: number, to: number): DecodedNode {
	const label = `B${from + 1}${to > from + 1 ? `-${to}` : ""}`;
	return { label, name, value: formatHex(iad.subarray(from, to)), offset: at + from };
}
