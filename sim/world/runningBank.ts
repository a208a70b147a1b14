import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { LedgerRow } from "../bank/books.js";
import type { ControlAddress } from "../bank/controlServer.js";
import {
	type AskBank,
	type BankLogLine,
	type RunningBank,
	report,
	type SpawnedBank,
	spawnBank,
} from "../bank/startBank.js";
import { type StateFolder, UserError } from "./stateFolder.js";

const RUNNING = "bank/running.json";
const PROBE_TIMEOUT_MS = 500;

/** A test bank that somebody works with. */
export interface BankInUse {
	readonly port: number;
	/** Of its binding desk. */
	readonly deskPort: number | undefined;
	readonly ask: AskBank;
	/** It was there before: what is switched in it stays switched. */
	readonly isShared: boolean;
	ledger(): Promise<LedgerRow[]>;
	/** Stops the bank if it was started for this use. */
	leave(): Promise<void>;
}

/**
 * The bank of this state folder: the one that runs, otherwise one started for as long as it is used.
 * @param spawned a process that was started ahead, to save its start; it is stopped when it is not needed
 */
export async function useTestBank(state: StateFolder, spawned?: SpawnedBank): Promise<BankInUse> {
	const running = await findRunningBank(state);
	if (running)
		return {
			...running,
			isShared: true,
			ledger: () => report(running.ask, "ledger"),
			leave: async () => spawned?.stop(),
		};
	const bank = await (spawned ?? spawnBank()).open(state.at("bank/config.json")).catch((error: Error) => {
		throw new UserError(error.message);
	});
	const { port, deskPort, ask } = bank;
	return { port, deskPort, ask, isShared: false, ledger: () => bank.ledger(), leave: () => bank.stop() };
}

/** Whether a bank of this folder runs, as far as one can tell without asking it. */
export function isAnnounced(state: StateFolder): boolean {
	return state.has(RUNNING);
}

/** The bank of this folder that somebody else has started; undefined when none answers. */
export async function findRunningBank(
	state: StateFolder,
): Promise<Pick<BankInUse, "port" | "deskPort" | "ask"> | undefined> {
	if (!state.has(RUNNING)) return undefined;
	const { port, deskPort, control } = state.readJson(RUNNING) as {
		port?: unknown;
		deskPort?: number;
		control?: ControlAddress;
	};
	if (typeof port !== "number" || !control || !(await listens(port))) return undefined;
	return { port, deskPort, ask: line => askOver(control, line) };
}

/** Tells other commands where the bank of this folder listens. @returns a function that takes it back */
export function announceBank(
	state: StateFolder,
	{ port, deskPort, control }: Pick<RunningBank, "port" | "deskPort" | "control">,
): () => void {
	state.writeJson(RUNNING, { port, deskPort, pid: process.pid, control });
	return () => state.remove(RUNNING);
}

/** One line to a bank that is another command's process. @throws {UserError} its own sentence when it does not take it */
export function askOver({ port, token }: ControlAddress, control: object): Promise<BankLogLine> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host: "127.0.0.1", port });
		socket.once("error", error => reject(new UserError(`the test bank does not answer: ${error.message}`)));
		socket.once("close", () => reject(new UserError("the test bank broke off")));
		socket.once("connect", () => socket.write(`${token}\n${JSON.stringify(control)}\n`));
		createInterface({ input: socket }).once("line", text => {
			const answer = JSON.parse(text) as BankLogLine;
			if (typeof answer.error === "string") reject(new UserError(answer.error));
			else resolve(answer);
			socket.destroy();
		});
	});
}

/** Whether something takes connections there. */
export function listens(port: number): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect({ host: "127.0.0.1", port });
		const finish = (open: boolean) => {
			socket.destroy();
			resolve(open);
		};
		socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
		socket.once("connect", () => finish(true));
		socket.once("error", () => finish(false));
	});
}
