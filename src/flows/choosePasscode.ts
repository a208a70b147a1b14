import { wipe } from "../bytes/bytes.js";
import { enterNewPasscode } from "./enterNewPasscode.js";
import type { FlowContext } from "./flowContext.js";

/** An operator chooses another passcode. @returns whether there is one now */
export async function choosePasscode(c: FlowContext, number: string): Promise<boolean> {
	const passcode = await enterNewPasscode(c, "newPasscode", chosen => c.operators.whyNot(number, chosen));
	if (!passcode) return false;
	try {
		return c.operators.choosePasscode(number, passcode, c.clock.now()) === undefined;
	} finally {
		wipe(passcode); // WIPE
	}
}
