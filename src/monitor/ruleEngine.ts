import { asciiBytes, concat, readUint, uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import type { Alarm } from "./alarm.js";
import { EVENT_KINDS, FIELDS, type MonitorEvent } from "./event.js";
import { measureOf, type Taken } from "./measures.js";
import type { Rule, RuleSet } from "./rule.js";
import { RuleState, stateWords } from "./ruleState.js";

interface Watch {
	readonly rule: Rule;
	readonly state: RuleState;
	readonly take: (event: Taken) => number;
	readonly against: ((event: Taken) => void) | undefined;
	/** Field, least, most; one after another. */
	readonly bounds: readonly number[];
	/** Tells the rule from every other one in a kept state. */
	readonly fingerprint: number;
	readonly words: Uint32Array;
}

const MOST_WORD = 0xffff_ffff;
const NOTHING_FOUND: readonly Alarm[] = Object.freeze([]);
const VERSION = 1;
const WORD = 4;
/** Version, number of the last event, how many rules. */
const HEAD_LENGTH = 1 + WORD + 1;
/** Fingerprint, how many words. */
const RULE_HEAD_LENGTH = WORD + 2;
const MINUTES_A_DAY = 1440;

/**
 * Holds each event against the rules of a set. What it remembers lies in words that are taken once: neither memory nor
 * time grows with the number of events (docs/monitoring.md).
 */
export class RuleEngine {
	readonly #set: RuleSet;
	readonly #watches: readonly Watch[];
	/** Of each kind of event: the rules that are about it, and the ratios that are held against it. */
	readonly #matching: readonly (readonly Watch[])[];
	readonly #against: readonly (readonly Watch[])[];
	readonly #words: Uint32Array;
	readonly #values: number[] = FIELDS.map(() => 0);
	readonly #taken: Taken = { number: 0, at: 0, kind: 0, card: 0, amountMinor: 0 };
	readonly #utcOffsetMinutes: number;

	/**
	 * @param kept of `encode`, perhaps by an engine with other rules: those that are the same go on where they were; what
	 * is no such state is left aside
	 */
	constructor(set: RuleSet, utcOffsetMinutes: number, kept?: Uint8Array) {
		this.#set = set;
		this.#utcOffsetMinutes = utcOffsetMinutes;
		const lengths = set.rules.map(stateWords);
		this.#words = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
		let at = 0;
		this.#watches = set.rules.map((rule, i) => {
			const words = this.#words.subarray(at, at + lengths[i]!);
			at += lengths[i]!;
			return watchOf(rule, words);
		});
		const about = (kinds: (rule: Rule) => readonly string[]) =>
			EVENT_KINDS.map(kind => this.#watches.filter(({ rule }) => kinds(rule).includes(kind)));
		this.#matching = about(({ on }) => on);
		this.#against = about(({ against = [] }) => against);
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
		const taken = this.#taken;
		const kind = EVENT_KINDS.indexOf(event.kind);
		taken.number = taken.number === MOST_WORD ? 1 : taken.number + 1;
		taken.at = Math.floor(event.at / 1000);
		taken.kind = kind;
		taken.card = event.card ?? 0;
		taken.amountMinor = Math.min(event.amountMinor ?? 0, MOST_WORD);
		this.#readValues(event);
		for (const watch of this.#against[kind]!) watch.against!(taken);
		let alarms: readonly Alarm[] = NOTHING_FOUND;
		for (const watch of this.#matching[kind]!) {
			if (!this.#matches(watch)) continue;
			const measured = watch.take(taken);
			if (measured === 0) continue;
			const alarm = alarmOf(watch, taken, event.at, measured);
			if (alarm) alarms = [...alarms, alarm];
		}
		return alarms;
	}

	/** In the order of `FIELDS`. */
	#readValues(event: MonitorEvent): void {
		const values = this.#values;
		const amountMinor = event.amountMinor ?? 0;
		const minute = (Math.floor(event.at / 60_000) + this.#utcOffsetMinutes) % MINUTES_A_DAY;
		values[0] = amountMinor;
		values[1] = event.ownCard ?? 0;
		values[2] = event.originalMinor ?? 0;
		values[3] = event.aboveOriginalMinor ?? 0;
		values[4] = event.seconds ?? 0;
		values[5] = minute;
		values[6] = this.#isOutsideHours(minute) ? 1 : 0;
		values[7] = this.#percentOfLimit(amountMinor);
	}

	#isOutsideHours(minute: number): boolean {
		const { businessHours } = this.#set;
		if (!businessHours) return false;
		const { opensMinute, closesMinute } = businessHours;
		return opensMinute < closesMinute
			? minute < opensMinute || minute >= closesMinute
			: minute < opensMinute && minute >= closesMinute;
	}

	#percentOfLimit(amountMinor: number): number {
		for (const limit of this.#set.limitsMinor) if (amountMinor < limit) return Math.floor((amountMinor * 100) / limit);
		return 0;
	}

	#matches({ bounds }: Watch): boolean {
		for (let i = 0; i < bounds.length; i += 3) {
			const value = this.#values[bounds[i]!]!;
			if (value < bounds[i + 1]! || value > bounds[i + 2]!) return false;
		}
		return true;
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
			const words = this.#watches.find(watch => watch.fingerprint === fingerprint)?.words;
			if (words?.length === length && at + WORD * length <= kept.length)
				for (let i = 0; i < length; i++) words[i] = readUint(kept, at + WORD * i, WORD);
			at += WORD * length;
		}
	}
}

function watchOf(rule: Rule, words: Uint32Array): Watch {
	const state = new RuleState(rule, words);
	const { take, against } = measureOf(rule, state);
	return {
		rule,
		state,
		take,
		against,
		bounds: rule.where.flatMap(({ field, atLeast, atMost }) => [
			FIELDS.indexOf(field),
			atLeast ?? Number.NEGATIVE_INFINITY,
			atMost ?? Number.POSITIVE_INFINITY,
		]),
		fingerprint: fingerprintOf(rule),
		words,
	};
}

/** Of everything that says what the words mean; not of its texts and actions, which may change while it goes on. */
function fingerprintOf({ name, on, where, measure, threshold, windowSeconds, against, of }: Rule): number {
	return crc32(asciiBytes(JSON.stringify([name, on, where, measure, threshold, windowSeconds, against, of])));
}

function alarmOf({ rule, state }: Watch, { at, card }: Taken, eventAt: number, measured: number): Alarm | undefined {
	const about = rule.measure === "sameCard" ? card : 0;
	if (state.isQuiet(at, about, rule.quietSeconds)) return undefined;
	state.fired(at, about);
	return { rule, at: eventAt, measured, events: state.events(at - rule.windowSeconds + 1, about) };
}
