import { formatHex, parseHex } from "../src/bytes/hex.js";
import type { Storage } from "../src/ports.js";

/** What a storage was asked and answered, as JSON. */
export interface DiskRecording {
	readonly sizes: Record<string, number>;
	readonly reads: Record<string, string>;
	names: readonly string[];
}

const key = (name: string, offset: number, length: number) => `${name} ${offset} ${length}`;

/** Notes what is read from a storage. */
export class RecordingDisk implements Storage {
	readonly recording: DiskRecording = { sizes: {}, reads: {}, names: [] };
	readonly #disk: Storage;
	reads = 0;

	constructor(disk: Storage) {
		this.#disk = disk;
	}

	size(name: string): number | undefined {
		const size = this.#disk.size(name);
		if (size !== undefined) this.recording.sizes[name] = size;
		return size;
	}

	read(name: string, offset: number, length: number): Uint8Array {
		const bytes = this.#disk.read(name, offset, length);
		this.recording.reads[key(name, offset, length)] = formatHex(bytes);
		this.reads++;
		return bytes;
	}

	append(): never {
		throw new Error("a recording only reads");
	}
	flush = this.append;
	truncate = this.append;
	replace = this.append;
	remove = this.append;

	list(): string[] {
		const names = this.#disk.list();
		this.recording.names = names;
		return names;
	}
}

/** Answers as the recorded storage did. */
export class ReplayedDisk implements Storage {
	readonly #sizes: ReadonlyMap<string, number>;
	readonly #reads: ReadonlyMap<string, Uint8Array>;
	readonly #names: readonly string[];

	constructor({ sizes, reads, names }: DiskRecording) {
		this.#names = names;
		this.#sizes = new Map(Object.entries(sizes));
		this.#reads = new Map(Object.entries(reads).map(([name, hex]) => [name, parseHex(hex)]));
	}

	size(name: string): number | undefined {
		return this.#sizes.get(name);
	}

	read(name: string, offset: number, length: number): Uint8Array {
		const bytes = this.#reads.get(key(name, offset, length));
		if (!bytes) throw new Error(`${name} was not read at ${offset}`);
		return bytes;
	}

	append(): never {
		throw new Error("a recording only reads");
	}
	flush = this.append;
	truncate = this.append;
	replace = this.append;
	remove = this.append;

	list(): string[] {
		return [...this.#names];
	}
}
