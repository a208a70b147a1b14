import { decodeCvmList } from "../../../src/emv/cvmList.js";
import type { Operations } from "../runner.js";

/** Names of EMV 4.4 Book 3, tables 43 and 44. */
const METHODS: Readonly<Record<number, string>> = {
	0: "fail",
	1: "plaintext_pin_offline",
	2: "enciphered_pin_online",
	3: "plaintext_pin_offline_and_signature",
	4: "enciphered_pin_offline",
	5: "enciphered_pin_offline_and_signature",
	30: "signature",
	31: "no_cvm",
};

const CONDITIONS: Readonly<Record<number, string>> = {
	0: "always",
	1: "unattended_cash",
	2: "not_unattended_cash_not_manual_cash_not_cashback",
	3: "terminal_supports_cvm",
	4: "manual_cash",
	5: "cashback",
	6: "under_x",
	7: "over_x",
	8: "under_y",
	9: "over_y",
};

export const cvm: Operations = {
	"": inputs => {
		const list = decodeCvmList(inputs.hex("cvm_list_8e"));
		if (!list) return { well_formed: false };
		return {
			amount_x: list.amountX,
			amount_y: list.amountY,
			rules: list.rules.map(rule => ({
				code: rule.bytes.slice(0, 1),
				condition: rule.bytes.slice(1),
				cvm: METHODS[rule.method],
				apply_next_if_unsuccessful: rule.applyNextIfUnsuccessful,
				condition_name: CONDITIONS[rule.condition],
			})),
		};
	},
};
