import { numericValue } from "../../../src/bytes/bcd.js";
import type { ApplicationSession } from "../applicationSession.js";
import { answer, type CardResponse, refusal } from "../command.js";
import type { ScriptCommand } from "../scriptCommand.js";
import { SW_6A80_WRONG_DATA, SW_6A88_REFERENCED_DATA_NOT_FOUND, SW_6700_WRONG_LENGTH } from "../statusWord.js";

/**
 * PUT DATA: new limits for what the card approves without the issuer (ISO/IEC 7816-4, 11.5.3): in transactions 9F14 and
 * 9F23, in minor units 9F54 and 9F5C (VIS 1.5). The card obeys them; its signed records go on telling the terminal the old ones.
 */
export const putData = Object.freeze<ScriptCommand>({
	ins: 0xda,
	isSecret: () => false,
	run(application, { p1, p2 }, data) {
		switch ((p1 << 8) | p2) {
			case 0x9f14:
				return putTransactions(application, "lower", data);
			case 0x9f23:
				return putTransactions(application, "upper", data);
			case 0x9f54:
				return putAmount(application, "lower", data);
			case 0x9f5c:
				return putAmount(application, "upper", data);
			default:
				return refusal(SW_6A88_REFERENCED_DATA_NOT_FOUND);
		}
	},
});

function putTransactions(application: ApplicationSession, limit: "lower" | "upper", data: Uint8Array): CardResponse {
	const limits = application.consecutiveOfflineLimits;
	if (!limits) return refusal(SW_6A88_REFERENCED_DATA_NOT_FOUND);
	if (data.length !== 1) return refusal(SW_6700_WRONG_LENGTH);
	application.update({ consecutiveOfflineLimits: { ...limits, [limit]: data[0]! } });
	return answer();
}

function putAmount(application: ApplicationSession, limit: "lower" | "upper", data: Uint8Array): CardResponse {
	const limits = application.cumulativeOfflineLimits;
	if (!limits) return refusal(SW_6A88_REFERENCED_DATA_NOT_FOUND);
	if (data.length !== 6) return refusal(SW_6700_WRONG_LENGTH);
	try {
		application.update({ cumulativeOfflineLimits: { ...limits, [limit]: numericValue(data) } });
	} catch {
		return refusal(SW_6A80_WRONG_DATA); // not decimal
	}
	return answer();
}
