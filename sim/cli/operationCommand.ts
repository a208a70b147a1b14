import { Command, InvalidArgumentError, Option } from "commander";
import { MOST_AMOUNT_MINOR } from "../../src/keypad/amountEntry.js";
import type { SpawnedBank } from "../bank/startBank.js";
import { spawnBank } from "../bank/startBank.js";
import type { TestTerminal } from "../world/merchant.js";
import { type HostOptions, otherHost } from "../world/otherHost.js";
import { isAnnounced } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseAmount } from "./amount.js";
import { addCardOptions, READERS_HELP } from "./cardOptions.js";
import { SERVICES, type ServiceRow, TRANSACTIONS, type TransactionRow } from "./operations.js";
import {
	configOption,
	factoryOption,
	hostOptions,
	invoiceOption,
	parseOperatorNumber,
	parsePasscode,
	profileOption,
	stateOption,
} from "./options.js";
import type { ServiceOptions } from "./runService.js";
import type { TransactionOptions } from "./runTransaction.js";

/** The command of one row of `TRANSACTIONS`. */
export function transactionCommand(name: string): Command {
	const row: TransactionRow = TRANSACTIONS[name]!;
	const command = operationCommand(name, row);
	if (row.card) addCardOptions(command, row.card === "always" ? "unionpay-debit" : undefined);
	if (row.supervisor)
		command
			.addOption(
				new Option("--supervisor <passcode>", "passcode that the supervisor types, of a test terminal")
					.argParser(parsePasscode)
					.conflicts("supervisorFile"),
			)
			.addOption(new Option("--supervisor-file <file>", "file with the supervisor's passcode, - for standard input"))
			.addOption(new Option("--approver <number>", "number of the supervisor").argParser(parseOperatorNumber));
	if (row.referral)
		command.addOption(
			new Option("--referral-code <code>", "authorisation code for an issuer that wants to be telephoned").argParser(
				parseCode,
			),
		);
	command
		.addOption(new Option("--operator <number>", "operator who signs on before it").argParser(parseOperatorNumber))
		.addOption(new Option("--passcode-file <file>", "file with the operator's passcode, - for standard input"))
		.addOption(
			new Option(
				"--request-key <key>",
				"name of this request: asked again with it, the terminal tells the result and charges nothing",
			).argParser(parseRequestKey),
		)
		.option("-w, --why", "tell the reason for every decision: rule, values, section of the Books");
	addWorldOptions(command);
	return command
		.addHelpText(
			"after",
			`${row.card ? `${READERS_HELP}\n` : ""}\nExit status: 0 approved, 2 declined or not accepted, 1 anything else.`,
		)
		.action((options: TransactionOptions & { readonly profile?: string }) =>
			atTheBank(checked(row, options), usual(options), async (state, bank) => {
				const { runTransaction } = await import("./runTransaction.js");
				return () => runTransaction(row.order(options), options, state, bank);
			}),
		);
}

/** The command of one row of `SERVICES`. */
export function serviceCommand(name: string): Command {
	const row: ServiceRow = SERVICES[name]!;
	const command = operationCommand(name, row);
	if (row.operator) command.addOption(new Option("--operator <number>", row.operator).argParser(parseOperator));
	addWorldOptions(command);
	return command
		.addHelpText("after", "\nExit status: 0 done, 2 not done, 1 anything else.")
		.action((options: ServiceOptions & { readonly profile?: string }) =>
			atTheBank(options, usual(options), async (state, bank) => {
				const { runService } = await import("./runService.js");
				return () => runService(row.service(options), options, state, bank);
			}),
		);
}

function operationCommand(name: string, row: TransactionRow | ServiceRow): Command {
	const command = new Command(name)
		.summary(row.summary)
		.description(`${row.summary} (the test bank is started for it if none runs, unless --host names another)`);
	if (row.invoice) {
		const isAlone = "card" in row;
		const option = invoiceOption(row.invoice);
		command.addOption(isAlone ? option.conflicts(["card", "reader"]) : option.makeOptionMandatory());
	}
	if (row.amount) command.requiredOption("-a, --amount <amount>", row.amount, parseAmount);
	if (row.cashback) command.option("--cashback <amount>", row.cashback, parseAmount);
	if (row.advice) command.option("--advice", row.advice);
	if (row.text) command.requiredOption("--text <text>", row.text, parseText);
	return command;
}

export function addWorldOptions(command: Command): void {
	command
		.option("--json", "print one JSON object instead of the story")
		.addOption(factoryOption())
		.addOption(profileOption())
		.addOption(configOption())
		.addOption(stateOption());
	for (const option of hostOptions()) command.addOption(option);
}

/** The terminal of the command line is bound, one as from manufacture is not. */
export function usual({ factory }: { readonly factory?: boolean }): readonly TestTerminal[] {
	return factory ? [] : ["commandLine"];
}

/**
 * @param terminals that must be bound
 * @param load makes ready, while the bank's process starts, what is then run for an exit status
 */
export async function atTheBank(
	options: HostOptions & { readonly state: string; readonly profile?: string },
	terminals: readonly TestTerminal[],
	load: (state: StateFolder, bank: SpawnedBank | undefined) => Promise<() => Promise<number>>,
): Promise<void> {
	const state = new StateFolder(options.state);
	const isElsewhere = otherHost(state, options) !== undefined;
	// It starts while the world is made and the rest of this command loaded.
	const bank = isElsewhere || isAnnounced(state) ? undefined : spawnBank();
	try {
		const [run] = await Promise.all([load(state, bank), openTestWorld(state, false, options.profile, terminals)]);
		process.exitCode = await run();
	} finally {
		await bank?.stop();
	}
}

/** What no option can judge for itself. @throws {UserError} one sentence */
function checked<T extends TransactionOptions>(row: TransactionRow, options: T): T {
	const { amount, cashback = 0, invoice, card, reader, operator, passcodeFile } = options;
	if (passcodeFile !== undefined && operator === undefined)
		throw new UserError("--passcode-file needs --operator NUMBER beside it");
	if (amount + cashback > MOST_AMOUNT_MINOR)
		throw new UserError(`amount and cashback must not be more than ${(MOST_AMOUNT_MINOR / 100).toFixed(2)} together`);
	if (row.card === "withoutInvoice" && invoice === undefined && card === undefined && reader === undefined)
		throw new UserError("give --invoice NUMBER of the sale, or --card NAME of the card that gets the money back");
	return options;
}

function parseCode(text: string): string {
	if (/^[0-9]{1,6}$/.test(text)) return text;
	throw new InvalidArgumentError("an authorisation code has up to 6 digits.");
}

function parseRequestKey(text: string): string {
	if (/^[\x21-\x7e]{1,64}$/.test(text)) return text;
	throw new InvalidArgumentError("a request key is up to 64 letters, digits and signs without a space.");
}

function parseOperator(text: string): string {
	if (/^[0-9]{3}$/.test(text)) return text;
	throw new InvalidArgumentError("the number of an operator has 3 digits.");
}

function parseText(text: string): string {
	if (/^[\x20-\x7e]{1,40}$/.test(text)) return text;
	throw new InvalidArgumentError("it is 1 to 40 letters, digits and signs in ASCII.");
}
