import type { OriginalState } from "../../../src/host/messageValues.js";
import type { TransactionState } from "../books.js";
import type { BankRequest, Desk, Reply } from "../desk.js";
import { RESPONSE } from "../responseCode.js";

const STATES: Readonly<Record<TransactionState, OriginalState>> = Object.freeze({
	approved: "approved",
	declined: "declined",
	reversed: "reversed",
	voided: "voided",
	completed: "approved",
});

/** What became of one of the terminal's transactions. */
export function query({ books }: Desk, { values, key }: BankRequest): Reply {
	const { stan, batch = key.batch } = values.original ?? {};
	const found = stan === undefined ? undefined : books.transaction({ terminalId: key.terminalId, batch, stan });
	if (!found) return { responseCode: RESPONSE.approved, originalState: "unknown" };
	const { authorisationCode, referral } = found.answer;
	return {
		responseCode: RESPONSE.approved,
		originalState: STATES[found.state],
		retrievalReference: String(found.id).padStart(12, "0"),
		...(authorisationCode !== undefined && referral === undefined && { authorisationCode }),
	};
}
