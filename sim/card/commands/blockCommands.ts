import type { ApplicationState } from "../cardMemory.js";
import { answer, refusal } from "../command.js";
import type { ScriptCommand } from "../scriptCommand.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH } from "../statusWord.js";

/** APPLICATION BLOCK: from now on SELECT warns and cryptograms are AACs (EMV 4.4 Book 3, 6.5.1). */
export const applicationBlock = stateChange(0x1e, { blocked: true });

/** APPLICATION UNBLOCK (EMV 4.4 Book 3, 6.5.2). */
export const applicationUnblock = stateChange(0x18, { blocked: false });

/** CARD BLOCK: no application can be selected any more (EMV 4.4 Book 3, 6.5.3). There is no way back. */
export const cardBlock = stateChange(0x16, { cardBlocked: true });

/** The three differ only in what they write; none has data besides its MAC. */
function stateChange(ins: number, changes: Partial<ApplicationState>): ScriptCommand {
	return Object.freeze<ScriptCommand>({
		ins,
		isSecret: () => false,
		run(application, { p1, p2 }, data) {
			if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
			if (data.length) return refusal(SW_6700_WRONG_LENGTH);
			application.update(changes);
			return answer();
		},
	});
}
