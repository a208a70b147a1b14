import { EVENT_KINDS, type EventKind } from "./event.js";
import type { Rule } from "./rule.js";
import type { RuleState } from "./ruleState.js";

/** An event as a rule remembers it. */
export interface PastEvent {
	/** Counts the events of this terminal from 1. */
	readonly number: number;
	/** Seconds since 1970. */
	readonly at: number;
	readonly kind: EventKind;
	/** 0 when no card was known. */
	readonly card: number;
	/** Minor units; at most 4294967295. */
	readonly amountMinor: number;
}

/** What a rule has found, and of which events: everything that is needed to understand it later. */
export class Alarm {
	readonly rule: Rule;
	/** Milliseconds since 1970, of the event that completed it. */
	readonly at: number;
	/** How many events or cards; of a ratio, percent. */
	readonly measured: number;
	/** The columns of the rule's ring as they were: events are made of them when somebody asks. */
	readonly #columns: readonly Uint32Array[];
	/** Only of this card, unless 0. */
	readonly #card: number;

	constructor(rule: Rule, at: number, measured: number, card: number, state: RuleState) {
		const { numbers, times, kinds, cards, amounts } = state;
		this.rule = rule;
		this.at = at;
		this.measured = measured;
		this.#card = card;
		this.#columns = [numbers.slice(), times.slice(), kinds.slice(), cards.slice(), amounts.slice()];
	}

	/** Those that led to it and are remembered, oldest first; the last one completed it. */
	get events(): readonly PastEvent[] {
		const [numbers, times, kinds, cards, amounts] = this.#columns as [
			Uint32Array,
			Uint32Array,
			Uint32Array,
			Uint32Array,
			Uint32Array,
		];
		const from = Math.floor(this.at / 1000) - this.rule.windowSeconds;
		const found: PastEvent[] = [];
		for (let row = 0; row < numbers.length; row++)
			if (numbers[row] && times[row]! > from && (this.#card === 0 || cards[row] === this.#card))
				found.push({
					number: numbers[row]!,
					at: times[row]!,
					kind: EVENT_KINDS[kinds[row]!]!,
					card: cards[row]!,
					amountMinor: amounts[row]!,
				});
		return found.sort((a, b) => a.number - b.number);
	}
}

const HEX = 16;
const CARD_DIGITS = 8;

/** For people: the rule's sentence, what it measured against what it allows, and the events, one a line. */
export function explainAlarm({ rule, at, measured, events }: Alarm, language: "en" | "zh"): string[] {
	const { name, says, measure, threshold, windowSeconds, percent } = rule;
	const words = language === "zh" ? ZH : EN;
	const measuredText =
		measure === "ratio"
			? `${measured} %, ${words.limit} ${percent} %`
			: `${measured} ${words[measure]}, ${words.limit} ${threshold}`;
	return [
		`${says[language]} (${name})`,
		`${time(at)}: ${measuredText}, ${windowSeconds} s`,
		...events.map(event => `  #${event.number} ${time(event.at * 1000)} ${eventText(event)}`),
	];
}

const EN = Object.freeze({ limit: "limit", count: "events", distinctCards: "cards", sameCard: "of one card" });
const ZH = Object.freeze({ limit: "界限", count: "笔", distinctCards: "张卡", sameCard: "笔同卡" });

function eventText({ kind, card, amountMinor }: PastEvent): string {
	const ofCard = card ? ` card ${card.toString(HEX).padStart(CARD_DIGITS, "0")}` : "";
	return `${kind}${amountMinor ? ` ${amountMinor}` : ""}${ofCard}`;
}

function time(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
