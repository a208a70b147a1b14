import type { UpdateAnswer } from "../update/update.js";
import type { FlowContext } from "./flowContext.js";

/** The merchant wants new firmware now. */
export async function askForUpdate(c: FlowContext): Promise<UpdateAnswer> {
	if (!c.update) return { done: false, reason: "this terminal cannot install other firmware" };
	const asked = c.update.ask("");
	return asked.done && c.update.isDue ? ((await seeToUpdate(c)) ?? asked) : asked;
}

/** An update is to be installed, and nothing stands against it but what a self-check might find. */
export function updateIsDue(c: FlowContext): boolean {
	return c.update?.isDue === true && leftOver(c) === undefined;
}

/**
 * Installs the update that is due, if nothing is left over and the terminal is sound as it is: a fault that was there before
 * must not be laid on the new image.
 * @returns why not yet; on a board it does not return otherwise
 */
export async function seeToUpdate(c: FlowContext): Promise<UpdateAnswer | undefined> {
	const left = leftOver(c);
	if (left) return { done: false, reason: left };
	const { blocking } = await c.selfCheck("start");
	if (blocking.length) return { done: false, reason: `the self-check failed: ${blocking.join(", ")}` };
	const why = c.update?.install();
	if (why) c.log.line("terminal", `update: ${why.reason}`);
	return why;
}

/** What new firmware would have to take up from the old one: it might read it in another way. */
function leftOver({ journal }: FlowContext): string | undefined {
	if (journal.interrupted().length) return "a transaction is not complete";
	const owed = journal.owed().length;
	if (owed) return `${owed} messages wait for the bank`;
	const open = journal.batches().some(({ phase, count }) => phase !== "settled" && count > 0);
	return open ? "the batch is not settled: settle first" : undefined;
}
