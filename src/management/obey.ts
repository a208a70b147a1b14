import type { Command } from "./commands.js";
import type { Done, ManagedTerminal } from "./managedTerminal.js";
import type { Lock } from "./managementState.js";
import type { MessageBody } from "./messageKinds.js";

/** What became of a command. */
export interface Obeyed {
	readonly done: Done;
	/** As it is from now on. */
	readonly lock: Lock | undefined;
	/** The bank is to get now what it does not have. */
	readonly sendsNow: boolean;
}

/** Does what a command says that `checkCommand` has let pass. */
export async function obey(
	{ command, by, reason = "no reason given", call = "your bank", version = "" }: MessageBody<"command">,
	lock: Lock | undefined,
	now: number,
	terminal: Pick<ManagedTerminal, "selfCheck" | "update">,
): Promise<Obeyed> {
	const did = (sentence: string, changed = lock, sendsNow = false): Obeyed => ({
		done: { done: true, reason: sentence, lines: [] },
		lock: changed,
		sendsNow,
	});
	switch (command as Command) {
		case "lock":
			return did("locked: no sales", { by, reason, call, at: now });
		case "release":
			return { ...did(lock ? "released" : "it was not locked"), lock: undefined };
		case "sync":
			return did("what the bank does not have follows", lock, true);
		case "backup":
			return did("the backup follows", lock, true);
		case "selfCheck":
			return { ...did(""), done: terminal.selfCheck() };
		case "update":
			return { ...did(""), done: await terminal.update(version) };
	}
}
