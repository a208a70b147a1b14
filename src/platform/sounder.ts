import PWM from "embedded:io/pwm";
import type { Clock, Sounder } from "../ports.js";

const TONE_HZ = 2_000;
const TONE_MS = 40;
/** Duty cycle of 10 bits, as the class has it unless told otherwise. */
const HALF_DUTY = 512;

/** A piezo disc on a PWM pin. */
export function openSounder(pin: number, clock: Pick<Clock, "after">): Sounder {
	const pwm = new PWM({ pin, hz: TONE_HZ });
	return {
		keyTone() {
			pwm.write(HALF_DUTY);
			clock.after(TONE_MS, () => pwm.write(0));
		},
	};
}
