import { formatAmount, type Money } from "./amount.js";
import { FONTS } from "./font.generated.js";
import {
	AMBER,
	amountHeader,
	amountLine,
	BLUE,
	band,
	CONTENT_WIDTH,
	field,
	footerText,
	GREEN,
	INK,
	icon,
	keyHints,
	line,
	list,
	MARGIN,
	messageLine,
	PALE_BLUE,
	QUIET,
	RED,
	SLATE,
	screen,
	WHITE,
	WIDTH,
} from "./layout.js";
import { type DeclineReason, type Language, type MessageId, message } from "./messages.js";
import type { Colour, Screen, ScreenItem, ScreenName, TextItem } from "./screen.js";
import { wrapText } from "./text.js";

/** Most digits of an amount: format n 12 (tag 9F02). */
const AMOUNT_DIGITS = 12;
const FAULT_LINES = 3;

/** Both languages: the cardholder's is known only once a card is in. */
/** @param terms the acquirer's licence and whom to call */
export function idle(merchantName: string, clock: string, terms = ""): Screen {
	return screen(
		"idle",
		{ kind: "rectangle", x: 0, y: 0, width: WIDTH, height: 168, colour: BLUE },
		{ ...line(clock, "small", 28, PALE_BLUE), align: "right" },
		line(merchantName, "text", 84, WHITE),
		{ kind: "rectangle", x: 144, y: 101, width: 32, height: 2, colour: PALE_BLUE },
		line(`${message("welcome", "zh")} · ${message("welcome", "en")}`, "small", 130, PALE_BLUE),
		...(terms ? [line(terms, "small", 156, PALE_BLUE)] : []),
		messageLine("keyInAmount", "zh", "small", 197, INK),
		messageLine("keyInAmount", "en", "small", 222, QUIET),
	);
}

/**
 * @param digits keyed in so far, as minor units; none at first
 * @throws {RangeError} on anything but up to 12 digits
 */
export function enterAmount(
	digits: string,
	currencyCode: number,
	language: Language,
	title: MessageId = "enterAmount",
): Screen {
	if (!/^[0-9]*$/.test(digits) || digits.length > AMOUNT_DIGITS) throw new RangeError("not the digits of an amount");
	return screen(
		"enterAmount",
		messageLine(title, language, "text", 52, INK),
		field(MARGIN, 80, CONTENT_WIDTH, 84),
		amountLine(formatAmount(Number(digits), currencyCode), 139, digits === "" ? QUIET : INK),
		keyHints(["cancel", "clear", "enter"], language),
	);
}

export function confirmAmount(money: Money, language: Language): Screen {
	return screen(
		"confirmAmount",
		messageLine("amountOk", language, "text", 52, INK), // EMV 4.4 Book 4, 11.2: message 02
		amountLine(amountText(money), 139),
		keyHints(["cancel", "enter"], language),
	);
}

export function insertCard(money: Money, language: Language): Screen {
	return screen(
		"insertCard",
		amountHeader(amountText(money), language),
		icon("card", 98, BLUE),
		messageLine("insertCard", language, "text", 189, INK),
		keyHints(["cancel"], language),
	);
}

/** The candidate list in the order of priority; with more than four the list moves so that `selected` stays visible. */
export function chooseApplication(labels: readonly string[], selected: number, language: Language): Screen {
	return screen(
		"chooseApplication",
		messageLine("chooseApplication", language, "text", 35, INK),
		list(labels, selected),
		keyHints(["cancel", "choose", "enter"], language),
	);
}

/**
 * @param dots how many digits have been entered; the digits themselves never reach a screen
 * @param triesLeft of an offline PIN (tag 9F17), undefined for an online PIN
 */
export function enterPin(
	{ money, dots, triesLeft }: { money: Money; dots: number; triesLeft: number | undefined },
	language: Language,
): Screen {
	return screen(
		"enterPin",
		amountHeader(amountText(money), language),
		messageLine("enterPin", language, "text", 122, INK),
		field(MARGIN, 134, CONTENT_WIDTH, 38),
		{ kind: "dots", x: MARGIN, y: 146, width: CONTENT_WIDTH, count: dots, colour: INK },
		triesLine(triesLeft, language, 194),
		keyHints(["cancel", "clear", "enter"], language),
	);
}

export function pinIncorrect(triesLeft: number, language: Language): Screen {
	return screen(
		"pinIncorrect",
		band(AMBER, "attention", message("incorrectPin", language)),
		triesLine(triesLeft, language, 166),
	);
}

export function pleaseWait(language: Language): Screen {
	return work("pleaseWait", "leaveCardIn", language);
}

export function contactingBank(language: Language): Screen {
	return work("contactingBank", "leaveCardIn", language);
}

/** What the terminal does without a card: at boot or on the merchant's order. */
export function service(
	id: Extract<MessageId, "makingKeys" | "recovering" | "settling" | "signingIn">,
	language: Language,
): Screen {
	return work(id, "pleaseWait", language);
}

export function settled(language: Language): Screen {
	return screen(
		"settled",
		band(GREEN, "check", message("settled", language)),
		messageLine("thankYou", language, "text", 185, INK),
	);
}

