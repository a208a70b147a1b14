import type { FeeSchedule } from "../binding/feeSchedule.js";
import { formatAmount } from "../display/amount.js";

/** The first rule in one line, e.g. "0.6 % + 0.20", with "…" when there are more. */
export function feeText({ rules }: FeeSchedule, currency: number): string {
	return `${ruleText(rules[0]!, currency)}${rules.length > 1 ? " …" : ""}`;
}

/** @returns e.g. "debit 0.5 %, min 0.01, max 20.00" */
export function ruleText(rule: FeeSchedule["rules"][number], currency: number): string {
	const { kind, ratePpm, fixedMinor, minimumMinor, capMinor } = rule;
	const percent = `${Math.floor(ratePpm / 10_000)}.${String(ratePpm % 10_000).padStart(4, "0")}`.replace(/\.?0+$/, "");
	const money = (amountMinor: number) => formatAmount(amountMinor, currency);
	const parts = [`${kind} ${percent || "0"} %${fixedMinor ? ` + ${money(fixedMinor)}` : ""}`];
	if (minimumMinor > 0) parts.push(`min ${money(minimumMinor)}`);
	if (capMinor !== undefined) parts.push(`max ${money(capMinor)}`);
	return parts.join(", ");
}
