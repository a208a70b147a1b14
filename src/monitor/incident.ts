import { OPERATIONS, type Operation } from "../operation.js";

/** What the terminal may do at all; each takes away more than the one before. */
const TERMINAL_STATES = Object.freeze(["normal", "restricted", "locked", "zeroised"] as const);
export type TerminalState = (typeof TERMINAL_STATES)[number];

/** Who or what has to agree before an incident is over. */
const FACTORS = Object.freeze([
	/** A supervisor with their passcode, at the terminal. */
	"supervisor",
	/** The merchant's own bank card with its PIN; where there is no desk to judge it, a supervisor with their passcode. */
	"merchant",
	/** The bank, by a signed command. */
	"bank",
	/** A self-check without a safety-relevant finding that has looked at each of the checks which had failed. */
	"selfCheck",
	/** New keys from the bank, after the service has looked at the terminal. */
	"rebinding",
] as const);
export type Factor = (typeof FACTORS)[number];

interface CauseFacts {
	readonly state: TerminalState;
	/** All of them are needed, in any order. */
	readonly release: readonly Factor[];
}

const cause = (state: TerminalState, ...release: readonly Factor[]): CauseFacts =>
	Object.freeze({ state, release: Object.freeze(release) });

/** What brings the terminal out of its normal state, and what brings it back. docs/incidents.md has this table. */
export const CAUSES = Object.freeze({
	/** A rule has the terminal hold until a supervisor has looked. */
	hold: cause("restricted", "supervisor"),
	/** A rule has locked operations. */
	functionLock: cause("restricted", "supervisor"),
	/** A safety-relevant finding of the self-check. */
	checkFailed: cause("restricted", "selfCheck"),
	/** A supervisor has locked the terminal. */
	localLock: cause("locked", "supervisor", "merchant"),
	/** The bank has locked it. */
	remoteLock: cause("locked", "bank", "merchant"),
	/** A rule has locked it. */
	ruleLock: cause("locked", "bank", "merchant"),
	/** What the terminal must remember was damaged or removed: this log, or the state of the line to the bank. */
	stateLost: cause("locked", "bank", "merchant"),
	/** Somebody got at its inside: the keys are gone. */
	tamper: cause("zeroised", "rebinding"),
	/** The keys were erased on order. */
	erasure: cause("zeroised", "rebinding"),
} as const);
export type IncidentCause = keyof typeof CAUSES;

/** An incident that is not over. */
export interface OpenIncident {
	/** Of the log entry that opened it. */
	readonly number: number;
	readonly cause: IncidentCause;
	/** Why, see `IncidentEvent`. */
	readonly detail: string;
	/** With "remoteLock": who has ordered it, and whom to call. */
	readonly by?: string | undefined;
	readonly call?: string | undefined;
	/** What is still needed. */
	readonly missing: readonly Factor[];
	/** With "functionLock": what is refused. */
	readonly locks: readonly Operation[];
}

/** What the log has entries of. Texts are ASCII, without card data. */
export type IncidentEvent =
	| {
			readonly type: "opened";
			readonly cause: IncidentCause;
			/** E.g. the name of the rule, the tamper line; with "checkFailed" the checks that failed, spaces between. */
			readonly detail: string;
			readonly locks?: readonly Operation[];
			readonly by?: string;
			readonly call?: string;
	  }
	/** Somebody agreed that an incident may end. */
	| { readonly type: "factor"; readonly incident: number; readonly factor: Factor; readonly by: string }
	/** Somebody tried and failed, e.g. with a wrong passcode. */
	| { readonly type: "refused"; readonly factor: Factor; readonly detail: string }
	/** Worth keeping, without consequence of its own: an alarm that warns, a drill, a log that was torn. */
	| { readonly type: "noted"; readonly detail: string };

