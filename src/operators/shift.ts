import type { Clock } from "../ports.js";
import type { SignOffCause } from "./accessEvent.js";
import type { AccessTrail } from "./accessTrail.js";
import type { Operators } from "./operators.js";
import { mayDo, type OperatorRole, type Right } from "./rights.js";

/** Who is at the terminal. It outlasts a restart, as the trail does; who does nothing for long is signed off. */
export class Shift {
	readonly #operators: Operators;
	readonly #trail: AccessTrail;
	readonly #clock: Pick<Clock, "now" | "monotonicMs">;
	readonly #idleMs: number;
	/** By the clock that nobody sets. */
	#usedAt: number;

	/** @param lastUsed when the terminal was last worked with, milliseconds since 1970 */
	constructor(
		parts: { operators: Operators; trail: AccessTrail; clock: Pick<Clock, "now" | "monotonicMs"> },
		idleMinutes: number,
		lastUsed = 0,
	) {
		const { operators, trail, clock } = parts;
		this.#operators = operators;
		this.#trail = trail;
		this.#clock = clock;
		this.#idleMs = idleMinutes * 60_000;
		const since = Math.max(lastUsed, trail.state.signedOn?.at ?? 0);
		// A clock that was set back makes nobody idle for less time than none.
		this.#usedAt = clock.monotonicMs() - Math.max(0, clock.now() - since);
	}

	/** Cashiers work here: nobody sells without being signed on. */
	get isRequired(): boolean {
		return this.#operators.has("cashier") || this.#operators.isLost;
	}

	/** Number of who is signed on. */
	get operator(): string | undefined {
		return this.#whyOver() ? undefined : this.#trail.state.signedOn?.who;
	}

	get role(): OperatorRole | undefined {
		const { operator } = this;
		return operator === undefined ? undefined : this.#operators.find(operator)?.role;
	}

	/** Whether the person at the terminal may; anybody may where no cashiers work. */
	may(right: Right): boolean {
		const { role } = this;
		return !this.isRequired || (role !== undefined && mayDo(role, right));
	}

	/** Somebody works with the terminal. */
	used(): void {
		if (this.operator !== undefined) this.#usedAt = this.#clock.monotonicMs();
	}

	/** Enters into the trail whose time is over. */
	expire(): void {
		const why = this.#whyOver();
		if (why) this.signOff(why);
	}

	/** Whoever the trail now says is signed on has just come. */
	begins(): void {
		this.#usedAt = this.#clock.monotonicMs();
	}

	signOff(why: SignOffCause): void {
		const { signedOn } = this.#trail.state;
		if (signedOn) this.#trail.append(this.#clock.now(), { type: "signedOff", who: signedOn.who, why });
	}

	/** Why nobody counts as signed on, although the trail still says so. */
	#whyOver(): "removed" | "idle" | undefined {
		const { signedOn } = this.#trail.state;
		if (!signedOn) return undefined;
		if (!this.#operators.find(signedOn.who)) return "removed";
		return this.#clock.monotonicMs() - this.#usedAt >= this.#idleMs ? "idle" : undefined;
	}
}
