import { type Language, message } from "../../src/display/messages.js";
import * as operationScreens from "../../src/display/operationScreens.js";
import type { Screen } from "../../src/display/screen.js";
import * as screens from "../../src/display/screens.js";

const CNY = 156;
const money = { amountMinor: 12_850, currencyCode: CNY };
const CARD_APPLICATIONS = ["UnionPay Debit", "UnionPay Credit", "Visa", "Mastercard Corporate World Elite", "JCB"];

/** Every screen by name, with the longest texts it must hold. */
export function gallery(language: Language): Record<string, Screen> {
	return {
		idle: screens.idle("Kassa Coffee House", "14:32"),
		idleLongName: screens.idle("The Incredibly Long Merchant Name Trading Company", "14:32"),
		enterAmountEmpty: screens.enterAmount("", CNY, language),
		enterAmount: screens.enterAmount("12850", CNY, language),
		enterAmountLongest: screens.enterAmount("999999999999", CNY, language),
		confirmAmount: screens.confirmAmount(money, language),
		confirmAmountYen: screens.confirmAmount({ amountMinor: 98_700, currencyCode: 392 }, language),
		insertCard: screens.insertCard(money, language),
		chooseApplication: screens.chooseApplication(CARD_APPLICATIONS.slice(0, 2), 0, language),
		chooseApplicationScrolled: screens.chooseApplication(CARD_APPLICATIONS, 3, language),
		enterPinEmpty: screens.enterPin({ money, dots: 0, triesLeft: undefined }, language),
		enterPin: screens.enterPin({ money, dots: 4, triesLeft: 3 }, language),
		enterPinLastTry: screens.enterPin({ money, dots: 12, triesLeft: 1 }, language),
		pinIncorrect: screens.pinIncorrect(2, language),
		pinIncorrectLastTry: screens.pinIncorrect(1, language),
		pleaseWait: screens.pleaseWait(language),
		contactingBank: screens.contactingBank(language),
		makingKeys: screens.service("makingKeys", language),
		recovering: screens.service("recovering", language),
		signingIn: screens.service("signingIn", language),
		settling: screens.service("settling", language),
		settled: screens.settled(language),
		approved: screens.approved(money, "A83127", language),
		approvedOffline: screens.approved(money, "", language),
		declined: screens.declined(undefined, language),
		declinedInsufficientFunds: screens.declined("insufficientFunds", language),
		declinedPinBlocked: screens.declined("pinBlocked", language),
		cancelled: screens.cancelled(language),
		timedOut: screens.timedOut(language),
		notAccepted: screens.notAccepted(language),
		cardError: screens.cardError(language),
		processingError: screens.processingError(language),
		reversalOwed: screens.reversalOwed(language),
		removeCard: screens.removeCard(language),
		tampered: screens.tampered(),
		locked: screens.locked({
			by: "Acquirer fraud desk",
			reason: "card testing suspected at this shop",
			call: "400 820 1234",
			until: "untilBank",
		}),
		menu: operationScreens.menu(
			"menu",
			(["saleVoid", "refund", "preAuthorisation", "completion", "settle"] as const).map(id => message(id, language)),
			2,
			language,
		),
		enterDigitsEmpty: operationScreens.enterDigits("enterInvoice", "", language),
		enterDigits: operationScreens.enterDigits("enterReference", "123456789012", language),
		enterComponentEmpty: operationScreens.enterComponent("component1", { group: 1, groups: 8, text: "" }, language),
		enterComponent: operationScreens.enterComponent("component2", { group: 16, groups: 16, text: "0DB[F]" }, language),
		enterOperator: operationScreens.enterOperator("operatorNumber", "12", language),
		enterPasscode: operationScreens.enterPasscode("supervisorPasscode", 8, language),
		confirm: operationScreens.confirm(
			"confirm",
			[
				[message("saleVoid", language), "000042"],
				[message("cardNumber", language), "622200******0123"],
				[message("amount", language), "¥9,999,999.99"],
				[message("authorisationCode", language), "000123"],
				[message("dateTime", language), "2026-11-22 12:01:02"],
				[message("reference", language), "123456789012"],
			],
			language,
		),
		page: operationScreens.page("receipt", ["Kassa Test Shop", "1", "2", "3", "4", "¥9,999,999.99"], 0, language),
		noticeDone: operationScreens.notice("done", "totalsAgree", "¥9,999,999.99", language),
		noticeRefused: operationScreens.notice("refused", "aboveOriginal", "", language),
		noticeAttention: operationScreens.notice("attention", "bankUnreachable", "", language),
		noticeInformation: operationScreens.notice("information", "pending", "", language),
		fault: screens.fault(
			"Journal record 214 is damaged. Settlement is held until the service engineer restores it from the backup.",
		),
	};
}
