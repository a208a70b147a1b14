import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What people get to read when a command cannot go on: one sentence that says what to do. */
export class UserError extends Error {
	override readonly name = "UserError";
}

const MOST_ATTEMPTS = 5;

/** The folder where a simulator keeps its world between runs, `.kassa/` unless told otherwise. */
export class StateFolder {
	readonly path: string;

	/** @throws {UserError} when the folder cannot be written */
	constructor(path: string) {
		this.path = path;
		try {
			mkdirSync(path, { recursive: true, mode: 0o700 });
			const probe = join(path, `.probe-${process.pid}`);
			writeFileSync(probe, "");
			rmSync(probe);
		} catch {
			throw new UserError(`cannot write to the state folder ${path}: choose another with --state DIR`);
		}
	}

	at(...names: string[]): string {
		return join(this.path, ...names);
	}

	has(name: string): boolean {
		return existsSync(this.at(name));
	}

	/** @throws {UserError} when the file is missing or not JSON; it is left as it is */
	readJson(name: string): unknown {
		let text: string;
		try {
			text = readFileSync(this.at(name), "utf8");
		} catch {
			throw new UserError(`${this.at(name)} cannot be read: start again with --fresh, or put the file back`);
		}
		try {
			const value: unknown = JSON.parse(text);
			if (typeof value === "object" && value !== null) return value;
		} catch {
			// told below
		}
		throw new UserError(`${this.at(name)} is damaged: start again with --fresh, or put the file back`);
	}

	/** The whole file or, after a crash, the old one. */
	write(name: string, content: string | Uint8Array): void {
		const path = this.at(name);
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		writeFileSync(`${path}.part-${process.pid}`, content, { mode: 0o600, flush: true });
		renameSync(`${path}.part-${process.pid}`, path);
	}

	remove(name: string): void {
		rmSync(this.at(name), { force: true });
	}

	writeJson(name: string, value: unknown): void {
		this.write(name, `${JSON.stringify(value, null, "\t")}\n`);
	}

	/** Takes away the lock of a process that has ended, unless somebody else has taken its place meanwhile. */
	#breakLock(path: string, holder: number): void {
		const aside = `${path}-broken-${process.pid}`;
		try {
			renameSync(path, aside);
		} catch {
			return; // another process was quicker
		}
		const taken = Number(readIfThere(aside) ?? "0");
		if (taken !== holder && isAlive(taken)) linked(aside, path);
		rmSync(aside, { force: true });
	}

	/**
	 * Keeps other processes out of a part of the folder until `release` or the end of this process.
	 * @throws {UserError} when another process that is alive has it
	 */
	lock(name: string, what: string): { release(): void } {
		const path = this.at(`${name}.lock`);
		const own = `${path}-${process.pid}`;
		writeFileSync(own, String(process.pid), { mode: 0o600 });
		try {
			// A link is there whole or not at all, so that nobody sees a lock without its holder.
			for (let attempt = 0; !linked(own, path); attempt++) {
				const holder = Number(readIfThere(path) ?? "0");
				if (isAlive(holder) || attempt === MOST_ATTEMPTS)
					throw new UserError(
						`${what} is in use by process ${holder}: stop it first, or choose another folder with --state DIR`,
					);
				this.#breakLock(path, holder);
			}
		} finally {
			rmSync(own, { force: true });
		}
		const release = () => {
			process.removeListener("exit", release);
			rmSync(path, { force: true });
		};
		process.once("exit", release);
		return { release };
	}
}

/** @returns whether `path` is now the same file as `from`; false when something is there already */
function linked(from: string, path: string): boolean {
	try {
		linkSync(from, path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}

function readIfThere(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

function isAlive(pid: number): boolean {
	if (!Number.isInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
