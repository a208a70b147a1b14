import { wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import type { Storage } from "../../src/ports.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";
import type { TestTerminalFile } from "./testWorld.js";

/**
 * Loads the test bank's work keys into a terminal, as a sign-in at a real bank would bring them. A terminal that was
 * opened gets none: its world has to be made anew.
 */
export function injectKeys(
	storage: Storage,
	deviceKeySecret: Uint8Array,
	keys: Pick<TestTerminalFile, "pik" | "mak">,
): void {
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret);
	if (slots.isZeroised) return;
	const pik = parseHex(keys.pik);
	const mak = parseHex(keys.mak);
	try {
		const attributes = { algorithm: "T", exportability: "N" } as const;
		slots.load({
			pin: { ...attributes, usage: "P0", modeOfUse: "E", key: pik, kcv: keyCheckValue(nodeCrypto, "T", pik) },
			mac: { ...attributes, usage: "M0", modeOfUse: "C", key: mak, kcv: keyCheckValue(nodeCrypto, "T", mak) },
		});
	} finally {
		wipe(pik, mak); // WIPE
	}
}
