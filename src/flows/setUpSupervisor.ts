import { equal, wipe } from "../bytes/bytes.js";
import type { MessageId } from "../display/messages.js";
import { whyWeak } from "../operators/passcode.js";
import { enterPasscode } from "./enterPasscode.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/**
 * A terminal comes from manufacture without any passcode: who binds it first chooses the supervisor's, typed twice. Not once
 * it is bound: whoever could take the file away could choose one of their own.
 * @returns why there is none; undefined when there is one
 */
export async function setUpSupervisor(c: FlowContext): Promise<Refusal | undefined> {
	if (c.binding.kept || c.passcodes.isSet("supervisor")) return undefined;
	let title: MessageId = "newSupervisorPasscode";
	for (;;) {
		const passcode = await enterPasscode(c, "newSupervisorPasscode", title);
		if (!passcode) return { title: "cancelled", reason: "nobody has chosen a supervisor passcode" };
		let again: Uint8Array | undefined;
		try {
			const weak = whyWeak(passcode);
			if (weak) {
				title = weak === "length" ? "passcodeLength" : "passcodeTrivial";
				continue;
			}
			again = await enterPasscode(c, "newPasscodeAgain");
			if (!again) return { title: "cancelled", reason: "nobody has chosen a supervisor passcode" };
			if (equal(passcode, again)) {
				c.passcodes.set("supervisor", passcode, c.clock.now());
				return undefined;
			}
			title = "passcodesDiffer";
		} finally {
			wipe(passcode); // WIPE
			if (again) wipe(again); // WIPE
		}
	}
}
