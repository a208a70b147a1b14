export type Verdict =
	| "passed"
	/** Something to see to, while sales go on. */
	| "warning"
	| "failed"
	/** This terminal has nothing to check there, or not yet. */
	| "notChecked";

/** What a check has found, in words for people. */
export interface Finding {
	readonly verdict: Verdict;
	readonly says: Readonly<Record<"en" | "zh", string>>;
}
