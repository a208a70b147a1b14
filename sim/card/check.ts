/**
 * Turns unknown JSON into a typed value or refuses it with one sentence that names the path of the bad value.
 * A check that is given `undefined` decides whether the value may be missing.
 */
export type Check<T> = (value: unknown, path: string) => T;

/** The type that a check yields. */
export type Checked<C> = C extends Check<infer T> ? T : never;

/** The sentence of every refusal. */
export function refuse(path: string, requirement: string): never {
	throw new TypeError(`${path} ${requirement}`);
}

/** A text that matches `pattern` as a whole; `description` completes "must be …". */
export function text(pattern: RegExp, description: string): Check<string> {
	return (value, path) =>
		typeof value === "string" && pattern.test(value) ? value : refuse(path, `must be ${description}`);
}

export function integer(least: number, most: number): Check<number> {
	return (value, path) =>
		Number.isInteger(value) && (value as number) >= least && (value as number) <= most
			? (value as number)
			: refuse(path, `must be an integer from ${least} to ${most}`);
}

export const boolean: Check<boolean> = (value, path) =>
	typeof value === "boolean" ? value : refuse(path, "must be true or false");

export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
	return (value, path) => values.find(known => known === value) ?? refuse(path, `must be one of ${values.join(", ")}`);
}

/** Hexadecimal, spaces allowed between bytes for the reader's sake; yields upper case without spaces. */
export function hex(leastBytes: number, mostBytes: number): Check<string> {
	return (value, path) => {
		const compact = typeof value === "string" ? value.replaceAll(" ", "").toUpperCase() : "?";
		const size = leastBytes === mostBytes ? `${leastBytes}` : `${leastBytes} to ${mostBytes}`;
		if (!/^([0-9A-F]{2})*$/.test(compact) || compact.length < 2 * leastBytes || compact.length > 2 * mostBytes)
			refuse(path, `must be ${size} bytes in hexadecimal`);
		return compact;
	};
}

export function list<T>(item: Check<T>): Check<readonly T[]> {
	return (value, path) =>
		Array.isArray(value) ? value.map((each, i) => item(each, `${path}[${i}]`)) : refuse(path, "must be a list");
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
	return (value, path) => (value === undefined ? undefined : check(value, path));
}

/** An object with exactly these fields: an unknown one is a spelling mistake and refused. */
export function object<T extends object>(fields: { readonly [K in keyof T]: Check<T[K]> }): Check<T> {
	return (value, path) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "must be an object");
		const source = value as Record<string, unknown>;
		for (const key of Object.keys(source))
			if (!Object.hasOwn(fields, key)) refuse(`${path}.${key}`, "is not a known field");
		const result: Partial<T> = {};
		for (const key of Object.keys(fields) as (keyof T & string)[])
			result[key] = fields[key](source[key], `${path}.${key}`);
		return result as T;
	};
}
