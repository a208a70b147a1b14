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

/** An operator chooses a passcode, and types it twice. @returns whether there is another one now */
export async function choosePasscode(c: FlowContext, number: string): Promise<boolean> {
	let title: MessageId = "newPasscode";
	for (;;) {
		const passcode = await enterPasscode(c, "newPasscode", title);
		if (!passcode) return false;
		let again: Uint8Array | undefined;
		try {
			again = await enterPasscode(c, "newPasscodeAgain");
			if (!again) return false;
			const weak = equal(passcode, again)
				? c.operators.choosePasscode(number, passcode, c.clock.now())
				: ("differs" as const);
			if (!weak) return true;
			title = weak === "differs" ? "passcodesDiffer" : SAYS[weak];
		} finally {
			wipe(passcode); // WIPE
			if (again) wipe(again); // WIPE
		}
	}
}
