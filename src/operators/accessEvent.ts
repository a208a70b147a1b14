import { isOperatorNumber, OPERATOR_ROLES, type OperatorRole, ROLES, type Role } from "./rights.js";

/** A person as the trail names them: the number of an operator, or the role of a passcode of the terminal's own. */
export type Who = string;

/** Why nobody is signed on any more: they asked for it, did nothing for long, were removed. Who signs on takes over. */
const SIGN_OFF_CAUSES = Object.freeze(["asked", "idle", "removed"] as const);
export type SignOffCause = (typeof SIGN_OFF_CAUSES)[number];

/** What the trail has entries of. */
export type AccessEvent =
	/** Before the passcode is judged; nothing of the same person right behind it: it was wrong. */
	| { readonly type: "tried"; readonly who: Who }
	| { readonly type: "signedOn"; readonly who: Who }
	| { readonly type: "signedOff"; readonly who: Who; readonly why: SignOffCause }
	/** Somebody agreed to what somebody else does: an operation, or what the flows call it. */
	| { readonly type: "approved"; readonly who: Who; readonly what: string; readonly by?: Who }
	/** The right passcode, before another one is chosen. */
	| { readonly type: "identified"; readonly who: Who }
	| { readonly type: "added"; readonly who: Who; readonly role: OperatorRole; readonly by: Who }
	| { readonly type: "removed" | "unlocked" | "reset" | "passcodeChanged"; readonly who: Who; readonly by: Who }
	/** The trail was shortened or exchanged: everybody waits as after too many wrong tries. */
	| { readonly type: "suspected" }
	/** All operators have gone with the merchant, and the supervisor's passcode. */
	| { readonly type: "forgotten" }
	/** The list of operators was not as the trail has it, and begins anew. */
	| { readonly type: "listLost"; readonly by: Who };

/** Wrong tries of one person since the last right one. */
export interface Tries {
	readonly who: Who;
	readonly wrong: number;
	/** Milliseconds since 1970; 0 when they are not locked. */
	readonly lockedUntil: number;
}

/** What all entries come to. */
export interface AccessState {
	/** Of those who have any. */
	readonly tries: readonly Tries[];
	/** Until when everybody is. */
	readonly allLocked: number;
	readonly signedOn: { readonly who: Who; readonly at: number } | undefined;
	/** Number of the entry that tells of the newest change of the list of operators; 0 when there is no list. */
	readonly listChange: number;
}

export const NOBODY: AccessState = Object.freeze({
	tries: Object.freeze([]),
	allLocked: 0,
	signedOn: undefined,
	listChange: 0,
});

/** Wrong tries that lock, and for how long. */
export const MOST_WRONG = 5;
export const LOCK_MS = 15 * 60_000;

export function isAccessEvent(value: unknown): value is AccessEvent {
	if (typeof value !== "object" || value === null) return false;
	const { type, who, why, what, by, role } = value as Readonly<Record<string, unknown>>;
	switch (type) {
		case "suspected":
		case "forgotten":
			return true;
		case "tried":
		case "signedOn":
		case "identified":
			return isWho(who);
		case "listLost":
			return isWho(by);
		case "signedOff":
			return isWho(who) && SIGN_OFF_CAUSES.includes(why as SignOffCause);
		case "approved":
			return isWho(who) && typeof what === "string" && (by === undefined || isWho(by));
		case "added":
			return isWho(who) && isWho(by) && OPERATOR_ROLES.includes(role as OperatorRole);
		default:
			return ["removed", "unlocked", "reset", "passcodeChanged"].includes(String(type)) && isWho(who) && isWho(by);
	}
}

function isWho(value: unknown): boolean {
	return ROLES.includes(value as Role) || isOperatorNumber(value);
}

/** @param number of the entry @param at milliseconds since 1970 */
export function afterAccess(
	state: AccessState,
	event: AccessEvent,
	{ number, at }: { readonly number: number; readonly at: number },
): AccessState {
	switch (event.type) {
		case "tried":
			return afterTry(state, event.who, at);
		case "suspected":
			return { ...state, allLocked: at + LOCK_MS, signedOn: undefined };
		case "signedOn":
			return { ...trusted(state, event.who), signedOn: { who: event.who, at } };
		case "signedOff":
			return state.signedOn?.who === event.who ? { ...state, signedOn: undefined } : state;
		case "forgotten":
			return { ...NOBODY, allLocked: state.allLocked };
		case "listLost":
			return { ...NOBODY, allLocked: state.allLocked, listChange: number };
		case "added":
		case "removed":
		case "reset":
			return { ...trusted(state, event.who), listChange: number };
		case "passcodeChanged":
			return isOperatorNumber(event.who)
				? { ...trusted(state, event.who), listChange: number }
				: trusted(state, event.who);
		case "unlocked":
		case "approved":
		case "identified":
			return trusted(state, event.who);
	}
}

/** Counts it before anybody knows whether it was wrong; a lock that is over gives all tries again. */
function afterTry(state: AccessState, who: Who, at: number): AccessState {
	const before = state.tries.find(each => each.who === who);
	const wrong = (before && !before.lockedUntil ? before.wrong : 0) + 1;
	const lockedUntil = wrong < MOST_WRONG ? 0 : at + LOCK_MS;
	return { ...state, tries: [...trusted(state, who).tries, { who, wrong, lockedUntil }] };
}

function trusted(state: AccessState, who: Who): AccessState {
	return { ...state, tries: state.tries.filter(each => each.who !== who) };
}
