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

/**
 * Starts the bank and waits until it listens.
 * @param configPath JSON file as in bankConfig.ts
 * @param onEvent called with each line of its log
 * @param port instead of the configuration's; 0 for any free one
 * @throws {Error} the bank's own sentence when it cannot start
 */
export function startBank(
	configPath: string,
	{ onEvent = () => {}, port }: { onEvent?: (event: BankLogLine) => void; port?: number } = {},
): Promise<RunningBank> {
	// In the project's folder, where Node finds tsx from.
	const args = ["--import", "tsx", MAIN, resolve(configPath), ...(port === undefined ? [] : [String(port)])];
	const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "pipe" });
	let complaint = "";
	child.stderr.on("data", (bytes: Buffer) => {
		complaint += bytes.toString();
	});
	const ended = new Promise<void>(done => child.once("close", () => done()));
	const bank = new BankProcess(child, ended, onEvent);
	return new Promise((done, failed) => {
		child.once("error", failed);
		void bank.answer("ready").then(({ port }) => done(bank.running(port as number)));
		void ended.then(() => failed(new Error(complaint.trim() || "the test bank ended before it listened")));
	});
}

/** One line that the bank prints: `ready`, an answer to a control line, or what went over the line, masked. */
export type BankLogLine = Readonly<Record<string, unknown>>;

class BankProcess {
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #ended: Promise<void>;
	readonly #waiting: { readonly key: string; readonly done: (line: BankLogLine) => void }[] = [];

	constructor(child: ChildProcessWithoutNullStreams, ended: Promise<void>, onEvent: (event: BankLogLine) => void) {
		this.#child = child;
		this.#ended = ended;
		// A write to a process that has just ended: `ended` tells.
		child.stdin.on("error", () => {});
		createInterface({ input: child.stdout }).on("line", text => {
			const line = JSON.parse(text) as BankLogLine;
			onEvent(line);
			const at = this.#waiting.findIndex(({ key }) => key in line);
			if (at >= 0) this.#waiting.splice(at, 1)[0]!.done(line);
		});
	}

	/** The next line that has this key. */
	answer(key: string): Promise<BankLogLine> {
		return new Promise(done => this.#waiting.push({ key, done }));
	}

	running(port: number): RunningBank {
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
			stop: () => {
				this.#child.stdin.end();
				return this.#ended;
			},
		};
	}

	#ask(control: object, key: string): Promise<BankLogLine> {
		const line = this.answer(key);
		this.#child.stdin.write(`${JSON.stringify(control)}\n`);
		const gone = this.#ended.then(() => {
			throw new Error("the test bank has ended");
		});
		return Promise.race([line, gone]);
	}
}
