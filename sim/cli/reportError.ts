import { UserError } from "../world/stateFolder.js";

/** One sentence on standard error; for what is our own fault the stack as well, when KASSA_DEBUG is set. */
export function reportError(error: unknown): void {
	const message = error instanceof Error ? error.message : String(error);
	if (error instanceof UserError) console.error(`kassa: ${message}`);
	else console.error(`kassa: internal error: ${message} (KASSA_DEBUG=1 shows where)`);
	if (process.env.KASSA_DEBUG && error instanceof Error) console.error(error.stack);
}
