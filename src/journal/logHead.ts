import { asciiBytes, concat, equal } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Crypto, Storage } from "../ports.js";
import type { ChainHead } from "./hashChain.js";
import type { RecordSeal } from "./recordCodec.js";

/** Where the oldest segment that is kept begins. */
export interface LogBase {
	readonly segment: number;
	/** Of the newest entry that was forgotten. */
	readonly number: number;
	readonly hash: string;
}

/** What a log must hold, kept apart from it. */
export interface LogHead<S> extends ChainHead<S> {
	readonly segment: number;
	/** Bytes of the newest segment, `line` included. */
	readonly length: number;
	readonly base: LogBase;
	/** The newest line with its line feed, ASCII: it is written to the segment after the head. Empty when it is there for sure. */
	readonly line: string;
}

export interface LogPorts {
	readonly storage: Storage;
	readonly crypto: Crypto;
	/** Absent while the terminal has no keys. */
	readonly seal?: RecordSeal | undefined;
	/** All keys were erased and there are others by now, under which nothing was sealed yet: a head in the clear counts. */
	readonly keysAreNew?: boolean | undefined;
}

/**
 * The head of a log, replaced as a whole: CBOR `[head, seal]`, the head as a byte string in the clear, and the sealed SHA-256
 * over the name of the log, 00 and that string. In the clear, so that a log outlasts the keys; what nobody has sealed
 * counts only where there was nothing to seal it with.
 */
export class LogHeadFile<S> {
	readonly #file: string;
	readonly #ports: LogPorts;

	/** @param file of the log */
	constructor(file: string, ports: LogPorts) {
		this.#file = file;
		this.#ports = ports;
	}

	/** @returns undefined when there is none that counts; whether it is as this terminal would write it now */
	read(): { readonly head: LogHead<S>; readonly isSealed: boolean } | undefined {
		const { storage, seal, keysAreNew } = this.#ports;
		const size = storage.size(this.#name);
		if (size === undefined) return undefined;
		try {
			const [bytes, sealed] = decodeCbor(storage.read(this.#name, 0, size)) as readonly [Uint8Array, Uint8Array?];
			const digest = seal && sealed && seal.open(sealed);
			const isSealed = digest !== undefined && equal(digest, this.#digest(bytes));
			if (seal && !isSealed && !keysAreNew) return undefined;
			const head = decodeCbor(bytes) as LogHead<S>;
			return isSealed || isHead(head) ? { head, isSealed: isSealed || !seal } : undefined;
		} catch {
			return undefined; // what was not written here
		}
	}

	write(head: LogHead<S>): void {
		const { storage, seal } = this.#ports;
		const bytes = encodeCbor(head);
		storage.replace(this.#name, encodeCbor(seal ? [bytes, seal.close(this.#digest(bytes))] : [bytes]));
	}

	#digest(bytes: Uint8Array): Uint8Array {
		return this.#ports.crypto.sha256(concat(asciiBytes(this.#file), Uint8Array.of(0), bytes));
	}

	get #name(): string {
		return `${this.#file}.head`;
	}
}

/** Of one that nothing vouches for: what the log could not work with. */
function isHead({ number, hash, segment, length, base, line, state }: Partial<LogHead<unknown>>): boolean {
	const numbers = [number, segment, length, base?.segment, base?.number];
	return (
		numbers.every(each => Number.isSafeInteger(each) && each! >= 0) &&
		[hash, base?.hash, line].every(each => typeof each === "string") &&
		line!.length <= length! &&
		typeof state === "object"
	);
}
