import type { KeySlot, KeyUsage, ModeOfUse } from "./keyAttributes.js";
import type { ZeroisationCause } from "./keyStoreRoot.js";

/** What happened to the keys, for the journal and for who watches the terminal. */
export type KeyEvent =
	| { readonly kind: "loaded"; readonly slots: readonly KeySlot[] }
	/** Somebody asked a key for what it is not for. */
	| { readonly kind: "misused"; readonly slot: KeySlot; readonly usage: KeyUsage; readonly modeOfUse: ModeOfUse }
	/** The file of the slot was changed, exchanged, or is an older one. */
	| { readonly kind: "damaged"; readonly slot: KeySlot }
	| { readonly kind: "erased"; readonly slot: KeySlot }
	| { readonly kind: "zeroised"; readonly cause: ZeroisationCause };

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
