/** One decision of the kernel and what it rests on, for people who ask why. Holds no card number, track data or PIN. */
export interface Decision {
	/** Where the rule stands, e.g. "Book 3, 10.7". */
	readonly section: string;
	/** What was asked, as one clause. */
	readonly rule: string;
	/** Values that the decision rests on, by tag or name, as text. */
	readonly inputs: Readonly<Record<string, string>>;
	readonly result: string;
}

/**
 * Takes note of decisions. A transaction without one pays next to nothing: no text is made, no bytes are spelled.
 */
export type Why = (decision: Decision) => void;
