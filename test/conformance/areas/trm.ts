import { readUint } from "../../../src/bytes/bytes.js";
import { terminalRiskManagement } from "../../../src/emv/terminalRiskManagement.js";
import { openScripted } from "../../emv/scriptedCard.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";
import { assertAllSent, exchangesOf } from "./exchanges.js";

/** What the steps before have read of every card; a case names only what matters to it. */
const READ_BEFORE = { "82": "0800", "5A": "" };

const NO_RANDOM_SELECTION = { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 };

const dateOf = (entry: Inputs) => (entry.has("date") ? entry.text("date") : "");

export const trm: Operations = {
	"": async inputs => {
		const terminal = inputs.object("terminal_data");
		const transaction = inputs.object("transaction_data");
		const log = inputs.has("transaction_log") ? inputs.objects("transaction_log") : [];
		const { t, card } = openScripted({
			amountMinor: transaction.has("81") ? readUint(transaction.hex("81")) : Number(transaction.text("9F02")),
			application: { floorLimitMinor: readUint(terminal.hex("9F1B")), randomSelection: NO_RANDOM_SELECTION },
			card: { ...READ_BEFORE, ...inputs.dataObjects("card_data") },
			exchanges: exchangesOf(inputs),
			ports: {
				recentAmountMinor: pan =>
					log
						.filter(entry => entry.text("pan").replace(/F+$/, "") === pan)
						.sort((a, b) => dateOf(a).localeCompare(dateOf(b)))
						.at(-1)
						?.number("amount") ?? 0,
			},
		});
		await terminalRiskManagement(t);
		assertAllSent(card);
		return { tvr: t.data.tvr, tsi: t.data.tsi };
	},
};
