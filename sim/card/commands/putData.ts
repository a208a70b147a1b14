import { answer, refusal } from "../command.js";
import type { ScriptCommand } from "../scriptCommand.js";
import { SW_6A88_REFERENCED_DATA_NOT_FOUND, SW_6700_WRONG_LENGTH } from "../statusWord.js";

/**
 * PUT DATA: new limits for transactions in a row without the issuer (ISO/IEC 7816-4, 11.5.3; 9F14 and 9F23).
 * The card obeys them; its signed records go on telling the terminal the old ones.
 */
export const putData = Object.freeze<ScriptCommand>({
	ins: 0xda,
	isSecret: () => false,
	run(application, { p1, p2 }, data) {
		const limit = LIMITS[(p1 << 8) | p2];
		const limits = application.consecutiveOfflineLimits;
		if (!limit || !limits) return refusal(SW_6A88_REFERENCED_DATA_NOT_FOUND);
		if (data.length !== 1) return refusal(SW_6700_WRONG_LENGTH);
		application.update({ consecutiveOfflineLimits: { ...limits, [limit]: data[0]! } });
		return answer();
	},
});

const LIMITS: Readonly<Record<number, "lower" | "upper">> = Object.freeze({ 40724: "lower", 40739: "upper" });
