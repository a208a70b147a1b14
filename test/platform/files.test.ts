import type { Directory } from "embedded:storage/files";
import { expect, test } from "vitest";
import { FileStorage } from "../../src/platform/files.js";

/** As the SDK's POSIX module has it: without a path all lists of a directory share one place, which stays at the end. */
class PosixDirectory {
	readonly #names: readonly string[];
	#at = 0;

	constructor(names: readonly string[]) {
		this.#names = names;
	}

	*scan(path?: string): IterableIterator<string> {
		if (path !== undefined) yield* this.#names;
		else while (this.#at < this.#names.length) yield this.#names[this.#at++]!;
	}

	[Symbol.iterator](): IterableIterator<string> {
		return this.scan();
	}

	status(name: string) {
		return { size: 1, isFile: () => name !== "folder" };
	}
}

test("each list has all files again, and no folder", () => {
	const directory = new PosixDirectory(["journal.000001", "folder", "batch"]);
	const storage = new FileStorage(directory as unknown as Directory);
	expect(storage.list()).toEqual(["journal.000001", "batch"]);
	expect(storage.list()).toEqual(["journal.000001", "batch"]);
});

/** One file, written as the SDK does: from memory that can be written itself. */
class FlashFile {
	readonly inFlash = new Set<Uint8Array>();
	content: number[] = [];

	write(bytes: Uint8Array, at: number): void {
		if (this.inFlash.has(bytes)) throw new TypeError("read-only buffer");
		for (const [i, byte] of bytes.entries()) this.content[at + i] = byte;
	}

	flush(): void {}
	close(): void {}
}

test("constants of the program, which lie in flash, are written too; any other fault is told", () => {
	const file = new FlashFile();
	const directory = {
		openFile: () => file,
		move() {},
		status: () => ({ size: file.content.length, isFile: () => file.content.length > 0 }),
	};
	const storage = new FileStorage(directory as unknown as Directory);
	const constant = Uint8Array.of(1, 2, 3);
	file.inFlash.add(constant);
	storage.replace("probe", constant);
	storage.append("probe", constant);
	expect(file.content).toEqual([1, 2, 3, 1, 2, 3]);
	file.write = () => {
		throw new Error("no space left");
	};
	expect(() => storage.append("probe", constant)).toThrow("no space left");
});
