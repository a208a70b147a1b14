import { softwareCrypto } from "../../src/crypto/software.js";
import { answerLine } from "../../src/register/answerLine.js";
import { CashRegister } from "../../src/register/cashRegister.js";
import { type BenchOptions, SaleBench } from "../flows/bench.js";

/** Sends one JSON value from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

export type XsRegisterInput = Omit<BenchOptions, "crypto"> & {
	/** Lines of JSON, each sent when the answer to the one before has come. */
	readonly lines: readonly string[];
};

/** A cash register on a line of its own at a terminal on XS. */
async function main({ lines, ...options }: XsRegisterInput): Promise<void> {
	try {
		const bench = new SaleBench({ ...options, crypto: softwareCrypto });
		const register = new CashRegister(bench.terminal, bench.clock);
		const events: unknown[] = [];
		bench.onScreen = screen => register.screenShown(screen);
		bench.onJournalEntry = entry => register.journalled(entry);
		register.listen(event => events.push(event));
		const answers: unknown[] = [];
		for (const line of lines) answers.push(JSON.parse(await answerLine(register, line)));
		tell({ answers, events, balanceMinor: bench.merchantMinor });
	} catch (error) {
		tell({ error: String(error) });
	}
}

function tell(value: unknown): void {
	issueCommand(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer);
}

Object.assign(globalThis, { main });
