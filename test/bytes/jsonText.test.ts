import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText } from "../../src/bytes/jsonText.js";

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

test("plain data become what JSON.stringify makes of them", () => {
	fc.assert(
		fc.property(fc.jsonValue(), value => {
			expect(jsonText(value)).toBe(JSON.stringify(value));
		}),
		{ numRuns: 300 },
	);
	expect(jsonText({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
});

test("no object of the caller's is written itself: it may lie in flash", () => {
	const seen: unknown[] = [];
	const watched = (value: object) =>
		new Proxy(value, {
			get(target, name, receiver) {
				if (name === "toJSON") seen.push(target); // JSON.stringify asks each object for it
				return Reflect.get(target, name, receiver);
			},
		});
	expect(jsonText(watched({ list: watched([1, watched({ a: 2 })]) }))).toBe('{"list":[1,{"a":2}]}');
	expect(seen).toEqual([]);
});

test("the firmware writes JSON in no other way", () => {
	const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".ts"));
	const others = files.filter(name => /JSON\.stringify\(/.test(readFileSync(SRC + name, "utf8")));
	expect(others).toEqual(["bytes/jsonText.ts"]);
});
