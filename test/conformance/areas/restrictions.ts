import { numericValue } from "../../../src/bytes/bcd.js";
import { dayNumber } from "../../../src/emv/date.js";
import { processingRestrictions } from "../../../src/emv/processingRestrictions.js";
import { openScripted } from "../../emv/scriptedCard.js";
import type { Operations } from "../runner.js";

export const restrictions: Operations = {
	"": inputs => {
		const transaction = inputs.object("transaction_data");
		const { t } = openScripted({
			terminal: { ...inputs.dataObjects("terminal_data"), ...inputs.dataObjects("transaction_data") },
			card: inputs.dataObjects("card_data"),
		});
		processingRestrictions({
			...t,
			today: transaction.has("9A") ? dayNumber(transaction.hex("9A")) : t.today,
			cashbackMinor: transaction.has("9F03") ? numericValue(transaction.hex("9F03")) : 0,
		});
		return { tvr: t.data.tvr };
	},
};
