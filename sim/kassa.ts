import { Command } from "commander";
import { reportError } from "./cli/reportError.js";

/** The commands, each loaded only when it is named: their tables and simulators would slow the others down. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
	sale: async () => (await import("./cli/saleCommand.js")).saleCommand(),
	bank: async () => (await import("./cli/bankCommand.js")).bankCommand(),
	card: async () => (await import("./cli/cardCommand.js")).cardCommand(),
	"card-log": async () => (await import("./cli/cardLogCommand.js")).cardLogCommand(),
	config: async () => (await import("./cli/configCommand.js")).configCommand(),
	profile: async () => (await import("./cli/profileCommand.js")).profileCommand(),
	journal: async () => (await import("./cli/journalCommand.js")).journalCommand(),
	decode: async () => (await import("./cli/decodeCommand.js")).decodeCommand(),
};

/** The `kassa` command. */
const program = new Command("kassa").description("A payment terminal on the command line");
const named = process.argv[2] ?? "";
for (const name of Object.hasOwn(COMMANDS, named) ? [named] : Object.keys(COMMANDS))
	program.addCommand(await COMMANDS[name]!());

try {
	await program.parseAsync();
} catch (error) {
	reportError(error);
	process.exitCode = 1;
}
