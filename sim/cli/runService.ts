import type { Service } from "../../src/flows/serve.js";
import type { SpawnedBank } from "../bank/startBank.js";
import type { StateFolder } from "../world/stateFolder.js";
import type { OperationOptions } from "./operations.js";
import { type WorkOptions, withTerminal } from "./terminalAtWork.js";

export interface ServiceOptions extends WorkOptions, OperationOptions {
	readonly state: string;
}

/** @param spawned the bank process for the case that none runs @returns the exit status */
export function runService(
	service: Service,
	options: ServiceOptions,
	state: StateFolder,
	spawned: SpawnedBank | undefined,
): Promise<number> {
	return withTerminal(options, state, spawned, {}, async ({ terminal }) => {
		const { operation, done, reason, lines } = await terminal.serve(service);
		if (options.json) console.log(JSON.stringify({ operation, done, reason, lines }));
		else console.log(["", `${done ? "DONE" : "NOT DONE"}  ${reason}`, ...lines.map(line => `  ${line}`)].join("\n"));
		return done ? 0 : 2;
	});
}
