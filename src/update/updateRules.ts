import type { Supply } from "../ports.js";

/** How much an update that is offered matters now. */
export type Urgency =
	| "none"
	/** The merchant or the bank says when. */
	| "available"
	/** To be installed by a time that has not come yet. */
	| "required"
	/** That time has come. */
	| "overdue"
	/** As `required` and, once that time has come, `overdueForOffline`: nothing is approved offline without it. */
	| "requiredForOffline"
	| "overdueForOffline";

/** What the battery is good for. */
export type Power =
	/** From the mains, charging, or enough of it. */
	| "enough"
	/** The update can be fetched, and is not installed. */
	| "lowButConnects"
	/** Neither. */
	| "low";

/** What an update may do and what it holds up. Selling is never held up: there is no member for it. */
export interface UpdateRules {
	readonly fetches: boolean;
	/** By itself, as soon as the terminal is idle and its batch settled. */
	readonly installs: "no" | "whenAsked" | "byItself";
	readonly says: "nothing" | "available" | "required" | "overdue" | "charge";
	readonly approvesOffline: boolean;
}

const BELOW_INSTALL_PERCENT = 30;
const BELOW_FETCH_PERCENT = 10;

/** @param supply undefined on a board without a battery */
export function powerOf(supply: Supply | undefined): Power {
	if (!supply || supply.isCharging || supply.percent >= BELOW_INSTALL_PERCENT) return "enough";
	return supply.percent >= BELOW_FETCH_PERCENT ? "lowButConnects" : "low";
}

const rules = (
	fetches: boolean,
	installs: UpdateRules["installs"],
	says: UpdateRules["says"],
	approvesOffline = true,
): UpdateRules => Object.freeze({ fetches, installs, says, approvesOffline });

/** Every state that there is (docs/update.md has this table). */
export const UPDATE_RULES: Readonly<Record<Urgency, Readonly<Record<Power, UpdateRules>>>> = Object.freeze({
	none: Object.freeze({
		enough: rules(false, "no", "nothing"),
		lowButConnects: rules(false, "no", "nothing"),
		low: rules(false, "no", "nothing"),
	}),
	available: Object.freeze({
		enough: rules(true, "whenAsked", "available"),
		lowButConnects: rules(true, "no", "available"),
		low: rules(false, "no", "available"),
	}),
	required: Object.freeze({
		enough: rules(true, "byItself", "required"),
		lowButConnects: rules(true, "no", "charge"),
		low: rules(false, "no", "charge"),
	}),
	overdue: Object.freeze({
		enough: rules(true, "byItself", "overdue"),
		lowButConnects: rules(true, "no", "charge"),
		low: rules(false, "no", "charge"),
	}),
	requiredForOffline: Object.freeze({
		enough: rules(true, "byItself", "required"),
		lowButConnects: rules(true, "no", "charge"),
		low: rules(false, "no", "charge"),
	}),
	overdueForOffline: Object.freeze({
		enough: rules(true, "byItself", "overdue", false),
		lowButConnects: rules(true, "no", "charge", false),
		low: rules(false, "no", "charge", false),
	}),
});

/** @param now seconds since 1970 */
export function urgencyOf(
	offer: { readonly requiredBy?: number | undefined; readonly requiredForOffline: boolean } | undefined,
	now: number,
): Urgency {
	if (!offer) return "none";
	if (offer.requiredBy === undefined) return "available";
	const isOverdue = now >= offer.requiredBy;
	if (offer.requiredForOffline) return isOverdue ? "overdueForOffline" : "requiredForOffline";
	return isOverdue ? "overdue" : "required";
}
