import { isConstructed, TlvError } from "../bytes/tlv.js";
import { dataFormat } from "./tags.js";

/** A Data Object List (EMV 4.4 Book 3, 5.4): one length for each tag. The same tag may stand more than once. */
export interface Dol {
	readonly tags: readonly number[];
	readonly lengths: readonly number[];
	/** Bytes that the data of this list take. */
	readonly dataLength: number;
}

/** @throws {TlvError} when the list ends inside an entry */
export function decodeDol(bytes: Uint8Array): Dol {
	const tags: number[] = [];
	const lengths: number[] = [];
	let entries = 0;
	let dataLength = 0;
	for (let at = 0; at < bytes.length; at++) {
		let tag = bytes[at]!;
		if ((tag & 0x1f) === 0x1f) {
			tag = (tag << 8) | bytes[++at]!;
			if (tag & 0x80) {
				tag = (tag << 8) | bytes[++at]!;
				if (tag & 0x80) throw new TlvError("a tag is longer than 3 bytes");
			}
		}
		const length = bytes[++at]!; // 5.4: one byte, no BER length
		tags[entries] = tag;
		lengths[entries++] = length;
		dataLength += length;
	}
	// Beyond `bytes` stand undefined numbers, which make no sum
	if (Number.isNaN(dataLength)) throw new TlvError("an entry ends before its length");
	return { tags, lengths, dataLength };
}

/** Most that a command can carry with the template 83 of GET PROCESSING OPTIONS around it. */
const LONGEST_COMMAND_DATA = 252;

/** What answers to a tag; undefined becomes zeros. */
export interface DataSource {
	get(tag: number): Uint8Array | undefined;
}

/** As `buildDolData`, for a command. @throws {TlvError} when the card asks for more than one command holds */
export function buildCommandData(dol: Dol, source: DataSource): Uint8Array {
	if (dol.dataLength > LONGEST_COMMAND_DATA) throw new TlvError("a list asks for more than a command holds");
	return buildDolData(dol, source);
}

/** The values that the list asks for, one after another without tags. */
export function buildDolData({ tags, lengths, dataLength }: Dol, source: DataSource): Uint8Array {
	const data = new Uint8Array(dataLength);
	let at = 0;
	for (let i = 0; i < tags.length; i++) {
		const tag = tags[i]!;
		const length = lengths[i]!;
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
