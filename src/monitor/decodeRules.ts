import { type Problem, shapeProblems } from "../bytes/shape.js";
import { hasField } from "./event.js";
import { MOST_RULES, RULE_SET_SHAPE, type Rule, type RuleSet } from "./rule.js";

/** The rules are not usable; the message names the path of each bad value and what it must be. */
export class RuleError extends Error {
	override readonly name = "RuleError";
}

/**
 * Reads a rule set from parsed JSON. A member that is not known is refused, so that a misspelt one cannot pass for its
 * default.
 * @throws {RuleError} e.g. `rules[0].threshold: must be a whole number from 1 to 16`
 */
export function decodeRules(json: unknown): RuleSet {
	const ofShape = shapeProblems(RULE_SET_SHAPE, json);
	if (ofShape.length) throw new RuleError(sentence(ofShape));
	const set = json as RuleSet;
	const problems = [...setProblems(set), ...set.rules.flatMap((rule, i) => ruleProblems(rule, `rules[${i}]`))];
	if (problems.length) throw new RuleError(sentence(problems));
	return set;
}

function sentence(problems: readonly Problem[]): string {
	return problems.map(({ path, problem }) => `${path}: ${problem}`).join("; ");
}

function setProblems({ limitsMinor, businessHours, rules }: RuleSet): Problem[] {
	const problems: Problem[] = [];
	if (rules.length > MOST_RULES) problems.push({ path: "rules", problem: `must be at most ${MOST_RULES}` });
	const fallen = limitsMinor.findIndex((limit, i) => i > 0 && limit <= limitsMinor[i - 1]!);
	if (fallen > 0) problems.push({ path: `limitsMinor[${fallen}]`, problem: "must be above the one before" });
	if (businessHours && businessHours.opensMinute === businessHours.closesMinute)
		problems.push({ path: "businessHours.closesMinute", problem: "must be another minute than opensMinute" });
	const names = rules.map(({ name }) => name);
	const again = names.findIndex((name, i) => names.indexOf(name) < i);
	if (again >= 0) problems.push({ path: `rules[${again}].name`, problem: "is that of an earlier rule" });
	return problems;
}

/** What the members of a rule must be to one another. */
function ruleProblems(rule: Rule, path: string): Problem[] {
	const problems: Problem[] = [];
	const wrong = (member: string, problem: string) => problems.push({ path: `${path}.${member}`, problem });
	const { measure, threshold, on, against, actions } = rule;
	for (const [i, { field, atLeast, atMost }] of rule.where.entries()) {
		if (!on.some(kind => hasField(kind, field))) wrong(`where[${i}].field`, "no event in on has it");
		if (atLeast === undefined && atMost === undefined) wrong(`where[${i}]`, "must have atLeast or atMost");
		if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
			wrong(`where[${i}].atMost`, "must not be below atLeast");
	}
	const needs = (member: keyof Rule, isWanted: boolean, when: string) => {
		if (isWanted === (rule[member] !== undefined)) return;
		wrong(member, isWanted ? `is missing: ${when} needs it` : `goes only with ${when}`);
	};
	const isRatio = measure === "ratio";
	for (const member of ["against", "percent", "of"] as const) needs(member, isRatio, 'the measure "ratio"');
	needs("locks", actions.includes("lockFunction"), 'the action "lockFunction"');
	if (rule.sumAtLeastMinor !== undefined && measure !== "sameCard")
		wrong("sumAtLeastMinor", 'goes only with the measure "sameCard"');
	if ((measure === "sameCard" || measure === "distinctCards") && threshold < 2)
		wrong("threshold", `must be at least 2 with the measure "${measure}"`);
	if (rule.of === "amount" && [...on, ...(against ?? [])].some(kind => !hasField(kind, "amountMinor")))
		wrong("of", 'must be "count": not every event has an amount');
	const twice = against?.find(kind => on.includes(kind));
	if (twice) wrong("against", `must not have ${twice}, which on has`);
	if (new Set(actions).size < actions.length) wrong("actions", "must be different ones");
	return problems;
}
