import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** What people get to read when a command cannot go on: one sentence that says what to do. */
export class UserError extends Error {
	override readonly name = "UserError";
}

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

	/**
	 * Keeps other processes out of a part of the folder until `release` or the end of this process.
	 * @throws {UserError} when another process that is alive has it
	 */
	lock(name: string, what: string): { release(): void } {
		const path = this.at(`${name}.lock`);
		for (let attempt = 0; ; attempt++) {
			try {
				const file = openSync(path, "wx", 0o600);
				writeSync(file, String(process.pid));
				closeSync(file);
				break;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 2) throw error;
				const holder = Number(readFileSync(path, "utf8"));
				if (isAlive(holder))
					throw new UserError(
						`${what} is in use by process ${holder}: stop it first, or choose another folder with --state DIR`,
					);
				rmSync(path, { force: true });
			}
		}
		const release = () => rmSync(path, { force: true });
		process.once("exit", release);
		return { release };
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
