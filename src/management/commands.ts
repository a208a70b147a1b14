import type { Authority, MessageBody } from "./messageKinds.js";

/** What the bank may order, and who there. */
export const COMMANDS: Readonly<Record<Command, readonly Authority[]>> = Object.freeze({
	lock: Object.freeze(["acquirer"] as const),
	release: Object.freeze(["acquirer"] as const),
	update: Object.freeze(["acquirer"] as const),
	backup: Object.freeze(["acquirer"] as const),
	sync: Object.freeze(["acquirer", "support"] as const),
	selfCheck: Object.freeze(["acquirer", "support"] as const),
});

export type Command = "lock" | "release" | "sync" | "backup" | "selfCheck" | "update";

/** What the display can show. */
const WORDS = /^[\x20-\x7e]{1,60}$/;

/** @returns one sentence when it may not be done, whoever can be asked */
export function checkCommand(
	{ command, by, reason = "-", call = "-", version = "-" }: MessageBody<"command">,
	authority: Authority | undefined,
): string | undefined {
	if (!Object.hasOwn(COMMANDS, command)) return `there is no command ${command}`;
	if (!authority || !COMMANDS[command as Command].includes(authority))
		return `the ${authority} may not order ${command}`;
	if (![by, reason, call, version].every(text => WORDS.test(text)))
		return "the texts of a command are ASCII, 1 to 60 characters";
	return undefined;
}
