import type { Tamper, TamperCause } from "../../src/ports.js";

/** The switch under the lid of a simulated terminal: once it is open it stays open. */
export class TamperSwitch implements Tamper {
	cause: TamperCause | undefined;
	onTamper: ((cause: TamperCause) => void) | undefined;

	open(cause: TamperCause = "case"): void {
		this.cause = cause;
		this.onTamper?.(cause);
	}
}
