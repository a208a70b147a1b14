import type { Storage } from "../../src/ports.js";

/** Thrown by every operation from the moment the power is cut. */
export class PowerCut extends Error {
	override readonly name = "PowerCut";
}

interface DiskFile {
	/** What the terminal has written. */
	written: Uint8Array;
	/** How much of it is on the medium. */
	durable: number;
}

/**
 * Files in memory that lose what was not flushed when the power goes. `cutAfter` cuts it in the middle of an operation:
 * of the bytes under way a part arrives on the medium, so that records are torn.
 */
export class MemoryDisk implements Storage {
	readonly #files = new Map<string, DiskFile>();
	#operationsLeft: number | undefined;
	#off = false;
	/** Operations that changed something so far. */
	operations = 0;

	/** The power goes during the operation after `count` more. */
	cutAfter(count: number): void {
		this.#operationsLeft = count;
	}

	/** The power goes now, or has gone; then it comes back: only what is on the medium is there. */
	restart(): void {
		for (const [name, file] of this.#files) {
			if (file.durable === 0 && file.written.length > 0) this.#files.delete(name);
			else file.written = file.written.slice(0, file.durable);
		}
		this.#off = false;
		this.#operationsLeft = undefined;
	}

	size(name: string): number | undefined {
		this.#powered();
		return this.#files.get(name)?.written.length;
	}

	read(name: string, offset: number, length: number): Uint8Array {
		this.#powered();
		return this.#file(name).written.slice(offset, offset + length);
	}

	append(name: string, bytes: Uint8Array): void {
		this.#changing(() => {});
		const file = this.#files.get(name) ?? { written: new Uint8Array(0), durable: 0 };
		const longer = new Uint8Array(file.written.length + bytes.length);
		longer.set(file.written);
		longer.set(bytes, file.written.length);
		file.written = longer;
		this.#files.set(name, file);
	}

	flush(name: string): void {
		const file = this.#file(name);
		this.#changing(() => {
			file.durable = Math.floor((file.durable + file.written.length) / 2); // torn: half of it arrived
		});
		file.durable = file.written.length;
	}

	truncate(name: string, length: number): void {
		const file = this.#file(name);
		this.#changing(() => {});
		file.written = file.written.slice(0, length);
		file.durable = Math.min(file.durable, length);
	}

	replace(name: string, bytes: Uint8Array): void {
		this.#changing(() => {});
		this.#files.set(name, { written: bytes.slice(), durable: bytes.length });
	}

	remove(name: string): void {
		this.#changing(() => {});
		this.#files.delete(name);
	}

	/** Damages one byte on the medium. */
	flip(name: string, at: number): void {
		this.#file(name).written[at]! ^= 0x01;
	}

	#changing(partly: () => void): void {
		this.#powered();
		this.operations++;
		if (this.#operationsLeft === undefined || this.#operationsLeft-- > 0) return;
		partly();
		this.#off = true;
		throw new PowerCut("the power was cut");
	}

	#powered(): void {
		if (this.#off) throw new PowerCut("the power is off");
	}

	#file(name: string): DiskFile {
		const file = this.#files.get(name);
		if (!file) throw new Error(`there is no file ${name}`);
		return file;
	}
}
