import { formatHex } from "../../src/bytes/hex.js";
import { TlvError, tlvObjects } from "../../src/bytes/tlv.js";
import { decodeAtr } from "../../src/card/atr.js";
import { decodeCvmList } from "../../src/emv/cvmList.js";
import { decodeDol } from "../../src/emv/dol.js";
import { beginsLikeCommand, readCommand } from "./apduCommand.js";
import { hexByte } from "./bits.js";
import { type Chunk, joined } from "./input.js";
import { isIsoMessage } from "./isoMessage.js";
import { decodeIssuerApplicationData } from "./issuerApplicationData.js";
import type { DecodeContext } from "./node.js";
import { CVM_CODES, CVM_CONDITIONS, CVM_RESULTS, TERMINAL_TYPES } from "./tables/codes.js";
import { DATA_ELEMENTS } from "./tables/dataElements.js";
import { statusWordMeaning } from "./tables/statusWords.js";

/**
 * What the data most likely are: the name of a kind. What can only be read one way comes first; lengths alone decide last.
 * @returns undefined when nothing fits
 */
export function guessKind(chunks: readonly Chunk[], context: DecodeContext): string | undefined {
	const bytes = joined(chunks);
	if (chunks.some(({ direction }) => direction)) return "apdu";
	if (chunks.length > 1 && beginsLikeCommand(chunks[0]!.bytes)) return "apdu";
	if (decodeAtr(bytes)) return "atr";
	if (isIsoMessage(bytes, context)) return "iso8583";
	if (bytes.length === 2)
		return /^[69]/.test(formatHex(bytes)) && statusWordMeaning(formatHex(bytes)) ? "sw" : undefined;
	// Before TLV: a status word 9000 is also an empty certificate.
	if (bytes.length > 3 && bytes.at(-2) === 0x90 && bytes.at(-1) === 0 && isTlv(bytes.subarray(0, -2))) return "apdu";
	if (isTlv(bytes)) return "tlv";
	if (beginsLikeCommand(bytes) && isWholeCommand(bytes)) return "apdu";
	if (isCvmList(bytes)) return "cvmList";
	if (decodeIssuerApplicationData(bytes, 0)) return "iad";
	if (isDol(bytes)) return "dol";
	const byLength = guessByLength(bytes);
	if (byLength) return byLength;
	// Broken, but the first tag is known: what stands before the break is worth seeing.
	return bytes.length > 5 && startsWithKnownTag(bytes) ? "tlv" : undefined;
}

function guessByLength(bytes: Uint8Array): string | undefined {
	switch (bytes.length) {
		case 1:
			return formatHex(bytes) in TERMINAL_TYPES ? "terminalType" : "cid";
		case 3:
			return isCvmResults(bytes) ? "cvmResults" : "terminalCapabilities";
		case 5:
			return "tvr";
		default:
			return undefined;
	}
}

/** Well-formed, and every object of the first level in the dictionary. */
function isTlv(bytes: Uint8Array): boolean {
	return accepted(() => {
		const objects = tlvObjects(bytes);
		return objects.length > 0 && objects.every((tag, i) => i % 3 || DATA_ELEMENTS.has(tag));
	});
}

function isDol(bytes: Uint8Array): boolean {
	return accepted(() => {
		const { tags } = decodeDol(bytes);
		return tags.length > 1 && tags.every(tag => DATA_ELEMENTS.has(tag));
	});
}

function isWholeCommand(bytes: Uint8Array): boolean {
	// Five bytes may as well be a TVR; only the instructions that have reserved TVR bits set can be told from one.
	return (
		readCommand(bytes) !== undefined && (bytes.length > 5 || (bytes.length === 5 && [0xb2, 0xca].includes(bytes[1]!)))
	);
}

function isCvmList(bytes: Uint8Array): boolean {
	const rules = decodeCvmList(bytes)?.rules ?? [];
	return (
		rules.length > 0 &&
		rules.every(rule => hexByte(rule.method) in CVM_CODES && hexByte(rule.condition) in CVM_CONDITIONS)
	);
}

function isCvmResults(bytes: Uint8Array): boolean {
	const [method, condition, result] = bytes as unknown as [number, number, number];
	const known = method === 0x3f || hexByte(method & 0x3f) in CVM_CODES;
	return known && hexByte(condition) in CVM_CONDITIONS && hexByte(result) in CVM_RESULTS;
}

function startsWithKnownTag(bytes: Uint8Array): boolean {
	for (const length of [1, 2])
		if (DATA_ELEMENTS.has(Number.parseInt(formatHex(bytes.subarray(0, length)), 16))) return true;
	return false;
}

function accepted(read: () => boolean): boolean {
	try {
		return read();
	} catch (error) {
		if (error instanceof TlvError) return false;
		throw error;
	}
}
