import { RegisterError } from "./problem.js";

/** As the terminal's own keypad takes them. */
export const MOST_AMOUNT_MINOR = 999_999_999;
export const MOST_INVOICE = 999_999;

/** The members of a JSON object, each to be taken once: what is left at the end was misspelt. */
export class Members {
	readonly #left: Map<string, unknown>;

	/** @param what e.g. "an order" @throws {RegisterError} badRequest when the value is no object */
	constructor(value: unknown, what: string) {
		if (typeof value !== "object" || value === null || Array.isArray(value))
			throw new RegisterError("badRequest", `${what} must be a JSON object`);
		this.#left = new Map(Object.entries(value));
	}

	/** @returns undefined when it is absent */
	take(name: string): unknown {
		const value = this.#left.get(name);
		this.#left.delete(name);
		return value;
	}

	/** All members that were not taken, as an object. */
	rest(): Readonly<Record<string, unknown>> {
		const rest = Object.fromEntries(this.#left);
		this.#left.clear();
		return rest;
	}

	/** @throws {RegisterError} badRequest when a member was not taken */
	end(where: string): void {
		for (const name of this.#left.keys()) {
			const shown = /^\w{1,32}$/.test(name) ? name : "a member of another name";
			throw new RegisterError("badRequest", `${shown} has no meaning ${where}: leave it out`);
		}
	}
}

/** @throws {RegisterError} badRequest */
export function wholeNumber(value: unknown, name: string, least: number, most: number): number {
	if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
	throw new RegisterError("badRequest", `${name} must be a whole number from ${least} to ${most}`);
}
