import { asciiBytes, equal } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/** FIPS 180-4, of "abc". */
const SHA256_OF_ABC = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
/** More than a binding and its keys take: the journal's reserve is not for them. */
const PROBE_BYTES = 8_192;
const EARLIEST = Date.UTC(2024, 0, 1);

/** What must be sound before a bank trusts the terminal. @returns the first thing that is not */
export function selfTest(c: FlowContext): Refusal | undefined {
	const failed = (reason: string): Refusal => ({ title: "selfTestFailed", reason: `self-test: ${reason}` });
	if (formatHex(c.crypto.sha256(asciiBytes("abc"))) !== SHA256_OF_ABC) return failed("cryptography does not compute");
	const [first, second] = [c.random.bytes(16), c.random.bytes(16)];
	if (equal(first, second)) return failed("random numbers repeat");
	if (c.clock.now() < EARLIEST) return failed("the clock is not set");
	const full = c.journal.whyFull();
	if (full) return failed(full);
	const problem = c.device.storageProblem(new Uint8Array(PROBE_BYTES).map((_, at) => (at * 31) & 0xff));
	return problem === undefined ? undefined : failed(`the storage: ${problem}`);
}
