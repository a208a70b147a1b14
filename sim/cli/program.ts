import { Command, CommanderError } from "commander";
import { SERVICES, TRANSACTIONS } from "./operations.js";
import { reportError } from "./reportError.js";

type Load = () => Promise<Command>;

const load = () => import("./operationCommand.js");

/**
 * The commands, as `--help` groups them; each is loaded only when it is named: their tables and simulators would slow the
 * others down.
 */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
	"Transactions:": each(TRANSACTIONS, async name => (await load()).transactionCommand(name)),
	"The terminal and its bank:": {
		...each(SERVICES, async name => (await load()).serviceCommand(name)),
		totals: async () => (await import("./totalsCommand.js")).totalsCommand(),
		receipt: async () => (await import("./receiptCommand.js")).receiptCommand(),
		passcode: async () => (await import("./passcodeCommand.js")).passcodeCommand(),
		operators: async () => (await import("./operatorsCommand.js")).operatorsCommand(),
		journal: async () => (await import("./journalCommand.js")).journalCommand(),
		export: async () => (await import("./exportCommand.js")).exportCommand(),
		report: async () => (await import("./reportCommand.js")).reportCommand(),
		keys: async () => (await import("./keysCommand.js")).keysCommand(),
		bind: async () => (await import("./bindCommand.js")).bindCommand(),
		unbind: async () => (await import("./bindCommand.js")).unbindCommand(),
		binding: async () => (await import("./bindCommand.js")).bindingCommand(),
		"self-check": async () => (await import("./selfCheckCommand.js")).selfCheckCommand(),
		training: async () => (await import("./trainingCommand.js")).trainingCommand(),
		incidents: async () => (await import("./incidentsCommand.js")).incidentsCommand(),
		backup: async () => (await import("./backupCommand.js")).backupCommand(),
		restore: async () => (await import("./backupCommand.js")).restoreCommand(),
		manage: async () => (await import("./manageCommand.js")).manageCommand(),
		update: async () => (await import("./updateCommand.js")).updateCommand(),
		service: async () => (await import("./serviceCommand.js")).serviceCommand(),
	},
	"The world around it:": {
		bank: async () => (await import("./bankCommand.js")).bankCommand(),
		card: async () => (await import("./cardCommand.js")).cardCommand(),
		"card-log": async () => (await import("./cardLogCommand.js")).cardLogCommand(),
	},
	"Formats and settings:": {
		config: async () => (await import("./configCommand.js")).configCommand(),
		profile: async () => (await import("./profileCommand.js")).profileCommand(),
		decode: async () => (await import("./decodeCommand.js")).decodeCommand(),
	},
};

/** Carries one `kassa` command out, and leaves its exit status in `process.exitCode`. @param args without node and script */
export async function runKassa(args: readonly string[]): Promise<void> {
	const program = new Command("kassa").description("A payment terminal on the command line");
	const [named = ""] = args;
	const isKnown = Object.values(GROUPS).some(commands => Object.hasOwn(commands, named));
	for (const [group, commands] of Object.entries(GROUPS))
		for (const [name, command] of Object.entries(commands))
			if (!isKnown || name === named) program.addCommand((await command()).helpGroup(group));
	throwInsteadOfExit(program);
	try {
		await program.parseAsync(args, { from: "user" });
	} catch (error) {
		// What commander has to say it has said.
		if (!(error instanceof CommanderError)) reportError(error);
		process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
	}
}

function throwInsteadOfExit(command: Command): void {
	command.exitOverride();
	for (const each of command.commands) throwInsteadOfExit(each as Command);
}

function each(rows: object, command: (name: string) => Promise<Command>): Record<string, Load> {
	return Object.fromEntries(Object.keys(rows).map(name => [name, () => command(name)]));
}
