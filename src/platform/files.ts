import type { Directory, File } from "embedded:storage/files";
import type { Storage } from "../ports.js";

/** Storage in one directory: littlefs on a board, the computer's own files in the simulator. */
export class FileStorage implements Storage {
	readonly #directory: Directory;

	constructor(directory: Directory) {
		this.#directory = directory;
	}

	size(name: string): number | undefined {
		const status = this.#directory.status(plain(name));
		return status.isFile() ? status.size : undefined;
	}

	read(name: string, offset: number, length: number): Uint8Array {
		return this.#withFile(name, "r", file => new Uint8Array(file.read(length, offset)));
	}

	append(name: string, bytes: Uint8Array): void {
		const size = this.size(name);
		this.#withFile(name, size === undefined ? "w+" : "r+", file => write(file, bytes, size ?? 0));
	}

	flush(name: string): void {
		this.#withFile(name, "r+", file => file.flush());
	}

	truncate(name: string, length: number): void {
		this.#withFile(name, "r+", file => {
			if (file.status().size < length) throw new RangeError(`${name} is shorter than ${length} bytes`);
			file.setSize(length);
			file.flush();
		});
	}

	replace(name: string, bytes: Uint8Array): void {
		const part = `${plain(name)}.part`;
		this.#withFile(part, "w+", file => {
			write(file, bytes, 0);
			file.flush();
		});
		// POSIX rename and lfs_rename put the new file in the place of the old one in a single step.
		this.#directory.move(part, name);
	}

	remove(name: string): void {
		this.#directory.delete(plain(name));
	}

	list(): string[] {
		// With a path the directory is opened anew. Without one the SDK's POSIX module reads on where the list before has
		// ended, so that every list but the first would be empty.
		return [...this.#directory.scan("")].filter(name => this.#directory.status(name).isFile());
	}

	#withFile<T>(name: string, mode: "r" | "r+" | "w+", use: (file: File) => T): T {
		const file = this.#directory.openFile({ path: plain(name), mode });
		try {
			return use(file);
		} finally {
			file.close();
		}
	}
}

/** The SDK's modules write from memory alone, and a constant of the program lies in flash on XS. */
function write(file: File, bytes: Uint8Array, at: number): void {
	try {
		file.write(bytes, at);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		file.write(bytes.slice(), at);
	}
}

function plain(name: string): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)) throw new RangeError("not a plain file name");
	return name;
}
