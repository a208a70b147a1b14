import { asciiBytes } from "../../src/bytes/bytes.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { Passcodes } from "../../src/operators/passcodes.js";
import type { Storage } from "../../src/ports.js";
import { TEST_SUPERVISOR_PASSCODE } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";

/** Of PBKDF2: enough to be the real thing, little enough to start a terminal at once. */
const PASSCODE_ROUNDS = 1_000;

/** How the passcodes of a test terminal are kept. */
export function testPasscodes(slots: KeySlots, storage: Storage): Passcodes {
	const seal = new Seal(slots, systemRandom);
	return new Passcodes({ storage, random: systemRandom, crypto: nodeCrypto, seal }, PASSCODE_ROUNDS);
}

/**
 * Puts into a terminal what its service gives it before it is handed over: the supervisor's passcode, sealed with its own
 * key. Its bank's keys come with its binding. One that was opened gets nothing: its world has to be made anew.
 */
export function equipTerminal(storage: Storage, deviceKeySecret: Uint8Array): void {
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret);
	if (slots.isZeroised) return;
	const passcodes = testPasscodes(slots, storage);
	if (!passcodes.isSet("supervisor")) passcodes.set("supervisor", asciiBytes(TEST_SUPERVISOR_PASSCODE));
}
