import { wipe } from "../bytes/bytes.js";
import { whyWeak } from "../operators/passcode.js";
import { enterNewPasscode } from "./enterNewPasscode.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/**
 * A terminal comes from manufacture without any passcode: who binds it first chooses the supervisor's, typed twice. Not once
 * it is bound: whoever could take the file away could choose one of their own.
 * @returns why there is none; undefined when there is one
 */
export async function setUpSupervisor(c: FlowContext): Promise<Refusal | undefined> {
	if (c.binding.kept || c.passcodes.isSet("supervisor")) return undefined;
	const passcode = await enterNewPasscode(c, "newSupervisorPasscode", whyWeak);
	if (!passcode) return { title: "cancelled", reason: "nobody has chosen a supervisor passcode" };
	try {
		c.passcodes.set("supervisor", passcode, c.clock.now());
		return undefined;
	} finally {
		wipe(passcode); // WIPE
	}
}
