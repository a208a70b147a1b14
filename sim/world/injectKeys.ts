import { wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { KeySlots, keyCheckValue } from "../../src/keys/keySlots.js";
import type { Storage } from "../../src/ports.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";
import type { TestTerminalFile } from "./testWorld.js";

/** Loads the test bank's work keys into a terminal, as a sign-in at a real bank would bring them. */
export function injectKeys(
	storage: Storage,
	deviceKeySecret: Uint8Array,
	keys: Pick<TestTerminalFile, "pik" | "mak">,
): void {
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret);
	const pik = parseHex(keys.pik);
	const mak = parseHex(keys.mak);
	try {
		slots.load("pin", "P0", pik, keyCheckValue(nodeCrypto, pik));
		slots.load("mac", "M0", mak, keyCheckValue(nodeCrypto, mak));
	} finally {
		wipe(pik, mak); // WIPE
	}
}
