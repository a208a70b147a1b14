import { formatHex } from "../../src/bytes/hex.js";
import type { PublicKeys } from "../../src/keys/terminalIdentity.js";
import { TEST_TERMINAL_IDS, type TestTerminal } from "../world/merchant.js";

/** The control line that makes a terminal known to the bank's management service, with the keys that it has now. */
export function enrolment(name: TestTerminal, { signing, agreement }: PublicKeys): object {
	return { enrol: TEST_TERMINAL_IDS[name], signing: formatHex(signing), agreement: formatHex(agreement) };
}
