import {
	closeSync,
	fstatSync,
	fsyncSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	readdirSync,
	readSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Storage } from "../../src/ports.js";

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** What a person has to do about it. */
const REASONS: Readonly<Record<string, string>> = Object.freeze({
	ENOSPC: "the disk is full; make room on it",
	EDQUOT: "the disk quota is used up; make room on the disk",
	EFBIG: "the file may not become that large; raise the limit",
	EROFS: "the disk is read-only; make it writable",
	EACCES: "it may not be opened; give this user the right to read and write it",
	EPERM: "it may not be opened; give this user the right to read and write it",
	EIO: "the disk reports an error; put the files on another one",
});

/** The terminal's files in a folder of the computer, with the durability that the port promises. */
export class FileStorage implements Storage {
	readonly #folder: string;

	/** @throws {Error} when the folder cannot be made */
	constructor(folder: string) {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		this.#folder = folder;
	}

	size(name: string): number | undefined {
		return statSync(this.#path(name), { throwIfNoEntry: false })?.size;
	}

	read(name: string, offset: number, length: number): Uint8Array {
		return this.#withFile(name, "r", file => {
			const bytes = new Uint8Array(length);
			return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
		});
	}

	append(name: string, bytes: Uint8Array): void {
		const isNew = this.size(name) === undefined;
		this.#withFile(name, "a", file => {
			for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
		});
		if (isNew) this.#flushFolder();
	}

	flush(name: string): void {
		this.#withFile(name, "r+", fsyncSync);
	}

	truncate(name: string, length: number): void {
		this.#withFile(name, "r+", file => {
			if (fstatSync(file).size < length) throw new RangeError(`${name} is shorter than ${length} bytes`);
			ftruncateSync(file, length);
			fsyncSync(file);
		});
	}

	replace(name: string, bytes: Uint8Array): void {
		const part = `${name}.part`;
		try {
			this.#withFile(part, "w", file => {
				for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
				fsyncSync(file);
			});
		} catch (error) {
			rmSync(this.#path(part), { force: true }); // on a full disk it would take what others need
			throw error;
		}
		renameSync(this.#path(part), this.#path(name));
		this.#flushFolder();
	}

	list(): string[] {
		return readdirSync(this.#folder, { withFileTypes: true })
			.filter(each => each.isFile() && PLAIN.test(each.name))
			.map(each => each.name);
	}

	remove(name: string): void {
		rmSync(this.#path(name), { force: true });
		this.#flushFolder();
	}

	#path(name: string): string {
		if (!PLAIN.test(name)) throw new RangeError("not a plain file name");
		return join(this.#folder, name);
	}

	#withFile<T>(name: string, flags: string, use: (file: number) => T): T {
		const path = this.#path(name);
		try {
			const file = openSync(path, flags, 0o600);
			try {
				return use(file);
			} finally {
				closeSync(file);
			}
		} catch (error) {
			const why = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
			throw why === undefined ? error : new Error(`${path}: ${why}`);
		}
	}

	/** A new or renamed file is there after a power cut only when its folder is on the medium too. */
	#flushFolder(): void {
		const folder = openSync(this.#folder, "r");
		try {
			fsyncSync(folder);
		} finally {
			closeSync(folder);
		}
	}
}
