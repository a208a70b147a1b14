import { isConstructed, TlvError } from "../bytes/tlv.js";
import { dataFormat } from "./tags.js";

/** A Data Object List as pairs of numbers: tag, length (EMV 4.4 Book 3, 5.4). The same tag may stand more than once. */
export type Dol = readonly number[];

/** @throws {TlvError} when the list ends inside an entry */
export function decodeDol(bytes: Uint8Array): Dol {
	const entries: number[] = [];
	const { length } = bytes;
	for (let at = 0; at < length; at++) {
		let tag = bytes[at]!;
		if ((tag & 0x1f) === 0x1f) {
			tag = (tag << 8) | bytes[++at]!;
			if (tag & 0x80) tag = (tag << 8) | bytes[++at]!;
			if (tag > 0xffff && tag & 0x80) throw new TlvError("a tag is longer than 3 bytes");
		}
		if (++at >= length) throw new TlvError("an entry ends before its length");
		entries.push(tag, bytes[at]!); // 5.4: the length is one byte, no BER length
	}
	return entries;
}

/** Bytes that the data of this list take. */
export function dolDataLength(dol: Dol): number {
	let total = 0;
	for (let i = 1; i < dol.length; i += 2) total += dol[i]!;
	return total;
}

export function dolHasTag(dol: Dol, tag: number): boolean {
	for (let i = 0; i < dol.length; i += 2) if (dol[i] === tag) return true;
	return false;
}

/** Most that a command can carry with the template 83 of GET PROCESSING OPTIONS around it. */
const LONGEST_COMMAND_DATA = 252;

/** What answers to a tag; undefined becomes zeros. */
export interface DataSource {
	get(tag: number): Uint8Array | undefined;
}

/** As `buildDolData`, for a command. @throws {TlvError} when the card asks for more than one command holds */
export function buildCommandData(dol: Dol, source: DataSource): Uint8Array {
	const length = dolDataLength(dol);
	if (length > LONGEST_COMMAND_DATA) throw new TlvError("a list asks for more than a command holds");
	return buildDolData(dol, source, length);
}

/** The values that the list asks for, one after another without tags. @param dataLength `dolDataLength` of the list */
export function buildDolData(dol: Dol, source: DataSource, dataLength = dolDataLength(dol)): Uint8Array {
	const data = new Uint8Array(dataLength);
	let at = 0;
	for (let i = 0; i < dol.length; i += 2) {
		const tag = dol[i]!;
		const length = dol[i + 1]!;
		const value = isConstructed(tag) ? undefined : source.get(tag); // 5.4: constructed objects are zeros
		if (value?.length === length) data.set(value, at);
		else if (value) fillEntry(data.subarray(at, at + length), value, dataFormat(tag));
		at += length;
	}
	return data;
}

// 5.4, rules for an object of another length than the list wants
function fillEntry(place: Uint8Array, value: Uint8Array, format: "n" | "cn" | "other"): void {
	if (format === "n") {
		const kept = value.subarray(Math.max(0, value.length - place.length)); // leftmost bytes cut
		place.set(kept, place.length - kept.length); // zeros on the left
		return;
	}
	if (format === "cn") place.fill(0xff); // FF on the right
	place.set(value.subarray(0, place.length)); // rightmost bytes cut
}
