import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { program } from "../launch/program.js";
import type { LedgerRow } from "./books.js";
import type { BankReports } from "./control.js";
import type { ControlAddress } from "./controlServer.js";
import type { Fault } from "./fault.js";
import type { ScriptOrder } from "./issuerScript.js";

/** Sends a control line (docs/test-bank.md). @throws {Error} the bank's own sentence when it does not take it */
export type AskBank = (control: object) => Promise<BankLogLine>;

/** The test bank in its own process. */
export interface RunningBank {
	readonly port: number;
	/** Of the binding desk; undefined for a bank without one. */
	readonly deskPort: number | undefined;
	readonly control: ControlAddress;
	/** Of its process. */
	readonly pid: number;
	readonly ask: AskBank;
	/** The next `count` answers suffer from `fault`; resolves when the bank has taken note. */
	fault(fault: Fault, count?: number): Promise<void>;
	/** The next answer to a card brings this script. @throws {Error} the bank's own sentence when it does not take it */
	script(order: ScriptOrder): Promise<void>;
	/** All money movements so far. */
	ledger(): Promise<LedgerRow[]>;
	/** Resolves when the process has ended. */
	stop(): Promise<void>;
	/** Ends it as a power cut would: without a last word. */
	kill(): Promise<void>;
}

/** Starts a bank process, which loads its code while its caller prepares what it is to open. */
export function spawnBank(onEvent: (event: BankLogLine) => void = () => {}): SpawnedBank {
	return new SpawnedBank(spawn(process.execPath, program("bank"), { stdio: "pipe" }), onEvent);
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

/** One report out of the bank's answer to a control line that asks for it. */
export async function report<Name extends keyof BankReports>(
	ask: AskBank,
	name: Name,
): Promise<ReturnType<BankReports[Name]>> {
	return (await ask({ [name]: true }))[name] as ReturnType<BankReports[Name]>;
}

/** A bank process that nobody can reach yet: to be opened, or stopped. */
export class SpawnedBank {
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #ended: Promise<void>;
	#complaint = "";
	#lastId = 0;
	readonly #waiting = new Map<unknown, (line: BankLogLine) => void>();

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
			const name = "ready" in line ? READY : line.id;
			this.#waiting.get(name)?.(line);
			this.#waiting.delete(name);
		});
	}

	/** @throws {Error} the bank's own sentence when it cannot start */
	async open(configPath: string, port?: number): Promise<RunningBank> {
		const ready = this.#answer(READY);
		this.#child.stdin.write(`${JSON.stringify({ open: resolve(configPath), port })}\n`);
		const failed = this.#ended.then(() => {
			throw new Error(this.#complaint.trim() || "the test bank ended before it listened");
		});
		return this.#running(await Promise.race([ready, failed]));
	}

	/** Resolves when the process has ended. */
	stop(): Promise<void> {
		this.#child.stdin.end();
		return this.#ended;
	}

	#answer(name: unknown): Promise<BankLogLine> {
		return new Promise(done => this.#waiting.set(name, done));
	}

	#running({ port, deskPort, control }: BankLogLine): RunningBank {
		const ask: AskBank = line => this.#ask(line);
		return {
			port: port as number,
			deskPort: deskPort as number | undefined,
			control: control as ControlAddress,
			pid: this.#child.pid!,
			ask,
			fault: async (fault, count = 1) => {
				await ask({ fault, count });
			},
			script: async script => {
				await ask({ script });
			},
			ledger: () => report(ask, "ledger"),
			stop: () => this.stop(),
			kill: () => {
				this.#child.kill("SIGKILL");
				return this.#ended;
			},
		};
	}

	async #ask(control: object): Promise<BankLogLine> {
		const id = ++this.#lastId;
		const line = this.#answer(id);
		this.#child.stdin.write(`${JSON.stringify({ id, ...control })}\n`);
		const gone = this.#ended.then(() => {
			throw new Error("the test bank has ended");
		});
		const answer = await Promise.race([line, gone]);
		if (typeof answer.error === "string") throw new Error(answer.error);
		return answer;
	}
}

const READY = "ready";
