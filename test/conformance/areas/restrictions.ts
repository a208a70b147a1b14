import { processingRestrictions } from "../../../src/emv/processingRestrictions.js";
import { openScripted } from "../../emv/scriptedCard.js";
import type { Operations } from "../runner.js";

export const restrictions: Operations = {
	"": async inputs => {
		const { t } = openScripted({
			terminal: { ...inputs.dataObjects("terminal_data"), ...inputs.dataObjects("transaction_data") },
			card: inputs.dataObjects("card_data"),
		});
		processingRestrictions(t);
		return { tvr: t.data.tvr };
	},
};
