import type { Decision } from "./decision.js";

/** A decision as a line for people: `Book 3, 10.7: does the TVR have a bit of the online codes (TVR …): yes: …`. */
export function formatDecision({ section, rule, inputs, result }: Decision): string {
	const values = Object.entries(inputs).map(([name, value]) => `${name} ${value}`);
	return `${section}: ${rule}${values.length ? ` (${values.join(", ")})` : ""}: ${result}`;
}
