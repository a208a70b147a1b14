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
