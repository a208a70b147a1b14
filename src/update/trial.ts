import type { Clock, Firmware } from "../ports.js";

/** A terminal that does nothing for so long without a fault keeps its new firmware though no bank has answered. */
const QUIET_TRIAL_MS = 10 * 60_000;

/** New firmware that runs and has to prove itself: by a self-check that passes, and by an answer of the bank or a quiet time. */
export class Trial {
	readonly #firmware: Firmware;
	readonly #clock: Pick<Clock, "monotonicMs">;
	readonly #onConfirmed: () => void;
	readonly #startedAt: number;
	#selfCheckPassed = false;
	#bankReached = false;

	/** @param onConfirmed called once the platform keeps what runs */
	constructor(firmware: Firmware, clock: Pick<Clock, "monotonicMs">, onConfirmed: () => void) {
		this.#firmware = firmware;
		this.#clock = clock;
		this.#onConfirmed = onConfirmed;
		this.#startedAt = clock.monotonicMs();
	}

	/** @param passed nothing was found that blocks sales; a trial that is not sound ends at once */
	selfChecked(passed: boolean): void {
		this.#selfCheckPassed = passed;
		if (passed) this.#judge();
		else this.#firmware.revert();
	}

	bankReached(): void {
		this.#bankReached = true;
		this.#judge();
	}

	/** The terminal is idle, and nothing was wrong since its start. */
	idle(): void {
		if (this.#clock.monotonicMs() - this.#startedAt >= QUIET_TRIAL_MS) this.bankReached();
	}

	#judge(): void {
		if (!this.#selfCheckPassed || !this.#bankReached) return;
		this.#firmware.confirm();
		this.#onConfirmed();
	}
}
