import type { Storage } from "../ports.js";
import { encodeFrame, readFrame } from "./frame.js";
import { JournalError } from "./journalError.js";
import type { IndexDescription } from "./journalIndex.js";
import type { Position } from "./position.js";
import type { RecordCodec } from "./recordCodec.js";
import type { StoredState } from "./storedState.js";

const FILES = Object.freeze(["journal.head", "mirror.head"]);
const VERSION = 1;

/** What boot needs in order to read only the records that follow. */
export interface Checkpoint {
	/** First segment that is still kept. */
	readonly firstSegment: number;
	/** Behind the last record that the rest takes account of; up to here both copies are on the medium. */
	readonly end: Position;
	readonly nextSequence: number;
	readonly state: StoredState;
	readonly index: IndexDescription;
	/** Files that nothing names any more. */
	readonly obsolete: readonly string[];
}

/** The checkpoint in two files, each replaced as a whole. */
export class CheckpointFile {
	readonly #storage: Storage;
	readonly #codec: RecordCodec;

	constructor(storage: Storage, codec: RecordCodec) {
		this.#storage = storage;
		this.#codec = codec;
	}

	/** @throws {JournalError} when other firmware wrote it @returns undefined when neither file has one */
	read(): Checkpoint | undefined {
		for (const name of FILES) {
			const found = this.#read(name);
			if (!found) continue;
			if (found.version === VERSION) return found.checkpoint;
			throw new JournalError("journal: it was written by newer firmware; install that again");
		}
		return undefined;
	}

	/** Whether there is a file, readable or not. */
	get isThere(): boolean {
		return FILES.some(name => this.#storage.size(name) !== undefined);
	}

	write(checkpoint: Checkpoint): void {
		const payload = this.#codec.close(checkpoint.nextSequence, { version: VERSION, checkpoint });
		const frame = encodeFrame(checkpoint.nextSequence, payload);
		for (const name of FILES) this.#storage.replace(name, frame);
	}

	#read(name: string): { version: number; checkpoint: Checkpoint } | undefined {
		if (this.#storage.size(name) === undefined) return undefined;
		const frame = readFrame((at, length) => this.#storage.read(name, at, length), 0);
		const opened = frame && this.#codec.open(frame.sequence, frame.payload);
		return opened?.value as { version: number; checkpoint: Checkpoint } | undefined;
	}
}
