import { parseHex } from "../../src/bytes/hex.js";

type Json = unknown;

/** The case asks for what its file does not have or in a form that nobody agreed on: no verdict on Kassa. */
export class CaseError extends Error {
	override readonly name = "CaseError";
}

/** The inputs of one case by name. What is missing or of another kind is the file's mistake. */
export class Inputs {
	readonly #values: Readonly<Record<string, Json>>;

	constructor(values: Json) {
		if (typeof values !== "object" || values === null || Array.isArray(values))
			throw new CaseError("inputs are not an object");
		this.#values = values as Record<string, Json>;
	}

	/** Absent, or null: not known. */
	has(name: string): boolean {
		return this.#values[name] !== undefined && this.#values[name] !== null;
	}

	get names(): string[] {
		return Object.keys(this.#values);
	}

	text(name: string): string {
		const value = this.#values[name];
		if (typeof value !== "string") throw new CaseError(`input "${name}" is not text`);
		return value;
	}

	number(name: string): number {
		const value = this.#values[name];
		if (typeof value !== "number") throw new CaseError(`input "${name}" is not a number`);
		return value;
	}

	/** Hexadecimal text as bytes; text that is not is Kassa's to refuse. */
	hex(name: string): Uint8Array {
		return parseHex(this.text(name));
	}

	object(name: string): Inputs {
		return new Inputs(this.#values[name] ?? {});
	}

	list(name: string): Json[] {
		const value = this.#values[name];
		if (!Array.isArray(value)) throw new CaseError(`input "${name}" is not a list`);
		return value;
	}

	objects(name: string): Inputs[] {
		return this.list(name).map(value => new Inputs(value));
	}

	/** Data objects by tag, both in hexadecimal. */
	dataObjects(name: string): Readonly<Record<string, string>> {
		const object = this.object(name);
		return Object.fromEntries(object.names.map(tag => [tag, object.text(tag)]));
	}
}
