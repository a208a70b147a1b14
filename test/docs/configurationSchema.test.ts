import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeTestScheme } from "../../sim/card/testScheme.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testConfiguration } from "../../sim/world/terminalConfiguration.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { ConfigurationError } from "../../src/emv/jsonObject.js";
import { resolved, type Schema, schemaViolations } from "./jsonSchema.js";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8"));
const SCHEMA: Schema = read("configuration.schema.json");
const EXAMPLE = read("configuration.example.json");

/** What members must be to one another, which a schema cannot say. */
const BETWEEN_MEMBERS =
	/is not that of this key|must ask for 9F37|must be a list of tags|less than floorLimitMinor|at least as high|has the (AID|RID and index) of/;

/** One change of the example at one place. */
interface Change {
	readonly path: string;
	readonly what: string;
	readonly document: unknown;
}

const CHANGES = [...changes(SCHEMA, EXAMPLE, "", value => value)];

describe("schema and decoder", () => {
	test("take the example and the test terminal", async () => {
		for (const document of [EXAMPLE, testConfiguration(await makeTestScheme())]) {
			expect(schemaViolations(SCHEMA, document)).toEqual([]);
			expect(refusal(document)).toBeUndefined();
		}
	});

	test("the example uses every member there is, so that each is changed below", () => {
		const unused = [...members(SCHEMA)].filter(({ path }) => !CHANGES.some(change => shape(change.path) === path));
		expect(unused.map(({ path }) => path)).toEqual([]);
		expect(CHANGES.length).toBeGreaterThan(400);
	});

	test.each([...new Set(CHANGES.map(({ path }) => path))])("agree on every change of %s", path => {
		for (const { what, document } of CHANGES.filter(change => change.path === path)) {
			const violations = schemaViolations(SCHEMA, document);
			const refused = refusal(document);
			if (violations.length === 0) expect(refused ?? "", what).toMatch(refused === undefined ? "" : BETWEEN_MEMBERS);
			else expect(violations, `${what}: ${refused}`).toContain(refusedPath(refused));
		}
	});
});

test("each member of the schema tells its name and the section of its standard", () => {
	for (const { path, schema } of members(SCHEMA)) {
		expect(schema.title, path).toMatch(/\w/);
		expect(schema.description, path).toMatch(/Book [1-4], (Annex [A-C]\d?|B?\d+(\.\d+)*)/);
	}
});

test("the page for people has a row for each member", () => {
	const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
	for (const { path } of members(SCHEMA)) expect(page).toContain(`| \`${path}\` |`);
});

function refusal(document: unknown): string | undefined {
	try {
		decodeConfiguration(document, nodeCrypto);
		return undefined;
	} catch (error) {
		if (error instanceof ConfigurationError) return error.message;
		throw error;
	}
}

/** "a.b" of "configuration.a.b: must be …", "" of the whole document. */
function refusedPath(refused: string | undefined): string | undefined {
	const match = /^configuration(?:\.(\S+))?: /.exec(refused ?? "");
	return match ? (match[1] ?? "") : undefined;
}

/** Every member, with lists written as "[]". */
function* members(schema: Schema, path = ""): Generator<{ path: string; schema: Schema }> {
	const { properties, items } = resolved(SCHEMA, schema);
	if (items) yield* members(items as Schema, `${path}[]`);
	for (const [name, member] of Object.entries(properties ?? {})) {
		const at = path ? `${path}.${name}` : name;
		yield { path: at, schema: resolved(SCHEMA, member) };
		yield* members(member, at);
	}
}

function shape(path: string): string {
	return path.replace(/\[\d+\]/g, "[]");
}

/** The value with each change that the schema suggests, here and below; `put` makes the document around it. */
function* changes(
	reference: Schema,
	value: unknown,
	path: string,
	put: (value: unknown) => unknown,
): Generator<Change> {
	const schema = resolved(SCHEMA, reference);
	for (const other of [
		null,
		true,
		7,
		1.5,
		-1,
		"",
		"x",
		"GG",
		[],
		[null],
		{},
		{ constructor: 1 },
		...edges(schema, value),
	])
		if (typeof other !== typeof value || other !== value)
			yield { path, what: JSON.stringify(other).slice(0, 40), document: put(other) };
	if (Array.isArray(value))
		for (const [i, entry] of value.entries())
			yield* changes(schema.items as Schema, entry, `${path}[${i}]`, changed =>
				put(value.map((each, k) => (k === i ? changed : each))),
			);
	else if (typeof value === "object") {
		const entries = value as Readonly<Record<string, unknown>>;
		yield { path: join(path, "tacOnlin"), what: "a member misspelt", document: put({ ...entries, tacOnlin: "00" }) };
		for (const [name, entry] of Object.entries(entries)) {
			const { [name]: _, ...others } = entries;
			yield { path: join(path, name), what: "missing", document: put(others) };
			yield* changes(schema.properties![name]!, entry, join(path, name), changed =>
				put({ ...entries, [name]: changed }),
			);
		}
	}
}

/** Values at and just beyond what the schema allows. */
function edges(schema: Schema, value: unknown): unknown[] {
	if (typeof value === "number") {
		const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
		const limits = [minimum, maximum].filter(limit => limit !== undefined);
		return [...limits.flatMap(limit => [limit - 1, limit, limit + 1]), 3, 17, 65537, String(value)];
	}
	if (typeof value !== "string") return [];
	const lengths = [value.length - 2, value.length - 1, value.length + 1, value.length + 2];
	const bounds = /\{(\d+)(?:,(\d+))?\}\$$/.exec(String(schema.pattern)) ?? [];
	for (const bound of bounds.slice(1).map(Number)) lengths.push(2 * bound - 2, 2 * bound, 2 * bound + 2);
	return [
		...lengths.filter(length => length >= 0).map(length => value.padEnd(length, "0").slice(0, length)),
		value.toLowerCase(),
		"F".repeat(value.length),
		"f".repeat(value.length),
		"0".repeat(value.length),
		`${value.slice(0, -1)}G`,
		`${value}\n`,
	];
}

function join(path: string, name: string): string {
	return path ? `${path}.${name}` : name;
}
