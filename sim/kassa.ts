import { Command } from "commander";
import { SERVICES, TRANSACTIONS } from "./cli/operations.js";
import { reportError } from "./cli/reportError.js";

type Load = () => Promise<Command>;

const load = () => import("./cli/operationCommand.js");

/**
 * The commands, as `--help` groups them; each is loaded only when it is named: their tables and simulators would slow the
 * others down.
 */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
	"Transactions:": each(TRANSACTIONS, async name => (await load()).transactionCommand(name)),
	"The terminal and its bank:": {
		...each(SERVICES, async name => (await load()).serviceCommand(name)),
		totals: async () => (await import("./cli/totalsCommand.js")).totalsCommand(),
		receipt: async () => (await import("./cli/receiptCommand.js")).receiptCommand(),
		passcode: async () => (await import("./cli/passcodeCommand.js")).passcodeCommand(),
		journal: async () => (await import("./cli/journalCommand.js")).journalCommand(),
		keys: async () => (await import("./cli/keysCommand.js")).keysCommand(),
		"self-check": async () => (await import("./cli/selfCheckCommand.js")).selfCheckCommand(),
		incidents: async () => (await import("./cli/incidentsCommand.js")).incidentsCommand(),
		service: async () => (await import("./cli/serviceCommand.js")).serviceCommand(),
	},
	"The world around it:": {
		bank: async () => (await import("./cli/bankCommand.js")).bankCommand(),
		card: async () => (await import("./cli/cardCommand.js")).cardCommand(),
		"card-log": async () => (await import("./cli/cardLogCommand.js")).cardLogCommand(),
	},
	"Formats and settings:": {
		config: async () => (await import("./cli/configCommand.js")).configCommand(),
		profile: async () => (await import("./cli/profileCommand.js")).profileCommand(),
		decode: async () => (await import("./cli/decodeCommand.js")).decodeCommand(),
	},
};

/** The `kassa` command. */
const program = new Command("kassa").description("A payment terminal on the command line");
const named = process.argv[2] ?? "";
const isKnown = Object.values(GROUPS).some(commands => Object.hasOwn(commands, named));
for (const [group, commands] of Object.entries(GROUPS))
	for (const [name, command] of Object.entries(commands))
		if (!isKnown || name === named) program.addCommand((await command()).helpGroup(group));

try {
	await program.parseAsync();
} catch (error) {
	reportError(error);
	process.exitCode = 1;
}

function each(rows: object, command: (name: string) => Promise<Command>): Record<string, Load> {
	return Object.fromEntries(Object.keys(rows).map(name => [name, () => command(name)]));
}
