import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TRANSACTIONS } from "../../src/flows/perform.js";
import type { Operation } from "../../src/operation.js";
import { LOCK_MS, MOST_WRONG } from "../../src/operators/accessEvent.js";
import { LEAST_DIGITS, MOST_DIGITS } from "../../src/operators/passcode.js";
import { mayDo, OPERATOR_ROLES, RIGHTS, type Right, rightFor } from "../../src/operators/rights.js";

const DOC = readFileSync(new URL("../../docs/operators.md", import.meta.url), "utf8");

/** Rows of the table under "Who may do what". */
const ROWS = [...DOC.matchAll(/^\| `(\w+)` \| [^|]+ \|((?: (?:yes|no) \|)+)$/gm)].map(
	([, right, cells]) => [right!, cells!.match(/yes|no/g)!] as const,
);

test("its columns are the roles, its rows the rights", () => {
	expect(DOC).toContain(`| right | what it is | ${OPERATOR_ROLES.join(" | ")} |`);
	expect(ROWS.map(([right]) => right)).toEqual(Object.keys(RIGHTS));
});

describe("every cell is what the code does", () => {
	test.each(ROWS)("%s", (right, cells) => {
		expect(cells.length).toBe(OPERATOR_ROLES.length);
		expect(OPERATOR_ROLES.map(role => (mayDo(role, right as Right) ? "yes" : "no"))).toEqual(cells);
	});
});

test("every transaction takes one of the two rights that it names for them", () => {
	const given = (Object.keys(TRANSACTIONS) as Operation[]).filter(operation => rightFor(operation) === "giveBack");
	expect(given.sort()).toEqual(["completionVoid", "preAuthorisationVoid", "refund", "saleVoid"]);
});

test("its figures are those of the code", () => {
	expect(DOC).toContain(`| digits | ${LEAST_DIGITS} to ${MOST_DIGITS},`);
	expect(DOC).toContain(
		`${["", "one", "two", "three", "four", "five"][MOST_WRONG]} in a row lock that person for ${LOCK_MS / 60_000} minutes`,
	);
});
