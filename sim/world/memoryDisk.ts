import type { Storage } from "../../src/ports.js";

/** Thrown by every operation from the moment the power is cut. */
export class PowerCut extends Error {
	override readonly name = "PowerCut";
}

interface DiskFile {
	/** What the terminal has written. */
	written: Uint8Array;
	/** How much of it is on the medium for sure. */
	durable: number;
}

/**
 * How many of the bytes that were not flushed have reached the medium when the power went. It is asked for each file by
 * itself, so that a file which was written later may have arrived before another. For an operation that happens as a whole
 * (truncate, replace, remove) it is asked about 1 byte: 0 means that it has not happened.
 */
export type Arrives = (unflushed: number, name: string) => number;

const HALF: Arrives = unflushed => Math.floor(unflushed / 2);
const NOTHING: Arrives = () => 0;

/** Files in memory that lose what was not flushed when the power goes, and tear what was under way. */
export class MemoryDisk implements Storage {
	readonly #files = new Map<string, DiskFile>();
	#operationsLeft: number | undefined;
	#arrives = NOTHING;
	#off = false;
	/** Operations that changed something so far. */
	operations = 0;
	/** Of these, the ones that wait for the medium: flush, truncate, replace, remove. */
	flushes = 0;
	bytesRead = 0;
	/** Where bytes of a file were lost, zeros stand: its length had reached the medium first. */
	leavesZeros = false;
	/** The medium holds so much and no more. */
	capacityBytes = Number.POSITIVE_INFINITY;

	/** The power goes during the operation after `count` more. */
	cutAfter(count: number, arrives = HALF): void {
		this.#operationsLeft = count;
		this.#arrives = arrives;
	}

	/** The power goes now, or has gone; then it comes back: only what is on the medium is there. */
	restart(): void {
		for (const [name, file] of this.#files) {
			const unflushed = file.written.length - file.durable;
			if (unflushed === 0) continue;
			const arrived = file.durable + this.#arrives(unflushed, name);
			if (this.leavesZeros) file.written.fill(0, arrived);
			else file.written = file.written.slice(0, arrived);
			file.durable = file.written.length;
			if (file.durable === 0) this.#files.delete(name);
		}
		this.#off = false;
		this.#operationsLeft = undefined;
		this.#arrives = NOTHING;
	}

	/** All files. */
	names(): string[] {
		return [...this.#files.keys()];
	}

	size(name: string): number | undefined {
		this.#powered();
		return this.#files.get(name)?.written.length;
	}

	read(name: string, offset: number, length: number): Uint8Array {
		this.#powered();
		const bytes = this.#file(name).written.slice(offset, offset + length);
		this.bytesRead += bytes.length;
		return bytes;
	}

	append(name: string, bytes: Uint8Array): void {
		this.#powered();
		const file = this.#files.get(name) ?? { written: new Uint8Array(0), durable: 0 };
		const room = this.capacityBytes - this.#used();
		const longer = new Uint8Array(file.written.length + Math.min(room, bytes.length));
		longer.set(file.written);
		longer.set(bytes.subarray(0, longer.length - file.written.length), file.written.length);
		file.written = longer;
		this.#files.set(name, file);
		this.#change(() => {});
		if (bytes.length > room) throw new Error("the storage is full");
	}

	flush(name: string): void {
		const file = this.#file(name);
		this.flushes++;
		this.#change(() => {
			file.durable = file.written.length;
		});
	}

	truncate(name: string, length: number): void {
		const file = this.#file(name);
		this.flushes++;
		this.#changeWhole(name, () => {
			file.written = file.written.slice(0, length);
			file.durable = Math.min(file.durable, length);
		});
	}

	replace(name: string, bytes: Uint8Array): void {
		this.#powered();
		this.flushes++;
		if (this.#used() + bytes.length > this.capacityBytes) throw new Error("the storage is full");
		this.#changeWhole(name, () => this.#files.set(name, { written: bytes.slice(), durable: bytes.length }));
	}

	remove(name: string): void {
		this.flushes++;
		this.#changeWhole(name, () => this.#files.delete(name));
	}

	list(): string[] {
		this.#powered();
		return [...this.#files.keys()];
	}

	/** Damages one byte on the medium. */
	flip(name: string, at: number): void {
		this.#file(name).written[at]! ^= 0x01;
	}

	/** A medium of its own with the same content. */
	clone(): MemoryDisk {
		const copy = new MemoryDisk();
		for (const [name, { written, durable }] of this.#files)
			copy.#files.set(name, { written: written.slice(), durable });
		return copy;
	}

	#changeWhole(name: string, change: () => void): void {
		this.#change(change, () => {
			if (this.#arrives(1, name) > 0) change();
		});
	}

	#change(change: () => void, whenCut = () => {}): void {
		this.#powered();
		this.operations++;
		if (this.#operationsLeft === undefined || this.#operationsLeft-- > 0) {
			change();
			return;
		}
		whenCut();
		this.#off = true;
		throw new PowerCut("the power was cut");
	}

	#used(): number {
		let used = 0;
		if (this.capacityBytes === Number.POSITIVE_INFINITY) return used;
		for (const { written } of this.#files.values()) used += written.length;
		return used;
	}

	#powered(): void {
		if (this.#off) throw new PowerCut("the power is off");
	}

	#file(name: string): DiskFile {
		this.#powered();
		const file = this.#files.get(name);
		if (!file) throw new Error(`there is no file ${name}`);
		return file;
	}
}
