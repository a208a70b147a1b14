import { asciiBytes, concat, readUint, uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import { jsonText } from "../bytes/jsonText.js";
import { Alarm } from "./alarm.js";
import { type Condition, fieldReaders, matches, type Reader } from "./conditions.js";
import { EVENT_KINDS, type EventKind, type MonitorEvent } from "./event.js";
import { MEASURING, type Measuring } from "./measures.js";
import type { Rule, RuleSet } from "./rule.js";
import { RuleState, stateWords, type Taken } from "./ruleState.js";

interface Watch {
	readonly rule: Rule;
	readonly state: RuleState;
	readonly measuring: Measuring;
	/** Most rules have one condition or none: a list costs more than both. */
	readonly first: Condition | undefined;
	readonly others: readonly Condition[];
	/** Tells the rule from every other one in a kept state. */
	readonly fingerprint: number;
	readonly words: Uint32Array;
}

/** What an event of one kind goes through. */
interface Plan {
	readonly kind: number;
	readonly matching: readonly Watch[];
	/** Ratios that are held against it. */
	readonly against: readonly Watch[];
}

const MOST_WORD = 0xffff_ffff;
const NOTHING_FOUND: readonly Alarm[] = Object.freeze([]);
const VERSION = 1;
const WORD = 4;
/** Version, number of the last event, how many rules. */
const HEAD_LENGTH = 1 + WORD + 1;
/** Fingerprint, how many words. */
const RULE_HEAD_LENGTH = WORD + 2;

/**
 * Holds each event against the rules of a set. What it remembers lies in words that are taken once: neither memory nor
 * time grows with the number of events (docs/monitoring.md).
 */
export class RuleEngine {
	readonly #watches: readonly Watch[];
	readonly #plans: Readonly<Record<EventKind, Plan>>;
	readonly #words: Uint32Array;
	readonly #taken: Taken = { number: 0, at: 0, kind: 0, card: 0, amountMinor: 0 };

	/**
	 * @param kept of `encode`, perhaps by an engine with other rules: those that are the same go on where they were; what
	 * is no such state is left aside
	 */
	constructor(set: RuleSet, utcOffsetMinutes: number, kept?: Uint8Array) {
		const lengths = set.rules.map(rule => stateWords(rule, MEASURING[rule.measure].extraWords));
		this.#words = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
		const readers = fieldReaders(set, utcOffsetMinutes);
		let at = 0;
		this.#watches = set.rules.map((rule, i) => {
			const words = this.#words.subarray(at, at + lengths[i]!);
			at += lengths[i]!;
			return watchOf(rule, words, readers);
		});
		this.#plans = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, planOf(kind, i, this.#watches)])) as Record<
			EventKind,
			Plan
		>;
		if (kept) this.#restore(kept);
	}

	/** Bytes that the rules remember in; the same for the engine's life. */
	get memoryBytes(): number {
		return this.#words.byteLength;
	}

	/** Events so far, over all restarts. */
	get events(): number {
		return this.#taken.number;
	}

	/** @returns what the rules found; empty most times */
	take(event: MonitorEvent): readonly Alarm[] {
		const { kind, matching, against } = this.#plans[event.kind];
		const taken = this.#taken;
		const amountMinor = event.amountMinor ?? 0;
		taken.number = taken.number === MOST_WORD ? 1 : taken.number + 1;
		taken.at = Math.floor(event.at / 1000);
		taken.kind = kind;
		taken.card = event.card ?? 0;
		taken.amountMinor = amountMinor < MOST_WORD ? amountMinor : MOST_WORD;
		for (let i = 0; i < against.length; i++) against[i]!.measuring.against!(taken);
		let alarms = NOTHING_FOUND;
		for (let i = 0; i < matching.length; i++) {
			const watch = matching[i]!;
			const { first } = watch;
			if (first) {
				const value = first.read(event);
				if (value < first.least || value > first.most || !matches(watch.others, event)) continue;
			}
			const measured = watch.measuring.take(taken);
			if (measured === 0) continue;
			const alarm = alarmOf(watch, taken, event.at, measured);
			if (alarm) alarms = [...alarms, alarm];
		}
		return alarms;
	}

	/** From now on nothing tells which cards came before. @param before seconds since 1970, before any rule's window */
	forgetCards(before: number): void {
		for (const { state } of this.#watches) state.forgetCards(before);
	}

	/** As at the very first event. */
	forget(): void {
		this.#words.fill(0);
	}

	/** All that is remembered, for the medium; always of the same length. */
	encode(): Uint8Array {
		const rules = this.#watches.map(({ fingerprint, words }) => {
			const bytes = new Uint8Array(WORD * words.length);
			const view = new DataView(bytes.buffer);
			for (let i = 0; i < words.length; i++) view.setUint32(WORD * i, words[i]!);
			return concat(uintBytes(fingerprint, WORD), uintBytes(words.length, 2), bytes);
		});
		const head = concat(Uint8Array.of(VERSION), uintBytes(this.events, WORD), Uint8Array.of(rules.length));
		return concat(head, ...rules);
	}

	#restore(kept: Uint8Array): void {
		if (kept.length < HEAD_LENGTH || kept[0] !== VERSION) return;
		this.#taken.number = readUint(kept, 1, WORD);
		for (let at = HEAD_LENGTH; at + RULE_HEAD_LENGTH <= kept.length; ) {
			const fingerprint = readUint(kept, at, WORD);
			const length = readUint(kept, at + WORD, 2);
			at += RULE_HEAD_LENGTH;
			const watch = this.#watches.find(each => each.fingerprint === fingerprint);
			if (watch?.words.length === length && at + WORD * length <= kept.length) restoreWatch(watch, kept, at);
			at += WORD * length;
		}
	}
}

function restoreWatch({ words, state }: Watch, kept: Uint8Array, at: number): void {
	for (let i = 0; i < words.length; i++) words[i] = readUint(kept, at + WORD * i, WORD);
	if (!state.isSound) words.fill(0);
}

function watchOf(rule: Rule, words: Uint32Array, readers: Readonly<Record<string, Reader>>): Watch {
	const state = new RuleState(rule, words);
	const [first, ...others] = rule.where.map(({ field, atLeast, atMost }) => ({
		read: readers[field]!,
		least: atLeast ?? Number.NEGATIVE_INFINITY,
		most: atMost ?? Number.POSITIVE_INFINITY,
	}));
	return {
		rule,
		state,
		measuring: MEASURING[rule.measure].make(rule, state),
		first,
		others,
		fingerprint: fingerprintOf(rule),
		words,
	};
}

function planOf(kind: EventKind, number: number, watches: readonly Watch[]): Plan {
	return {
		kind: number,
		matching: watches.filter(({ rule }) => rule.on.includes(kind)),
		against: watches.filter(({ rule }) => rule.against?.includes(kind)),
	};
}

/** Of everything that says what the words mean; not of its texts and actions, which may change while it goes on. */
function fingerprintOf({ name, on, where, measure, threshold, windowSeconds, against, of }: Rule): number {
	return crc32(asciiBytes(jsonText([name, on, where, measure, threshold, windowSeconds, against, of])));
}

function alarmOf({ rule, state }: Watch, { at, card }: Taken, eventAt: number, measured: number): Alarm | undefined {
	const about = rule.measure === "sameCard" ? card : 0;
	if (state.isQuiet(at, about, rule.quietSeconds)) return undefined;
	state.fired(at, about);
	return new Alarm(rule, eventAt, measured, about, state);
}
