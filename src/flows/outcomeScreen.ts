import { formatAmount } from "../display/amount.js";
import type { DeclineReason, Language } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import * as screens from "../display/screens.js";
import type { FlowContext } from "./flowContext.js";
import type { TransactionResult } from "./transactionResult.js";

/** Host answers that tell the cardholder something to act on (ISO 8583:1987, field 39). */
const REASONS: Readonly<Record<string, DeclineReason>> = Object.freeze({
	"01": "callYourBank",
	"02": "callYourBank",
	"51": "insufficientFunds",
	"54": "cardExpired",
	"55": "incorrectPin",
	"61": "limitExceeded",
	"65": "limitExceeded",
	"75": "pinBlocked",
});

/** One outcome, one message (EMV 4.4 Book 4, 11.2); only who has a card in the slot is asked to take it. */
export function outcomeScreen({ reader }: Pick<FlowContext, "reader">, result: TransactionResult): Screen {
	const { language } = result;
	const screen = screenOf(result, language);
	return reader.present ? screen : screens.withoutCard(screen, language);
}

function screenOf(result: TransactionResult, language: Language): Screen {
	switch (result.outcome) {
		case "approved": {
			if (result.bank?.balanceMinor !== undefined)
				return notice("done", "available", formatAmount(result.bank.balanceMinor, result.currency), language);
			const money = { amountMinor: result.amountMinor, currencyCode: result.currency };
			return screens.approved(money, result.bank?.authorisationCode ?? "", language);
		}
		case "declined":
			if (result.reversal !== "none") return screens.reversalOwed(language);
			return screens.declined(REASONS[result.bank?.responseCode ?? ""], language);
		case "cardBlocked":
			return screens.declined("cardBlocked", language);
		case "notAccepted":
			return screens.notAccepted(language);
		case "cancelled":
			return screens.cancelled(language);
		case "timedOut":
			return screens.timedOut(language);
		case "cardError":
		case "cardRemoved":
			return result.reversal === "none" ? screens.cardError(language) : screens.reversalOwed(language);
		case "fault":
			return screens.fault(result.reason);
	}
}
