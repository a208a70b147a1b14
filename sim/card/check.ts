/**
 * Turns unknown JSON into a typed value or refuses it with one sentence that names the path of the bad value.
 * A check that is given `undefined` decides whether the value may be missing.
 */
export interface Check<T> {
	(value: unknown, path: string): T;
	/** The same rule in JSON Schema 2020-12, as far as that language goes; absent where nobody publishes it. */
	readonly schema?: JsonSchema;
	/** An object may lack the value. */
	readonly mayBeMissing?: true;
}

/** A part of a JSON Schema document. */
export interface JsonSchema {
	readonly [keyword: string]: unknown;
}

/** The type that a check yields. */
export type Checked<C> = C extends Check<infer T> ? T : never;

/** The same as people write it: what may be missing may be left out. */
export type Written<T> = T extends readonly (infer Item)[]
	? readonly Written<Item>[]
	: T extends object
		? { [Key in keyof T as undefined extends T[Key] ? never : Key]: Written<T[Key]> } & {
				[Key in keyof T as undefined extends T[Key] ? Key : never]?: Written<T[Key]>;
			}
		: T;

/** The sentence of every refusal. */
export function refuse(path: string, requirement: string): never {
	throw new TypeError(`${path} ${requirement}`);
}

/** Gives a check its rule as JSON Schema. */
export function withSchema<T>(schema: JsonSchema, check: (value: unknown, path: string) => T): Check<T> {
	return Object.assign((value: unknown, path: string) => check(value, path), { schema });
}

/** Says for the schema's readers what the value is. */
export function described<T>(description: string, check: Check<T>): Check<T> {
	const { schema, mayBeMissing } = check;
	return Object.assign((value: unknown, path: string) => check(value, path), {
		schema: { description, ...schema },
		...(mayBeMissing && { mayBeMissing }),
	});
}

/** A text that matches `pattern` as a whole; `description` completes "must be …". */
export function text(pattern: RegExp, description: string): Check<string> {
	return withSchema({ type: "string", pattern: pattern.source }, (value, path) =>
		typeof value === "string" && pattern.test(value) ? value : refuse(path, `must be ${description}`),
	);
}

export function integer(least: number, most: number): Check<number> {
	return withSchema({ type: "integer", minimum: least, maximum: most }, (value, path) =>
		Number.isInteger(value) && (value as number) >= least && (value as number) <= most
			? (value as number)
			: refuse(path, `must be an integer from ${least} to ${most}`),
	);
}

export const boolean: Check<boolean> = withSchema({ type: "boolean" }, (value, path) =>
	typeof value === "boolean" ? value : refuse(path, "must be true or false"),
);

export function oneOf<const T extends string | number>(...values: readonly T[]): Check<T> {
	return withSchema(
		{ enum: values },
		(value, path) => values.find(known => known === value) ?? refuse(path, `must be one of ${values.join(", ")}`),
	);
}

/** Hexadecimal, spaces allowed between bytes for the reader's sake; yields upper case without spaces. */
export function hex(leastBytes: number, mostBytes: number): Check<string> {
	const pattern = `^(?: *[0-9A-Fa-f] *[0-9A-Fa-f]){${leastBytes},${mostBytes}} *$`;
	return withSchema({ type: "string", pattern }, (value, path) => {
		const compact = typeof value === "string" ? value.replaceAll(" ", "").toUpperCase() : "?";
		const size = leastBytes === mostBytes ? `${leastBytes}` : `${leastBytes} to ${mostBytes}`;
		if (!/^([0-9A-F]{2})*$/.test(compact) || compact.length < 2 * leastBytes || compact.length > 2 * mostBytes)
			refuse(path, `must be ${size} bytes in hexadecimal`);
		return compact;
	});
}

/** @param least and `most`: how many items there may be */
export function list<T>(item: Check<T>, least = 0, most = Number.POSITIVE_INFINITY): Check<readonly T[]> {
	const bounds = { ...(least && { minItems: least }), ...(Number.isFinite(most) && { maxItems: most }) };
	return withSchema({ type: "array", items: item.schema, ...bounds }, (value, path) => {
		if (!Array.isArray(value)) refuse(path, "must be a list");
		if (value.length < least || value.length > most) refuse(path, `must have ${least} to ${most} items`);
		return value.map((each, i) => item(each, `${path}[${i}]`));
	});
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
	return Object.assign(
		(value: unknown, path: string) => (value === undefined ? undefined : check(value, path)),
		check.schema ? { schema: check.schema, mayBeMissing: true as const } : { mayBeMissing: true as const },
	);
}

/** An object with exactly these fields: an unknown one is a spelling mistake and refused. */
export function object<T extends object>(fields: { readonly [K in keyof T]: Check<T[K]> }): Check<T> {
	const names = Object.keys(fields) as (keyof T & string)[];
	const schema = {
		type: "object",
		additionalProperties: false,
		required: names.filter(name => !fields[name].mayBeMissing),
		properties: Object.fromEntries(names.map(name => [name, fields[name].schema ?? {}])),
	};
	return withSchema(schema, (value, path) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "must be an object");
		const source = value as Record<string, unknown>;
		for (const key of Object.keys(source))
			if (!Object.hasOwn(fields, key)) refuse(`${path}.${key}`, "is not a known field");
		const result: Partial<T> = {};
		for (const key of names) result[key] = fields[key](source[key], `${path}.${key}`);
		return result as T;
	});
}
