import { ChainedLog, type LogKind } from "../journal/chainedLog.js";
import type { ChainEntry } from "../journal/hashChain.js";
import type { LogPorts } from "../journal/logHead.js";
import { type AccessEvent, type AccessState, afterAccess, isAccessEvent, NOBODY, type Who } from "./accessEvent.js";

export type AccessEntry = ChainEntry<AccessEvent>;

/** About 1,500 entries: a busy shop's month. */
export const TRAIL: LogKind<AccessEvent, AccessState> = Object.freeze({
	called: "an access trail",
	file: "access",
	segments: Object.freeze({ bytes: 16 * 1024, most: 20 }),
	start: NOBODY,
	isEvent: isAccessEvent,
	after: afterAccess,
});

/**
 * Who tried, signed on and off, approved, and changed whose access (docs/operators.md). Wrong tries are counted here and
 * nowhere else: an older copy of a passcode's file brings no try back.
 */
export class AccessTrail extends ChainedLog<AccessEvent, AccessState> {
	readonly #onSuspected: (why: string) => void;

	/** @param now milliseconds since 1970 @param onSuspected told what is wrong with it before everybody has to wait */
	constructor(ports: LogPorts, now: number, onSuspected: (why: string) => void = () => {}) {
		super(TRAIL, ports);
		this.#onSuspected = onSuspected;
		if (this.found.length) this.suspect(now, this.found.join("; "));
	}

	/** Somebody was at it: as after too many wrong tries. @param why ASCII */
	suspect(now: number, why: string): void {
		this.#onSuspected(why);
		this.append(now, { type: "suspected" });
	}

	/** Until when nobody may try as this person, milliseconds since 1970; 0 when they may. */
	lockedUntil(who: Who, now: number): number {
		const { tries, allLocked } = this.state;
		const until = Math.max(tries.find(each => each.who === who)?.lockedUntil ?? 0, allLocked);
		return until > now ? until : 0;
	}

	/**
	 * Whether what was typed is right. The try is on the medium before it is judged: pulling the plug gives no other one.
	 * @param then what the right passcode is for
	 */
	judge(who: Who, now: number, isRight: () => boolean, then: AccessEvent): "right" | "wrong" | "locked" {
		if (this.lockedUntil(who, now)) return "locked";
		this.append(now, { type: "tried", who });
		if (!isRight()) return this.lockedUntil(who, now) ? "locked" : "wrong";
		this.append(now, then);
		return "right";
	}

	/** All that is kept, oldest first. */
	*entries(): IterableIterator<AccessEntry> {
		for (const line of this.lines()) yield JSON.parse(line) as AccessEntry;
	}
}
