import { fileURLToPath } from "node:url";

const RUN = fileURLToPath(new URL("run.mjs", import.meta.url));

/** Arguments for Node that start one of the simulator's other programs. */
export function program(name: "bank" | "management", ...args: readonly string[]): string[] {
	return [RUN, name, ...args];
}
