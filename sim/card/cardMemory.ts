import type { OfflineLimits, Personalisation } from "./personalisation.js";

/** What one application keeps without power. The optional parts are what issuer scripts and the log have written. */
export interface ApplicationState {
	/** 9F36. */
	readonly atc: number;
	/** 9F13. */
	readonly lastOnlineAtc: number;
	/** 9F17. */
	readonly pinTryCounter: number;
	/** By APPLICATION BLOCK. */
	readonly blocked?: boolean;
	/** By CARD BLOCK; holds for the whole card. */
	readonly cardBlocked?: boolean;
	/** By PIN CHANGE/UNBLOCK. */
	readonly pin?: string;
	/** By PUT DATA. */
	readonly consecutiveOfflineLimits?: OfflineLimits;
	/** By PUT DATA, in minor units. */
	readonly cumulativeOfflineLimits?: OfflineLimits;
	/** What the card has approved without its issuer since the counters were last set back, in minor units; absent: nothing. */
	readonly cumulativeOfflineMinor?: number | undefined;
	/** The issuer wants to be asked next time. */
	readonly goOnlineNext?: boolean;
	/** Since the issuer was last heard: script commands carried out, and whether one failed. */
	readonly scripts?: { readonly processed: number; readonly failed: boolean };
	/** By UPDATE RECORD: content by "SFI record", both decimal. */
	readonly records?: Readonly<Record<string, string>>;
	/** Records of the transaction log, the newest first; hexadecimal. */
	readonly log?: readonly string[];
}

/** By AID. Plain JSON, for the caller to keep. */
export type CardState = Readonly<Record<string, ApplicationState>>;

/** The card's non-volatile memory: every change is reported before the card answers the command that made it. */
export class CardMemory {
	readonly #states = new Map<string, ApplicationState>();
	readonly #blockedBefore: boolean;
	readonly #onChange: ((state: CardState) => void) | undefined;

	/** @param state from an earlier life of the card; without it, the counters of a new card */
	constructor(
		{ applications, blocked = false }: Personalisation,
		state: CardState | undefined,
		onChange: ((state: CardState) => void) | undefined,
	) {
		for (const { name, pinTryLimit, pinTriesLeft = pinTryLimit, counters } of applications)
			this.#states.set(name, state?.[name] ?? { atc: 0, lastOnlineAtc: 0, ...counters, pinTryCounter: pinTriesLeft });
		this.#blockedBefore = blocked;
		this.#onChange = onChange;
	}

	/** An issuer has blocked the whole card. */
	get cardBlocked(): boolean {
		return this.#blockedBefore || [...this.#states.values()].some(({ cardBlocked }) => cardBlocked);
	}

	read(aid: string): ApplicationState {
		return this.#states.get(aid)!;
	}

	update(aid: string, changes: Partial<ApplicationState>): void {
		this.#states.set(aid, { ...this.read(aid), ...changes });
		this.#onChange?.(Object.fromEntries(this.#states));
	}
}
