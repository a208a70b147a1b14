import { readFileSync } from "node:fs";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { decodeRules, RuleError } from "../../src/monitor/decodeRules.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import { UserError } from "./stateFolder.js";

const TRIED_FIRST: readonly string[] = ["cancelledAfterApproval", "refundAboveSale"];
const { businessHours: _, rules, ...limits } = BUILT_IN_RULES;

/**
 * What a terminal of the test world watches for unless told otherwise: the built-in rules with their thresholds, but its shop
 * is always open; what would ask for the merchant's card and PIN warns, since test payments repeat one card; and so does what
 * would hold it after a few voids or a refund that is too large, which is what whoever tries things out does first.
 */
export const WORLD_RULES: RuleSet = Object.freeze({
	...limits,
	rules: rules.map(rule => ({
		...rule,
		actions: rule.actions.map(action =>
			action === "secondFactor" || (action === "hold" && TRIED_FIRST.includes(rule.name)) ? "warn" : action,
		),
	})),
});

/** The rule set in a JSON file (docs/monitoring.md). @throws {UserError} with the path of each bad value */
export function readMonitoringRules(file: string): RuleSet {
	try {
		return decodeRules(JSON.parse(readFileSync(file, "utf8")));
	} catch (error) {
		if (error instanceof RuleError) throw new UserError(`${file}: ${error.message}`);
		if (error instanceof SyntaxError)
			throw new UserError(`${file} is not JSON: take docs/monitoring-rules.json as a beginning`);
		throw new UserError(`${file} cannot be read: name a JSON file with monitoring rules`);
	}
}