/** @param authorisationCode of the issuer (tag 89), empty when the card approved offline */
export function approved(money: Money, authorisationCode: string, language: Language): Screen {
	const code = authorisationCode === "" ? "thankYou" : "authorisationCode";
	return screen(
		"approved",
		band(GREEN, "check", message("approved", language)),
		amountLine(amountText(money), 167),
		line(`${message(code, language)} ${authorisationCode}`.trimEnd(), "small", 193, QUIET),
		footerText(message("takeCard", language)),
	);
}

/** The same without the request to take the card: there is none in the slot. */
export function withoutCard(outcomeShown: Screen, language: Language): Screen {
	const request = message("takeCard", language);
	return { ...outcomeShown, items: outcomeShown.items.filter(item => item.kind !== "text" || item.text !== request) };
}

export function declined(reason: DeclineReason | undefined, language: Language): Screen {
	const why = reason && messageLine(reason, language, "text", 168, INK);
	return outcome("declined", RED, "cross", "declined", why, language);
}

/** By the cardholder or the merchant, before anything was charged. */
export function cancelled(language: Language): Screen {
	return outcome("cancelled", SLATE, "cross", "cancelled", notCharged(language), language);
}

export function timedOut(language: Language): Screen {
	return outcome("timedOut", SLATE, "clock", "timedOut", notCharged(language), language);
}

export function notAccepted(language: Language): Screen {
	return outcome("notAccepted", RED, "cross", "notAccepted", undefined, language);
}

export function cardError(language: Language): Screen {
	const retry = messageLine("tryAgain", language, "text", 168, INK);
	return outcome("cardError", AMBER, "attention", "cardError", retry, language);
}

export function processingError(language: Language): Screen {
	return outcome("processingError", RED, "attention", "processingError", undefined, language);
}

/** The bank's answer is unknown: what it may have charged will be reversed. */
export function reversalOwed(language: Language): Screen {
	const promise = messageLine("reversalOwed", language, "small", 166, INK);
	return outcome("reversalOwed", AMBER, "attention", "processingError", promise, language);
}

export function removeCard(language: Language): Screen {
	return screen(
		"removeCard",
		icon("card", 58, BLUE),
		messageLine("removeCard", language, "text", 158, INK), // EMV 4.4 Book 4, 11.2: message 10
	);
}

/** A fault of the terminal, in both languages; `sentence` is for the service engineer and holds no secret. */
export function fault(sentence: string): Screen {
	const title = `${message("outOfService", "zh")} · ${message("outOfService", "en")}`;
	const lines = wrapText(FONTS.small, sentence, CONTENT_WIDTH, FAULT_LINES);
	return screen(
		"fault",
		band(SLATE, "attention", title),
		lines.map((text, row) => line(text, "small", 142 + 24 * row, INK)),
		footerText(`${message("callService", "zh")} · ${message("callService", "en")}`),
	);
}

/** Sales are stopped: who has done it, why, who has to release it, whom to call. Both languages. */
export function locked({
	by,
	reason,
	call,
	until,
}: {
	readonly by: string;
	readonly reason: string;
	readonly call: string;
	readonly until: "untilBank" | "untilHere";
}): Screen {
	const lines = [
		...wrapText(FONTS.small, `${by}: ${reason}`, CONTENT_WIDTH, FAULT_LINES - 1),
		`${message(until, "zh")} · ${message(until, "en")}`,
	];
	return screen(
		"locked",
		band(RED, "attention", `${message("terminalLocked", "zh")} · ${message("terminalLocked", "en")}`),
		lines.map((text, row) => line(text, "small", 142 + 24 * row, INK)),
		footerText(`${message("toCall", "zh")} · ${message("toCall", "en")} ${call}`),
	);
}

/** Somebody has been at the inside: nothing works until the terminal is bound again. Both languages. */
export function tampered(): Screen {
	return screen(
		"tampered",
		band(RED, "attention", message("tampered", "zh")),
		messageLine("tampered", "en", "text", 142, INK),
		line(`${message("keysErased", "zh")} · ${message("keysErased", "en")}`, "small", 174, QUIET),
		footerText(`${message("callService", "zh")} · ${message("callService", "en")}`),
	);
}

function work(name: ScreenName & MessageId, detail: MessageId, language: Language): Screen {
	return screen(
		name,
		icon("clock", 52, BLUE),
		messageLine(name, language, "text", 150, INK),
		messageLine(detail, language, "small", 180, QUIET),
	);
}

/** Where there is nothing to explain, the request to take the card stands in the middle. */
function outcome(
	name: ScreenName,
	colour: Colour,
	picture: "attention" | "clock" | "cross",
	title: MessageId,
	detail: TextItem | undefined,
	language: Language,
): Screen {
	const top = band(colour, picture, message(title, language));
	if (!detail) return screen(name, top, messageLine("takeCard", language, "text", 185, INK));
	return screen(name, top, detail, footerText(message("takeCard", language)));
}

function notCharged(language: Language): TextItem {
	return messageLine("notCharged", language, "small", 166, INK);
}

function triesLine(triesLeft: number | undefined, language: Language, baseline: number): ScreenItem[] {
	if (triesLeft === undefined) return [];
	// The next wrong PIN takes the PIN Try Counter to zero (EMV 4.4 Book 3, 10.5.1).
	if (triesLeft === 1) return [messageLine("lastPinTry", language, "small", baseline, RED)];
	return [line(`${message("pinTriesLeft", language)}: ${triesLeft}`, "small", baseline, QUIET)];
}

function amountText({ amountMinor, currencyCode }: Money): string {
	return formatAmount(amountMinor, currencyCode);
}
