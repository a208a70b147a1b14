import { softwareCrypto } from "../../src/crypto/software.js";
import { TrainingBench } from "../training/trainingBench.js";

/** Sends one JSON value from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

let bench: TrainingBench | undefined;

/** Keys, certificates, cards and the bank of a training on XS. */
function prepare(): void {
	told(() => {
		bench = new TrainingBench(softwareCrypto);
		return { files: bench.disk.list().length };
	});
}

/** One sale of the training terminal. */
async function sell(): Promise<void> {
	try {
		const { outcome, reason, online, apdus } = await bench!.training.terminal.sale(1250);
		tell({ outcome, reason, online, apdus, screens: bench!.names });
	} catch (error) {
		tell({ error: String(error) });
	}
}

function told(work: () => unknown): void {
	try {
		tell(work());
	} catch (error) {
		tell({ error: String(error) });
	}
}

function tell(value: unknown): void {
	issueCommand(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer);
}

Object.assign(globalThis, { prepare, sell });
