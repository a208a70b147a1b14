import { InvalidArgumentError } from "commander";

/** For an option that takes a whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
	return text => {
		const value = Number(text);
		if (!/^[0-9]+$/.test(text) || value < least || value > most)
			throw new InvalidArgumentError(`it is a whole number from ${least} to ${most}.`);
		return value;
	};
}
