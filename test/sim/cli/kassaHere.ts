import { vi } from "vitest";
import { runKassa } from "../../../sim/cli/program.js";

/** What a command has printed, and its exit status. */
export interface Told {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** One `kassa` command in this process, as if it had one of its own: a start of Node costs more than most commands. */
export async function kassaHere(args: readonly string[]): Promise<Told> {
	let [stdout, stderr] = ["", ""];
	const out = (text: unknown) => {
		stdout += String(text);
		return true;
	};
	const error = (text: unknown) => {
		stderr += String(text);
		return true;
	};
	const spies = [
		vi.spyOn(console, "log").mockImplementation((...words) => void out(`${words.join(" ")}\n`)),
		vi.spyOn(console, "error").mockImplementation((...words) => void error(`${words.join(" ")}\n`)),
		vi.spyOn(process.stdout, "write").mockImplementation(out),
		vi.spyOn(process.stderr, "write").mockImplementation(error),
	];
	const before = process.exitCode;
	process.exitCode = 0;
	try {
		await runKassa(args);
		return { status: Number(process.exitCode), stdout, stderr };
	} finally {
		process.exitCode = before;
		for (const spy of spies) spy.mockRestore();
	}
}