/** Whether a decoded value is an event: anything else in a log was not written by it. */
export function isIncidentEvent(value: unknown): value is IncidentEvent {
	if (typeof value !== "object" || value === null) return false;
	const { type, cause, detail, locks = [], incident, factor, by, call } = value as Readonly<Record<string, unknown>>;
	const isFactor = FACTORS.includes(factor as Factor);
	switch (type) {
		case "opened":
			return (
				Object.hasOwn(CAUSES, String(cause)) &&
				typeof detail === "string" &&
				(by === undefined || typeof by === "string") &&
				(call === undefined || typeof call === "string") &&
				Array.isArray(locks) &&
				locks.every(each => OPERATIONS.includes(each))
			);
		case "factor":
			return isFactor && Number.isSafeInteger(incident) && typeof by === "string";
		case "refused":
			return isFactor && typeof detail === "string";
		default:
			return type === "noted" && typeof detail === "string";
	}
}

/** Everything that counts for what the terminal may do. */
export interface IncidentState {
	readonly open: readonly OpenIncident[];
}

export const NO_INCIDENTS: IncidentState = Object.freeze({ open: Object.freeze([]) });

/**
 * The state after one more event. Pure: the log folds its entries with it.
 * @param number of the event's entry
 */
export function afterEvent(state: IncidentState, event: IncidentEvent, number: number): IncidentState {
	switch (event.type) {
		case "opened": {
			const { cause, detail, by, call, locks = [] } = event;
			// The same cause again asks for all factors anew: an agreement does not hold for what came after it.
			const others = state.open.filter(each => each.cause !== cause || !sameLocks(each.locks, locks));
			const named = { ...(by !== undefined && { by }), ...(call !== undefined && { call }) };
			return { open: [...others, { number, cause, detail, ...named, missing: CAUSES[cause].release, locks }] };
		}
		case "factor": {
			const open = state.open.map(each =>
				each.number === event.incident
					? { ...each, missing: each.missing.filter(factor => factor !== event.factor) }
					: each,
			);
			return { open: open.filter(({ missing }) => missing.length > 0) };
		}
		default:
			return state;
	}
}

function sameLocks(a: readonly Operation[], b: readonly Operation[]): boolean {
	return a.length === b.length && a.every(operation => b.includes(operation));
}

/** What the open incidents make of the terminal: the strongest of their states. */
export function terminalState({ open }: IncidentState): TerminalState {
	const strongest = Math.max(0, ...open.map(({ cause }) => TERMINAL_STATES.indexOf(CAUSES[cause].state)));
	return TERMINAL_STATES[strongest]!;
}

/** Operations that move no money of anybody: they bring the terminal back to its bank. */
const ALWAYS: readonly Operation[] = Object.freeze([
	"signIn",
	"signOff",
	"echo",
	"parameters",
	"aidsQuery",
	"aids",
	"aidsEnd",
	"caKeysQuery",
	"caKeys",
	"caKeysEnd",
	"hotCards",
	"hotCardsEnd",
	"statusUpload",
]);

/**
 * The incident that keeps an operation from being done now; undefined when it may be done. Settlement and its batch upload
 * go on while the terminal is held or locked: what was sold belongs to the merchant.
 */
export function whyRefused(state: IncidentState, operation: Operation): OpenIncident | undefined {
	return state.open.find(({ cause, locks }) => {
		switch (CAUSES[cause].state) {
			case "zeroised":
				return true;
			default:
				if (cause === "functionLock") return locks.includes(operation);
				return !ALWAYS.includes(operation) && !SETTLING.includes(operation);
		}
	});
}

const SETTLING: readonly Operation[] = Object.freeze([
	"settlement",
	"batchUpload",
	"batchUploadEnd",
	"scriptResult",
	"query",
]);

/** The incident that has locked the terminal, for its display. */
export function lockOf({ open }: IncidentState): OpenIncident | undefined {
	return open.find(({ cause }) => CAUSES[cause].state === "locked");
}

/** Open incidents for which this factor is still missing. */
export function waitingFor(state: IncidentState, factor: Factor): readonly OpenIncident[] {
	return state.open.filter(({ missing }) => missing.includes(factor));
}
