import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
	afterEvent,
	CAUSES,
	type Factor,
	type IncidentCause,
	type IncidentEvent,
	type IncidentState,
	NO_INCIDENTS,
	terminalState,
	waitingFor,
	whyRefused,
} from "../../src/monitor/incident.js";
import { OPERATIONS, type Operation } from "../../src/operation.js";

const opened = (cause: IncidentCause, locks?: readonly Operation[]): IncidentEvent => ({
	type: "opened",
	cause,
	detail: "tried",
	...(locks && { locks }),
});
const factor = (incident: number, which: Factor): IncidentEvent => ({
	type: "factor",
	incident,
	factor: which,
	by: "somebody",
});

/** The events, numbered from 1. */
function stateAfter(...events: readonly IncidentEvent[]): IncidentState {
	return events.reduce((state, event, i) => afterEvent(state, event, i + 1), NO_INCIDENTS);
}

const CAUSE_NAMES = Object.keys(CAUSES) as IncidentCause[];

describe.each(CAUSE_NAMES)("%s", cause => {
	const { state, release } = CAUSES[cause];

	test("brings its state, and all its factors in any order the way out", () => {
		expect(terminalState(stateAfter(opened(cause)))).toBe(state);
		for (const order of [release, [...release].reverse()]) {
			let now = stateAfter(opened(cause));
			for (const [i, each] of order.entries()) {
				expect(terminalState(now)).toBe(state);
				now = afterEvent(now, factor(1, each), 2 + i);
			}
			expect(now.open).toEqual([]);
		}
	});

	test("is released by no other factor, and not twice by one", () => {
		for (const wrong of ["supervisor", "merchant", "bank", "selfCheck", "rebinding"] as const)
			if (!release.includes(wrong)) expect(stateAfter(opened(cause), factor(1, wrong)).open).toHaveLength(1);
		if (release.length > 1) {
			const twice = stateAfter(opened(cause), factor(1, release[0]!), factor(1, release[0]!));
			expect(twice.open).toHaveLength(1);
		}
	});

	test("once more asks for every factor anew", () => {
		const again = stateAfter(opened(cause), factor(1, release[0]!), opened(cause));
		expect(again.open.map(({ number, missing }) => [number, missing])).toEqual([[3, release]]);
	});

	test("is in the table of docs/incidents.md, with its state and its way out", () => {
		const page = readFileSync(new URL("../../docs/incidents.md", import.meta.url), "utf8");
		const row = page.split("\n").find(line => line.startsWith(`| \`${cause}\` |`))!;
		expect(row).toContain(`| ${state} |`);
		expect([...row.matchAll(/`(supervisor|merchant|bank|selfCheck|rebinding)`/g)].map(([, name]) => name)).toEqual([
			...release,
		]);
	});
});

test("the strongest of several states holds until its own incident is over", () => {
	const both = stateAfter(opened("hold"), opened("remoteLock"));
	expect(terminalState(both)).toBe("locked");
	const half = afterEvent(both, factor(2, "bank"), 3);
	expect(waitingFor(half, "merchant").map(({ number }) => number)).toEqual([2]);
	expect(terminalState(afterEvent(half, factor(2, "merchant"), 4))).toBe("restricted");
});

test("locks of different functions are incidents of their own", () => {
	const state = stateAfter(
		opened("functionLock", ["refund"]),
		opened("functionLock", ["saleVoid"]),
		factor(1, "supervisor"),
	);
	expect(state.open.map(({ locks }) => locks)).toEqual([["saleVoid"]]);
});

describe("what may be done", () => {
	const allowed = (...events: readonly IncidentEvent[]) =>
		OPERATIONS.filter(operation => whyRefused(stateAfter(...events), operation) === undefined);

	test("everything without an incident, nothing without keys", () => {
		expect(allowed()).toEqual([...OPERATIONS]);
		expect(allowed(opened("tamper"))).toEqual([]);
	});

	test("all but the locked functions", () => {
		expect(allowed(opened("functionLock", ["refund", "cash"]))).toEqual(
			OPERATIONS.filter(operation => operation !== "refund" && operation !== "cash"),
		);
	});

	test("while it is held: settlement and what brings it back to its bank, no money of anybody", () => {
		const held = allowed(opened("hold"));
		expect(held).toEqual(expect.arrayContaining(["settlement", "signIn", "echo", "parameters"]));
		for (const money of [
			"sale",
			"refund",
			"cash",
			"preAuthorisation",
			"completion",
			"saleVoid",
			"balance",
			"tip",
		] as const)
			expect(held).not.toContain(money);
	});

	test("while it is locked: the same, and what was sold still comes to the merchant", () => {
		expect(allowed(opened("remoteLock"))).toEqual(allowed(opened("hold")));
	});
});
