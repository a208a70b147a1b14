import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Fault } from "./fault.js";
import type { ScriptOrder } from "./issuerScript.js";
import type { LedgerRow } from "./ledger.js";

/** The test bank in its own process. */
export interface RunningBank {
	readonly port: number;
	/** The next `count` answers suffer from `fault`; resolves when the bank has taken note. */
	fault(fault: Fault, count?: number): Promise<void>;
	/** The next answer to a card brings this script. @throws {Error} the bank's own sentence when it does not take it */
	script(order: ScriptOrder): Promise<void>;
	/** All money movements so far. */
	ledger(): Promise<LedgerRow[]>;
	/** Resolves when the process has ended. */
	stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Starts a bank process, which loads its code while its caller prepares what it is to open. */
export function spawnBank(onEvent: (event: BankLogLine) => void = () => {}): SpawnedBank {
	// In the project's folder, where Node finds tsx from.
	return new SpawnedBank(spawn(process.execPath, ["--import", "tsx", MAIN], { cwd: ROOT, stdio: "pipe" }), onEvent);
}

/**
 * Starts the bank and waits until it listens.
 * @param configPath JSON file as in bankConfig.ts
 * @param onEvent called with each line of its log
 * @param port instead of the configuration's; 0 for any free one
 * @throws {Error} the bank's own sentence when it cannot start
 */
export function startBank(
	configPath: string,
	{ onEvent, port }: { onEvent?: (event: BankLogLine) => void; port?: number } = {},
): Promise<RunningBank> {
	return spawnBank(onEvent).open(configPath, port);
}

/** One line that the bank prints: `ready`, an answer to a control line, or what went over the line, masked. */
export type BankLogLine = Readonly<Record<string, unknown>>;

/** A bank process that nobody can reach yet: to be opened, or stopped. */
export class SpawnedBank {
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #ended: Promise<void>;
	#complaint = "";
	readonly #waiting: { readonly key: string; readonly done: (line: BankLogLine) => void }[] = [];

	constructor(child: ChildProcessWithoutNullStreams, onEvent: (event: BankLogLine) => void) {
		this.#child = child;
		this.#ended = new Promise(done => child.once("close", () => done()));
		child.stderr.on("data", (bytes: Buffer) => {
			this.#complaint += bytes.toString();
		});
		// A write to a process that has just ended: `ended` tells.
		child.stdin.on("error", () => {});
		createInterface({ input: child.stdout }).on("line", text => {
			const line = JSON.parse(text) as BankLogLine;
			onEvent(line);
			const at = this.#waiting.findIndex(({ key }) => key in line);
			if (at >= 0) this.#waiting.splice(at, 1)[0]!.done(line);
		});
	}

	/** @throws {Error} the bank's own sentence when it cannot start */
	async open(configPath: string, port?: number): Promise<RunningBank> {
		const ready = this.#answer("ready");
		this.#child.stdin.write(`${JSON.stringify({ open: resolve(configPath), port })}\n`);
		const failed = this.#ended.then(() => {
			throw new Error(this.#complaint.trim() || "the test bank ended before it listened");
		});
		return this.#running((await Promise.race([ready, failed])).port as number);
	}

	/** Resolves when the process has ended. */
	stop(): Promise<void> {
		this.#child.stdin.end();
		return this.#ended;
	}

	/** The next line that has this key. */
	#answer(key: string): Promise<BankLogLine> {
		return new Promise(done => this.#waiting.push({ key, done }));
	}

	#running(port: number): RunningBank {
		return {
			port,
			fault: async (fault, count = 1) => {
				await this.#ask({ fault, count }, "armed");
			},
			script: async order => {
				const { ordered, error } = await this.#ask({ script: order }, "ordered");
				if (!ordered) throw new Error(String(error));
			},
			ledger: async () => (await this.#ask({ ledger: true }, "ledger")).ledger as LedgerRow[],
			stop: () => this.stop(),
		};
	}

	#ask(control: object, key: string): Promise<BankLogLine> {
		const line = this.#answer(key);
		this.#child.stdin.write(`${JSON.stringify(control)}\n`);
		const gone = this.#ended.then(() => {
			throw new Error("the test bank has ended");
		});
		return Promise.race([line, gone]);
	}
}
