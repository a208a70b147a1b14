import { InvalidArgumentError, Option } from "commander";
import { isOperatorNumber } from "../../src/operators/rights.js";
import { type Address, parseAddress } from "../world/address.js";
import { TEST_TERMINAL_IDS, type TestTerminal } from "../world/merchant.js";

/** The terminal's configuration from a file of one's own. */
export function configOption(): Option {
	return new Option("--config <file>", "terminal configuration to use: a copy of `kassa config print`");
}

/** The acquirer's host; fixed when a world is made. */
export function profileOption(): Option {
	return new Option(
		"--profile <name>",
		"host profile of a new world: unionPay (unless told otherwise), generic87 or a .json file",
	);
}

/** Another host than the test bank, see `otherHost`. */
export function hostOptions(): readonly Option[] {
	return [
		new Option("--host <host:port>", "call this host in the test bank's place; none is started").argParser(address),
		new Option("--backup-host <host:port>", "call this one when that is dead").argParser(address),
		new Option("--host-root <file>", "root that the host's certificate chains to, PEM; the test root unless given"),
		new Option("--host-cert <file>", "the terminal's certificate, PEM; one of the test root unless given"),
		new Option("--desk <host:port>", "that host's binding desk").argParser(address),
	];
}

function address(text: string): Address {
	const parsed = parseAddress(text);
	if (parsed) return parsed;
	throw new InvalidArgumentError("give it as HOST:PORT, e.g. pay.example.com:8583.");
}

/** The terminal as it comes from manufacture, each time. */
export function factoryOption(): Option {
	return new Option("--factory", "with a terminal as from manufacture: bound to no merchant");
}

/** Where the simulator keeps its world. */
export function stateOption(): Option {
	return new Option("-s, --state <folder>", "state folder").default(".kassa");
}

/** For an option that takes a whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
	return text => {
		const value = Number(text);
		if (!/^[0-9]+$/.test(text) || value < least || value > most)
			throw new InvalidArgumentError(`it is a whole number from ${least} to ${most}.`);
		return value;
	};
}

/** @param whose e.g. "of the sale" */
export function invoiceOption(whose: string): Option {
	return new Option("-i, --invoice <number>", `invoice number ${whose}, as on its receipt`).argParser(parseInvoice);
}

/** @throws {InvalidArgumentError} in one line */
export function parseInvoice(value: string): number {
	if (/^[0-9]{1,6}$/.test(value) && Number(value) > 0) return Number(value);
	throw new InvalidArgumentError("an invoice number is a whole number from 1 to 999999.");
}

/** For a terminal that need not run. */
export function terminalOption(whose: string): Option {
	return new Option("-t, --terminal <name>", whose)
		.choices(Object.keys(TEST_TERMINAL_IDS))
		.default("commandLine" satisfies TestTerminal);
}

/** How long a command stays for a terminal that may not be connected. */
export function waitOption(): Option {
	return new Option("--wait <seconds>", "for the terminal's answer").argParser(wholeNumber(0, 600)).default(10);
}

/** As the bank numbers its terminals. @throws {InvalidArgumentError} in one line */
export function parseTerminalNumber(text: string): string {
	if (/^.{8}$/.test(text)) return text;
	throw new InvalidArgumentError("the number of a terminal has 8 characters, e.g. KASSA002.");
}

/** @throws {InvalidArgumentError} in one line */
export function parsePasscode(text: string): string {
	if (/^[0-9]{4,12}$/.test(text)) return text;
	throw new InvalidArgumentError("a passcode has 4 to 12 digits.");
}

/** @throws {InvalidArgumentError} in one line */
export function parseOperatorNumber(text: string): string {
	if (isOperatorNumber(text)) return text;
	throw new InvalidArgumentError("an operator has a number of 2 to 4 digits, not 0.");
}
