import { asciiBytes } from "../../src/bytes/bytes.js";
import { Passcodes } from "../../src/operators/passcodes.js";
import type { Storage } from "../../src/ports.js";
import { TEST_SUPERVISOR_PASSCODE } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";

/** Of PBKDF2: enough to be the real thing, little enough to start a terminal at once. */
const PASSCODE_ROUNDS = 1_000;

/** How the passcodes of a test terminal are kept. */
export function testPasscodes(storage: Storage): Passcodes {
	return new Passcodes({ storage, random: systemRandom, crypto: nodeCrypto }, PASSCODE_ROUNDS);
}

/** Puts into a terminal what its service gives it before it is handed over: the supervisor's passcode. Its keys come with its binding. */
export function equipTerminal(storage: Storage): void {
	const passcodes = testPasscodes(storage);
	if (!passcodes.isSet("supervisor")) passcodes.set("supervisor", asciiBytes(TEST_SUPERVISOR_PASSCODE));
}
