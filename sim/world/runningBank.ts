import { connect } from "node:net";
import { readBankConfig } from "../bank/bankConfig.js";
import { Ledger, type LedgerRow } from "../bank/ledger.js";
import { type SpawnedBank, spawnBank } from "../bank/startBank.js";
import { type StateFolder, UserError } from "./stateFolder.js";

const RUNNING = "bank/running.json";
const PROBE_TIMEOUT_MS = 500;

/** A test bank that somebody works with. */
export interface BankInUse {
	readonly port: number;
	ledger(): Promise<LedgerRow[]>;
	/** Stops the bank if it was started for this use. */
	leave(): Promise<void>;
}

/**
 * The bank of this state folder: the one that runs, otherwise one started for as long as it is used.
 * @param spawned a process that was started ahead, to save its start; it is stopped when it is not needed
 */
export async function useTestBank(state: StateFolder, spawned: SpawnedBank = spawnBank()): Promise<BankInUse> {
	const config = state.at("bank/config.json");
	const port = await runningPort(state);
	if (port !== undefined) return { port, ledger: async () => readLedger(config), leave: () => spawned.stop() };
	const bank = await spawned.open(config).catch((error: Error) => {
		throw new UserError(error.message);
	});
	return { port: bank.port, ledger: () => bank.ledger(), leave: () => bank.stop() };
}

/** Tells other commands that the bank of this folder listens on `port`. @returns a function that takes it back */
export function announceBank(state: StateFolder, port: number): () => void {
	state.writeJson(RUNNING, { port, pid: process.pid });
	return () => state.remove(RUNNING);
}

/** SQLite lets several processes read one file. */
function readLedger(configPath: string): LedgerRow[] {
	const { ledger, merchant, accounts } = readBankConfig(configPath);
	const books = new Ledger(ledger, merchant.merchantId, accounts);
	try {
		return books.ledgerRows();
	} finally {
		books.close();
	}
}

async function runningPort(state: StateFolder): Promise<number | undefined> {
	if (!state.has(RUNNING)) return undefined;
	const { port } = state.readJson(RUNNING) as { port?: unknown };
	return typeof port === "number" && (await listens(port)) ? port : undefined;
}

function listens(port: number): Promise<boolean> {
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
