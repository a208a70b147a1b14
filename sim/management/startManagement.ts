import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ControlAddress } from "../bank/controlServer.js";
import type { BankLogLine } from "../bank/startBank.js";
import { program } from "../launch/program.js";
import { askOver, listens } from "../world/runningBank.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { type LinkAddress, RUNNING } from "./runningService.js";

/** The bank's management service of a state folder. */
export interface ManagementInUse {
	readonly broker: LinkAddress;
	/** @throws {UserError} the service's own sentence when it does not take the line */
	ask(line: object): Promise<BankLogLine>;
	/** Stops the process if it was started for this use. */
	leave(): Promise<void>;
}

/**
 * Starts broker and service in a process of their own.
 * @param broker HOST:PORT of one that runs already, in place of the embedded one
 * @throws {UserError} its own sentence when it cannot start
 */
export async function startManagement(
	state: StateFolder,
	broker: string | undefined,
	onEvent: (event: BankLogLine) => void = () => {},
): Promise<ManagementInUse> {
	state.remove(RUNNING); // of one that was killed
	const args = program("management", state.path, ...(broker ? [broker] : []));
	const child = spawn(process.execPath, args, { stdio: "pipe" });
	const ended = new Promise<void>(resolve => child.once("close", () => resolve()));
	let complaint = "";
	child.stderr.on("data", (bytes: Buffer) => {
		complaint += bytes.toString();
	});
	child.stdin.on("error", () => {});
	await new Promise<void>((resolve, reject) => {
		void ended.then(() => reject(new UserError(complaint.trim() || "the management service ended before it ran")));
		createInterface({ input: child.stdout }).on("line", text => {
			const line = JSON.parse(text) as BankLogLine;
			onEvent(line);
			if ("ready" in line) resolve();
		});
	});
	return {
		...(await found(state))!,
		leave: () => {
			child.stdin.end();
			return ended;
		},
	};
}

/** The service of this folder that runs, otherwise one started for as long as it is used. */
export async function useManagement(state: StateFolder): Promise<ManagementInUse> {
	return (await found(state)) ?? startManagement(state, undefined);
}

async function found(state: StateFolder): Promise<ManagementInUse | undefined> {
	if (!state.has(RUNNING)) return undefined;
	const { broker, control } = state.readJson(RUNNING) as {
		readonly broker: LinkAddress;
		readonly control: ControlAddress;
	};
	if (!(await listens(control.port))) return undefined;
	return { broker, ask: line => askOver(control, line), leave: async () => {} };
}
