import { readFileSync } from "node:fs";
import { decodeRules, RuleError } from "../../src/monitor/decodeRules.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import { UserError } from "./stateFolder.js";

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
