import type { WorkKeys } from "../host/messageValues.js";
import type { MacAlgorithm } from "../keys/hostMac.js";
import { KeyError } from "../keys/keyError.js";
import type { KeySlots } from "../keys/keySlots.js";
import { loadWorkKeys } from "../keys/workKeys.js";
import type { Crypto } from "../ports.js";

/** The work keys of a sign-in's answer into the key store. @returns why not, undefined when all are in use */
export function loadTravellingKeys(
	slots: KeySlots,
	crypto: Crypto,
	macAlgorithm: MacAlgorithm,
	keys: WorkKeys,
): string | undefined {
	try {
		loadWorkKeys(slots, crypto, macAlgorithm, keys);
		return undefined;
	} catch (error) {
		if (error instanceof KeyError) return error.message;
		throw error;
	}
}
