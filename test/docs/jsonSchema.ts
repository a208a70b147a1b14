export interface Schema {
	readonly [keyword: string]: unknown;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly $defs?: Readonly<Record<string, Schema>>;
}

/**
 * Checks a document against the part of JSON Schema 2020-12 that Kassa's schemas use.
 * @returns the path of each value that is not as the schema has it, e.g. "applications[0].aid"
 * @throws {Error} on a keyword that this check does not know: a schema must not promise what nobody tests
 */
export function schemaViolations(root: Schema, value: unknown): string[] {
	return check(root, root, value, "");
}

/** The schema that a reference leads to. */
export function resolved(root: Schema, schema: Schema): Schema {
	if (typeof schema.$ref !== "string") return schema;
	return root.$defs![/^#\/\$defs\/(\w+)$/.exec(schema.$ref)![1]!]!;
}

function check(root: Schema, schema: Schema, value: unknown, path: string): string[] {
	const found = Object.entries(schema).flatMap(([keyword, argument]) => {
		const rule = KEYWORDS[keyword];
		if (!rule) throw new Error(`the schema uses ${keyword}, which is not checked here`);
		return rule(argument as never, { root, schema, value, path });
	});
	return [...new Set(found)];
}

interface Place {
	readonly root: Schema;
	readonly schema: Schema;
	readonly value: unknown;
	readonly path: string;
}

/** A keyword says nothing of values of other types. */
const KEYWORDS: Readonly<Record<string, (argument: never, place: Place) => string[]>> = {
	$schema: () => [],
	$defs: () => [],
	title: () => [],
	description: () => [],
	$ref: (_, { root, schema, value, path }) => check(root, resolved(root, schema), value, path),
	type: (type: string, { value, path }) => (typeOf(value, type) ? [] : [path]),
	enum: (allowed: readonly unknown[], { value, path }) => (allowed.includes(value) ? [] : [path]),
	pattern: (pattern: string, { value, path }) =>
		typeof value !== "string" || new RegExp(pattern, "u").test(value) ? [] : [path],
	minimum: (least: number, { value, path }) => (typeof value !== "number" || value >= least ? [] : [path]),
	maximum: (most: number, { value, path }) => (typeof value !== "number" || value <= most ? [] : [path]),
	minItems: (least: number, { value, path }) => (!Array.isArray(value) || value.length >= least ? [] : [path]),
	items: (items: Schema, { root, value, path }) =>
		Array.isArray(value) ? value.flatMap((entry, i) => check(root, items, entry, `${path}[${i}]`)) : [],
	required: (names: readonly string[], { value, path }) =>
		isObject(value) ? names.filter(name => !Object.hasOwn(value, name)).map(name => join(path, name)) : [],
	properties: (properties: Readonly<Record<string, Schema>>, { root, value, path }) =>
		isObject(value)
			? Object.entries(properties).flatMap(([name, schema]) =>
					Object.hasOwn(value, name) ? check(root, schema, value[name], join(path, name)) : [],
				)
			: [],
	additionalProperties: (allowed: boolean, { schema, value, path }) =>
		isObject(value) && !allowed
			? Object.keys(value)
					.filter(name => !Object.hasOwn(schema.properties!, name))
					.map(name => join(path, name))
			: [],
};

function typeOf(value: unknown, type: string): boolean {
	switch (type) {
		case "object":
			return isObject(value);
		case "array":
			return Array.isArray(value);
		case "integer":
			return Number.isInteger(value);
		default:
			return typeof value === type;
	}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
	return path ? `${path}.${name}` : name;
}
