import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { cardGroups, cardProfiles } from "../../sim/card/cardProfiles.js";
import { FAULT_FORMS } from "../../sim/card/faultForms.js";
import { cardProfileSchema, checkProfile } from "../../sim/card/profile.js";
import type { Schema } from "./jsonSchema.js";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8"));
const SCHEMA: Schema = read("card-profile.schema.json");
const EXAMPLE = read("card-profile.example.json");
const validate = new Ajv2020({ allErrors: true }).compile(SCHEMA);

/** What members must be to one another, or hexadecimal must mean, which a schema cannot say. */
const BEYOND_SCHEMA =
	/check digit|must ask for|must not ask for|must be a data object list|above the issuer's|must be at most \d+ with|must be GENERATE AC with|must not be above atc|is needed for|means nothing for|must have either/;

/** One change of the example at one place. */
interface Change {
	readonly path: string;
	readonly what: string;
	readonly document: unknown;
}

const JUNK: readonly unknown[] = [
	null,
	true,
	7,
	1.5,
	-1,
	1e21,
	"",
	"x",
	"GG",
	"A0",
	" A 0",
	"1249\n",
	[],
	[null],
	{},
	{ constructor: 1 },
];

const CHANGES = [...changes(EXAMPLE, "profile", value => value)];

test("the file is what the checker follows: `npm run schema` writes it", () => {
	expect(SCHEMA).toEqual(JSON.parse(JSON.stringify(cardProfileSchema())));
});

test("schema and checker take the example and every card that comes with Kassa", () => {
	for (const document of [EXAMPLE, ...cardProfiles().map(profile => JSON.parse(JSON.stringify(profile)))]) {
		expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
		expect(refusal(document)).toBeUndefined();
	}
});

test("the example uses every member there is, so that each is changed below", () => {
	const changed = new Set(CHANGES.map(({ path }) => shape(path)));
	expect([...members(SCHEMA, "profile")].filter(path => !changed.has(path))).toEqual([]);
	expect(CHANGES.length).toBeGreaterThan(1000);
});

describe("agree on every change of", () => {
	test.each([...new Set(CHANGES.map(({ path }) => shape(path)))])("%s", path => {
		for (const { what, document } of CHANGES.filter(change => shape(change.path) === path)) {
			const violations = validate(document) ? [] : violationPaths();
			const refused = refusal(document);
			if (violations.length === 0) expect(refused ?? "", what).toMatch(refused === undefined ? "" : BEYOND_SCHEMA);
			else expect(violations, `${what}: ${refused}`).toContain(/^\S+/.exec(refused ?? "")?.[0]);
		}
	});
});

test("the page for people has a row for each member", () => {
	const page = readFileSync(new URL("../../docs/cards.md", import.meta.url), "utf8");
	for (const path of members(SCHEMA, "profile")) expect(page).toContain(`| \`${path.replace("profile.", "")}\` |`);
});

test("and a row for each fault, and tells of each group", () => {
	const page = readFileSync(new URL("../../docs/cards.md", import.meta.url), "utf8");
	for (const { example, meaning } of Object.values(FAULT_FORMS))
		expect(page).toContain(`| \`${example}\` | ${meaning} |`);
	for (const { group } of cardGroups()) expect(page).toContain(`| ${group} |`);
});

test("each member says what it is", () => {
	for (const [path, { description }] of described(SCHEMA, "profile")) expect(description, path).toMatch(/\w/);
});

function* described(schema: Schema, path: string): Generator<[string, Schema]> {
	if (schema.items) yield* described(schema.items as Schema, `${path}[]`);
	for (const [name, member] of Object.entries(schema.properties ?? {})) {
		yield [`${path}.${name}`, member];
		yield* described(member, `${path}.${name}`);
	}
}

function refusal(document: unknown): string | undefined {
	try {
		checkProfile(document);
		return undefined;
	} catch (error) {
		if (error instanceof TypeError) return error.message;
		throw error;
	}
}

/** In the checker's way of writing: "profile.applications[0].aid". */
function violationPaths(): string[] {
	return (validate.errors ?? []).map(({ instancePath, params }) => {
		const at = instancePath.replace(/\/(\d+)(?=\/|$)/g, "[$1]").replaceAll("/", ".");
		const member = params.missingProperty ?? params.additionalProperty;
		return `profile${at}${member === undefined ? "" : `.${member}`}`;
	});
}

/** Every member, with lists written as "[]". */
function* members(schema: Schema, path: string): Generator<string> {
	if (schema.items) yield* members(schema.items as Schema, `${path}[]`);
	for (const [name, member] of Object.entries(schema.properties ?? {})) {
		yield `${path}.${name}`;
		yield* members(member, `${path}.${name}`);
	}
}

function shape(path: string): string {
	return path.replace(/\[\d+\]/g, "[]");
}

/** The value with each change, here and below; `put` makes the document around it. */
function* changes(value: unknown, path: string, put: (value: unknown) => unknown): Generator<Change> {
	for (const other of [...JUNK, ...edges(value)])
		if (other !== value) yield { path, what: JSON.stringify(other), document: put(other) };
	if (Array.isArray(value)) {
		yield { path, what: "longer", document: put([...value, ...value]) };
		yield { path, what: "very long", document: put(Array(200).fill(value[0])) };
		for (const [i, entry] of value.entries())
			yield* changes(entry, `${path}[${i}]`, changed => put(value.map((each, k) => (k === i ? changed : each))));
	} else if (typeof value === "object" && value !== null) {
		yield { path: `${path}.misspelt`, what: "unknown", document: put({ ...value, misspelt: 1 }) };
		for (const [name, entry] of Object.entries(value)) {
			const others = Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
			yield { path: `${path}.${name}`, what: "missing", document: put(others) };
			yield* changes(entry, `${path}.${name}`, changed => put({ ...value, [name]: changed }));
		}
	}
}

/** Values that lie near, and those at the bounds of lengths and numbers. */
function edges(value: unknown): unknown[] {
	if (typeof value === "number")
		return [value - 1, value + 1, 0, 1, 3, 15, 16, 255, 256, 1000, 1001, 1024, 1032, 1984, 1992, 65535, 65536, 65537];
	if (typeof value !== "string") return [];
	const lengths = [value.length - 2, value.length - 1, value.length + 1, value.length + 2, 26, 27, 66, 68, 80, 81, 504];
	return [
		...lengths.filter(length => length >= 0).map(length => value.padEnd(length, "0").slice(0, length)),
		value.toLowerCase(),
		value.toUpperCase(),
		`${value.slice(0, -1)}G`,
		`${value}\n`,
		`${value} `,
		` ${value}`,
		`${value.slice(0, 1)} ${value.slice(1)}`,
		value.replace(/./, "é"),
	];
}
