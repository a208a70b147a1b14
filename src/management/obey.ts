import type { Command } from "./commands.js";
import type { Done, ManagedTerminal } from "./managedTerminal.js";
import type { MessageBody } from "./messageKinds.js";

/** What became of a command. */
export interface Obeyed {
	readonly done: Done;
	/** The bank is to get now what it does not have. */
	readonly sendsNow: boolean;
}

/** Does what a command says that `checkCommand` has let pass. */
export async function obey(
	{ command, by, reason = "no reason given", call = "your bank", version = "" }: MessageBody<"command">,
	terminal: Pick<ManagedTerminal, "lock" | "release" | "selfCheck" | "update">,
): Promise<Obeyed> {
	const did = (sentence: string, sendsNow = false): Obeyed => ({
		done: { done: true, reason: sentence, lines: [] },
		sendsNow,
	});
	switch (command as Command) {
		case "lock":
			terminal.lock(by, reason, call);
			return did("locked: no sales");
		case "release":
			return did(terminal.release(by));
		case "sync":
			return did("what the bank does not have follows", true);
		case "backup":
			return did("the backup follows", true);
		case "selfCheck":
			return { done: await terminal.selfCheck(), sendsNow: false };
		case "update":
			return { done: await terminal.update(version), sendsNow: false };
	}
}
