import { transactionJson } from "../../sim/cli/transactionJson.js";
import { softwareCrypto } from "../../src/crypto/software.js";
import { type BenchOptions, SaleBench } from "../flows/bench.js";

/** Sends one JSON value from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

export type XsSaleInput = Omit<BenchOptions, "crypto"> & { readonly amountMinor: number };

/** One sale on XS: the terminal's own sources, the virtual card and the bank's message logic, without Node. */
async function main(input: XsSaleInput): Promise<void> {
	try {
		const bench = new SaleBench({ ...input, crypto: softwareCrypto });
		const result = await bench.sale(input.amountMinor);
		tell({ result: transactionJson(result), received: bench.bank.received, balanceMinor: bench.merchantMinor });
	} catch (error) {
		tell({ error: String(error) });
	}
}

function tell(value: unknown): void {
	issueCommand(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer);
}

Object.assign(globalThis, { main });
