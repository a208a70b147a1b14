import { equal, wipe } from "../bytes/bytes.js";
import type { MessageId } from "../display/messages.js";
import type { WeakPasscode } from "../operators/operators.js";
import { enterPasscode } from "./enterPasscode.js";
import type { FlowContext } from "./flowContext.js";

const SAYS: Readonly<Record<WeakPasscode, MessageId>> = Object.freeze({
	length: "passcodeLength",
	trivial: "passcodeTrivial",
	same: "passcodeSame",
});

/**
 * A person chooses a passcode, and types it twice.
 * @param whyNot why it cannot be taken
 * @returns ASCII digits, one a byte; the caller wipes them; undefined when nothing was chosen
 */
export async function enterNewPasscode(
	c: FlowContext,
	prompt: MessageId,
	whyNot: (passcode: Uint8Array) => WeakPasscode | undefined,
): Promise<Uint8Array | undefined> {
	let title = prompt;
	for (;;) {
		const passcode = await enterPasscode(c, prompt, title);
		if (!passcode) return undefined;
		let again: Uint8Array | undefined;
		let isTaken = false;
		try {
			const weak = whyNot(passcode);
			if (weak) {
				title = SAYS[weak];
				continue;
			}
			again = await enterPasscode(c, "newPasscodeAgain");
			if (!again) return undefined;
			isTaken = equal(passcode, again);
			if (isTaken) return passcode;
			title = "passcodesDiffer";
		} finally {
			if (!isTaken) wipe(passcode); // WIPE
			if (again) wipe(again); // WIPE
		}
	}
}
