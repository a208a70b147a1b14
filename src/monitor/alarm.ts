import type { Rule } from "./rule.js";
import type { PastEvent } from "./ruleState.js";

/** What a rule has found, and of which events: everything that is needed to understand it later. */
export interface Alarm {
	readonly rule: Rule;
	/** Milliseconds since 1970, of the event that completed it. */
	readonly at: number;
	/** How many events or cards; of a ratio, percent. */
	readonly measured: number;
	/** Those that led to it and are remembered, oldest first; the last one completed it. */
	readonly events: readonly PastEvent[];
}

const HEX = 16;
const CARD_DIGITS = 8;

/** For people: the rule's sentence, what it measured against what it allows, and the events, one a line. */
export function explainAlarm({ rule, at, measured, events }: Alarm, language: "en" | "zh"): string[] {
	const { name, says, measure, threshold, windowSeconds, percent } = rule;
	const isRatio = measure === "ratio";
	const words = language === "zh" ? ZH : EN;
	const measuredText = isRatio
		? `${measured} % ${words.limit} ${percent} %`
		: `${measured} ${words[measure]} ${words.limit} ${threshold}`;
	return [
		`${says[language]} (${name})`,
		`${time(at)}: ${measuredText}, ${windowSeconds} s`,
		...events.map(event => `  #${event.number} ${time(event.at * 1000)} ${eventText(event)}`),
	];
}

const EN = Object.freeze({ limit: "of", count: "events", distinctCards: "cards", sameCard: "of one card" });
const ZH = Object.freeze({ limit: "达到", count: "笔", distinctCards: "张卡", sameCard: "笔同卡" });

function eventText({ kind, card, amountMinor }: PastEvent): string {
	const ofCard = card ? ` card ${card.toString(HEX).padStart(CARD_DIGITS, "0")}` : "";
	return `${kind}${amountMinor ? ` ${amountMinor}` : ""}${ofCard}`;
}

function time(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
