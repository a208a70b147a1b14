import type { KeyEvent } from "./keySlots.js";

/** One line for the log; no secrets are in an event. */
export function formatKeyEvent(event: KeyEvent): string {
	switch (event.kind) {
		case "loaded":
			return `keys loaded: ${event.slots.join(", ")}`;
		case "misused":
			return `the ${event.slot} key was asked for ${event.usage} ${event.modeOfUse}, which it is not for`;
		case "damaged":
			return `the ${event.slot} key is damaged or was exchanged`;
		case "erased":
			return `the ${event.slot} key was erased`;
		case "zeroised":
			return `all keys were erased: ${event.cause}`;
	}
}
