import { InvalidArgumentError, Option } from "commander";

/** The terminal's configuration from a file of one's own. */
export function configOption(): Option {
	return new Option("--config <file>", "terminal configuration to use: a copy of `kassa config print`");
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
