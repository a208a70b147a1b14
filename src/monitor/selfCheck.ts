import type { Crypto } from "../ports.js";
import { CHECKS, type CheckInputs, type CheckName } from "./checks.js";
import type { Finding, Verdict } from "./finding.js";

export interface CheckResult extends Finding {
	readonly check: CheckName;
	/** As people know it. */
	readonly title: Readonly<Record<"en" | "zh", string>>;
	/** When it has failed nothing must be sold. */
	readonly isSafetyRelevant: boolean;
}

export interface SelfCheckReport {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly results: readonly CheckResult[];
	/** Safety-relevant checks that failed: sales are blocked until a self-check passes. */
	readonly blocking: readonly CheckName[];
}

/** "start": what takes no longer than a person waits for. "full": everything, on schedule or on demand. */
export type CheckScope = "start" | "full";

/**
 * Runs every check of the scope, one after the other. None of them ends the others: a check that throws has failed.
 * @param at milliseconds since 1970
 */
export async function selfCheck(
	inputs: CheckInputs,
	crypto: Crypto,
	at: number,
	scope: CheckScope,
): Promise<SelfCheckReport> {
	const results: CheckResult[] = [];
	for (const [name, { title, isSafetyRelevant, atStart, run }] of Object.entries(CHECKS)) {
		if (scope === "start" && !atStart) continue;
		const finding = await found(() => run(inputs, crypto, at));
		results.push({ check: name as CheckName, title, isSafetyRelevant, ...finding });
	}
	const blocking = results.filter(each => each.isSafetyRelevant && each.verdict === "failed").map(({ check }) => check);
	return { at, results, blocking };
}

/** The checks that the detail of an incident `checkFailed` names; what this firmware does not know nothing can pass. */
export function namedChecks(detail: string): CheckName[] {
	return detail.split(" ").filter((name): name is CheckName => Object.hasOwn(CHECKS, name));
}

/** The least that looks at all of them. */
export function scopeOf(names: readonly CheckName[]): CheckScope {
	return names.every(name => CHECKS[name].atStart) ? "start" : "full";
}

async function found(run: () => Finding | Promise<Finding>): Promise<Finding> {
	try {
		return await run();
	} catch (error) {
		const reason = error instanceof Error ? error.message : "unknown fault";
		return { verdict: "failed", says: { en: reason, zh: reason } };
	}
}

const MARKS: Readonly<Record<Verdict, string>> = Object.freeze({
	passed: "+",
	warning: "!",
	failed: "X",
	notChecked: "-",
});

/** A line for each check, what is wrong first. */
export function formatSelfCheck({ results, blocking }: SelfCheckReport, language: "en" | "zh"): string[] {
	const order: readonly Verdict[] = ["failed", "warning", "notChecked", "passed"];
	const sorted = [...results].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
	const verdict = blocking.length
		? SAYS.blocked
		: results.some(each => each.verdict === "failed")
			? SAYS.faulty
			: SAYS.fine;
	return [
		verdict[language],
		...sorted.map(each => `${MARKS[each.verdict]} ${each.title[language]}: ${each.says[language]}`),
	];
}

/** The same for the bank, in one line of ASCII: what has failed or warns, by the names of the checks. */
export function statusText({ results }: SelfCheckReport): string {
	const wrong = results.filter(({ verdict }) => verdict === "failed" || verdict === "warning");
	if (!wrong.length) return "SELF-CHECK PASSED";
	return `SELF-CHECK: ${wrong.map(({ check, verdict }) => `${check} ${verdict}`).join(", ")}`;
}

const SAYS = Object.freeze({
	blocked: Object.freeze({ en: "Not safe: sales are blocked", zh: "不安全：已停止交易" }),
	faulty: Object.freeze({ en: "Something has failed: sales go on", zh: "有项目未通过，可继续交易" }),
	fine: Object.freeze({ en: "Ready to sell", zh: "自检通过" }),
});
