import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shapeProblems } from "../../../src/bytes/shape.js";
import { HOST_PROFILE_SHAPE } from "../../../src/host/profiles/hostProfileShape.js";
import { PROFILES } from "../../../src/host/profiles/profiles.js";
import { jsonSchema } from "../../../tools/jsonSchema.js";

const schema = JSON.parse(readFileSync(new URL("../../../docs/host-profile.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
const isShaped = (json: unknown) => shapeProblems(HOST_PROFILE_SHAPE, json).length === 0;

test("the schema in docs/ is that of the shape (npx tsx tools/hostProfileSchema.ts writes it)", () => {
	expect(schema).toMatchObject(jsonSchema(HOST_PROFILE_SHAPE));
});

test.each(Object.keys(PROFILES))("schema and decoder accept %s", name => {
	expect(validate(PROFILES[name])).toBe(true);
	expect(isShaped(PROFILES[name])).toBe(true);
});

/** Every place in a value, as the way to it. */
function places(value: unknown, way: readonly string[] = []): (readonly string[])[] {
	if (typeof value !== "object" || value === null) return [way];
	return [way, ...Object.entries(value).flatMap(([name, each]) => places(each, [...way, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown, isRemoved: boolean): unknown {
	if (name === undefined) return by;
	const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
	if (rest.length === 0 && isRemoved) delete copy[name];
	else copy[name] = replaced(copy[name], rest, by, isRemoved);
	return Array.isArray(copy) ? copy.filter(() => true) : copy;
}

const ALL_PLACES = Object.entries(PROFILES).flatMap(([name, profile]) =>
	places(JSON.parse(JSON.stringify(profile))).map(way => ({ name, way })),
);
const anything = fc.oneof(
	fc.constantFrom<unknown>(
		null,
		true,
		false,
		0,
		3,
		64,
		1.5,
		-1,
		1e6,
		"",
		"0",
		"00",
		"02",
		"stan",
		"pan?",
		"A:b",
		"\n",
		{},
		[],
		["00"],
	),
	fc.string({ maxLength: 4 }),
	fc.integer({ min: -2, max: 70_000 }),
	fc.jsonValue({ maxDepth: 2 }),
);

test("schema and decoder agree on profiles that were changed anywhere", () => {
	let accepted = 0;
	let refused = 0;
	const change = fc.record({ place: fc.constantFrom(...ALL_PLACES), by: anything, isRemoved: fc.boolean() });
	fc.assert(
		fc.property(change, ({ place: { name, way }, by, isRemoved }) => {
			const json = replaced(JSON.parse(JSON.stringify(PROFILES[name])), way, by, isRemoved);
			expect(isShaped(json), way.join(".")).toBe(validate(json));
			if (isShaped(json)) accepted++;
			else refused++;
		}),
		{ numRuns: 1500, seed: 6 },
	);
	expect(Math.min(accepted, refused)).toBeGreaterThan(50);
});
