import type { Clock, Tamper, TamperCause } from "../ports.js";
import type { KeySlots } from "./keySlots.js";

/**
 * Erases all keys at the moment of a tamper event, before anything else; at the start, when something happened without
 * power or a power cut came in the middle.
 * @param onErased called once the keys are gone, in memory at least
 */
export function answerTampering(
	slots: KeySlots,
	tamper: Tamper,
	clock: Pick<Clock, "now">,
	onErased: (cause: TamperCause) => void,
): void {
	const answer = (cause: TamperCause) => {
		try {
			// The first event is the one on record.
			if (!slots.isZeroised) slots.zeroise({ cause, at: clock.now() });
		} finally {
			onErased(cause);
		}
	};
	tamper.onTamper = answer;
	if (tamper.cause !== undefined) answer(tamper.cause);
}
