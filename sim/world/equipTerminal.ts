import { asciiBytes } from "../../src/bytes/bytes.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import { Operators } from "../../src/operators/operators.js";
import { isPasscodeSet, Passcodes } from "../../src/operators/passcodes.js";
import type { Storage } from "../../src/ports.js";
import { TEST_SUPERVISOR_PASSCODE } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";

/** Of PBKDF2: enough to be the real thing, little enough to start a terminal at once. */
const PASSCODE_ROUNDS = 1_000;

/** Who may do what at a test terminal that does not run. */
export interface TestAccess {
	readonly access: AccessTrail;
	readonly passcodes: Passcodes;
	readonly operators: Operators;
}

export function testAccess(slots: KeySlots, storage: Storage): TestAccess {
	const seal = new Seal(slots, systemRandom);
	const ports = { storage, random: systemRandom, crypto: nodeCrypto, seal, keysAreNew: slots.logsAreUnsealed };
	const access = new AccessTrail(ports, Date.now());
	return {
		access,
		passcodes: new Passcodes(ports, access, PASSCODE_ROUNDS, Date.now()),
		operators: new Operators(ports, access, PASSCODE_ROUNDS, Date.now()),
	};
}

/**
 * Puts into a terminal what its service gives it before it is handed over: the supervisor's passcode, sealed with its own
 * key. Its bank's keys come with its binding. One that was opened gets nothing: its world has to be made anew.
 */
export function equipTerminal(storage: Storage, deviceKeySecret: Uint8Array): void {
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret);
	if (slots.isZeroised) return;
	// A trail is opened by the terminal itself, which tells of what it finds wrong with it.
	if (isPasscodeSet({ storage, seal: new Seal(slots, systemRandom) }, "supervisor")) return;
	testAccess(slots, storage).passcodes.set("supervisor", asciiBytes(TEST_SUPERVISOR_PASSCODE), Date.now());
}
