import { concat, readUint, uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import type { Storage } from "../ports.js";
import { JournalError } from "./journalError.js";

// "KJ", version 1
const MAGIC = Uint8Array.of(0x4b, 0x4a, 0x01);
const HEADER_LENGTH = 9;
const CHECKSUM_LENGTH = 4;
const LONGEST_PAYLOAD = 0xffff;

/**
 * An append-only file of records: `4B 4A 01 | payload length (2) | sequence (4) | payload | CRC-32 of all before (4)`.
 * A record counts from the moment `append` returns. What a power cut left of the one being written is moved to
 * `<name>.torn` at the next start; damage anywhere else is never repaired silently.
 */
export class RecordFile {
	readonly #storage: Storage;
	readonly #name: string;
	#nextSequence = 1;
	/** Length of all records that count. */
	#end = 0;

	constructor(storage: Storage, name: string) {
		this.#storage = storage;
		this.#name = name;
	}

	/** Reads all records, oldest first. Called once, before the first `append`. @throws {JournalError} on a damaged record */
	recover(onRecord: (payload: Uint8Array, sequence: number) => void): void {
		const size = this.#storage.size(this.#name) ?? 0;
		let at = 0;
		while (at < size) {
			const record = this.#read(at, size);
			if (record === "torn") {
				this.#setTornAside(at, size);
				return;
			}
			onRecord(record.payload, this.#nextSequence++);
			at += record.length;
			this.#end = at;
		}
	}

	/** Writes one record and returns when it is on the medium. */
	append(payload: Uint8Array): void {
		if (payload.length > LONGEST_PAYLOAD) throw new JournalError("a journal record must not exceed 65535 bytes");
		const body = concat(MAGIC, uintBytes(payload.length, 2), uintBytes(this.#nextSequence, 4), payload);
		const record = concat(body, uintBytes(crc32(body), 4));
		// What a write that failed has left, on a full medium perhaps, must not stand before this record.
		if ((this.#storage.size(this.#name) ?? 0) > this.#end) this.#storage.truncate(this.#name, this.#end);
		this.#storage.append(this.#name, record);
		this.#storage.flush(this.#name);
		this.#end += record.length;
		this.#nextSequence++;
	}

	#read(at: number, size: number): { payload: Uint8Array; length: number } | "torn" {
		const left = size - at;
		if (left < HEADER_LENGTH + CHECKSUM_LENGTH) return "torn";
		const header = this.#storage.read(this.#name, at, HEADER_LENGTH);
		const payloadLength = readUint(header, 3, 2);
		const length = HEADER_LENGTH + payloadLength + CHECKSUM_LENGTH;
		if (length > left) return this.#tornOrDamaged(at, size); // half a record, or a damaged length
		const record = this.#storage.read(this.#name, at, length);
		const body = record.subarray(0, length - CHECKSUM_LENGTH);
		const intact = this.#isHeader(header) && crc32(body) === readUint(record, length - CHECKSUM_LENGTH, 4);
		if (intact) return { payload: body.slice(HEADER_LENGTH), length };
		// Only the last write can be torn: a bad record that others follow was damaged later, or one is missing.
		return this.#tornOrDamaged(at, size);
	}

	#isHeader(header: Uint8Array): boolean {
		return MAGIC.every((byte, i) => header[i] === byte) && readUint(header, 5, 4) === this.#nextSequence;
	}

	/** Torn when there is no whole record, of whatever sequence number, from here to the end. */
	#tornOrDamaged(at: number, size: number): "torn" {
		const rest = this.#storage.read(this.#name, at, size - at);
		for (let i = 0; i + HEADER_LENGTH + CHECKSUM_LENGTH <= rest.length; i++) {
			if (!MAGIC.every((byte, k) => rest[i + k] === byte)) continue;
			const end = i + HEADER_LENGTH + readUint(rest, i + 3, 2);
			if (end + CHECKSUM_LENGTH > rest.length) continue;
			if (crc32(rest.subarray(i, end)) === readUint(rest, end, 4))
				throw new JournalError(
					`${this.#name}: record ${this.#nextSequence} is damaged; put the file back from a copy, or move it away and tell the bank`,
				);
		}
		return "torn";
	}

	#setTornAside(at: number, size: number): void {
		const torn = `${this.#name}.torn`;
		this.#storage.append(torn, this.#storage.read(this.#name, at, size - at));
		this.#storage.flush(torn);
		this.#storage.truncate(this.#name, at);
	}
}
