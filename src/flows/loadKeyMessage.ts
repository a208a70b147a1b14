import { KeyError } from "../keys/keyError.js";
import type { KeySlots } from "../keys/keySlots.js";
import { loadRemoteKeys } from "../keys/remoteKeyLoading.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Crypto } from "../ports.js";
import type { KeyLoading } from "./flowContext.js";

/** The bank that this terminal takes keys from. */
export interface BoundBank {
	/** Of this terminal, as the bank has it. */
	readonly serial: string;
	/** Ed25519, 32 bytes. */
	readonly signingKey: Uint8Array;
}

/** The keys of a signed, sealed message into the key store: all or none. The key store tells what it has loaded. */
export function loadKeyMessage(
	slots: KeySlots,
	crypto: Crypto,
	identity: TerminalIdentity,
	bank: BoundBank | undefined,
	record: Uint8Array,
): KeyLoading {
	if (!bank) return { done: false, reason: "the terminal is bound to no bank: it takes no key message" };
	try {
		const loaded = loadRemoteKeys(slots, crypto, { identity, serial: bank.serial }, bank.signingKey, record);
		return { done: true, reason: `keys loaded: ${loaded.join(", ")}` };
	} catch (error) {
		if (error instanceof KeyError) return { done: false, reason: error.message };
		throw error;
	}
}
