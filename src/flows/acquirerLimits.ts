import type { StoreAndForward } from "../emv/configuration.js";
import { ConfigurationError } from "../emv/jsonObject.js";

/** What the acquirer's parameters allow; each can only narrow what the terminal was set up with. */
export interface AcquirerLimits {
	/** Of the sale: the most that a tip may be. */
	readonly mostTipPercent: number;
	/** Of what is held: the most that a completion may be. */
	readonly mostCompletionPercent: number;
	/** Of sales approved offline; absent: as in the configuration. */
	readonly offline: Partial<Pick<StoreAndForward, "mostAmountMinor" | "mostCount" | "mostTotalMinor">>;
}

/** Without parameters. */
export const OWN_LIMITS: AcquirerLimits = Object.freeze({
	mostTipPercent: 30,
	mostCompletionPercent: 115, // as UnionPay acquirers allow
	offline: Object.freeze({}),
});

/** Least and most of each value. CHOICE: no standard names them; these are Kassa's, as its test bank gives them. */
const NAMES: Readonly<Record<string, readonly [least: number, most: number]>> = Object.freeze({
	TIP_PERCENT: Object.freeze([0, 100] as const),
	COMPLETION_PERCENT: Object.freeze([100, 200] as const),
	OFFLINE_AMOUNT: Object.freeze([0, 999_999_999] as const),
	OFFLINE_COUNT: Object.freeze([0, 9_999] as const),
	OFFLINE_TOTAL: Object.freeze([0, 999_999_999] as const),
});

/**
 * Parameters are text of `NAME=VALUE`, with semicolons between. Names that are not known are an acquirer's own, and change
 * nothing.
 * @throws {ConfigurationError} on a value that is none, naming it
 */
export function decodeParameters(records: readonly Uint8Array[]): AcquirerLimits {
	const values = new Map<string, number>();
	for (const part of records
		.map(record => String.fromCharCode(...record))
		.join(";")
		.split(";")) {
		const [name = "", value = ""] = part.split("=").map(text => text.trim());
		const range = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
		if (!range) continue;
		const [least, most] = range;
		if (!/^[0-9]{1,9}$/.test(value) || Number(value) < least || Number(value) > most)
			throw new ConfigurationError(`${name}: must be a whole number from ${least} to ${most}`);
		values.set(name, Number(value));
	}
	const least = (name: string, own: number) => Math.min(own, values.get(name) ?? own);
	const given = (name: string) => values.get(name);
	const [mostAmountMinor, mostCount, mostTotalMinor] = ["OFFLINE_AMOUNT", "OFFLINE_COUNT", "OFFLINE_TOTAL"].map(given);
	return {
		mostTipPercent: least("TIP_PERCENT", OWN_LIMITS.mostTipPercent),
		mostCompletionPercent: least("COMPLETION_PERCENT", OWN_LIMITS.mostCompletionPercent),
		offline: {
			...(mostAmountMinor !== undefined && { mostAmountMinor }),
			...(mostCount !== undefined && { mostCount }),
			...(mostTotalMinor !== undefined && { mostTotalMinor }),
		},
	};
}

/** The terminal's own policy, and within it the acquirer's. */
export function narrowed(own: StoreAndForward | undefined, { offline }: AcquirerLimits): StoreAndForward | undefined {
	if (!own) return undefined;
	return {
		...own,
		mostAmountMinor: Math.min(own.mostAmountMinor, offline.mostAmountMinor ?? own.mostAmountMinor),
		mostCount: Math.min(own.mostCount, offline.mostCount ?? own.mostCount),
		mostTotalMinor: Math.min(own.mostTotalMinor, offline.mostTotalMinor ?? own.mostTotalMinor),
	};
}
