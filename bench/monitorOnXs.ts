import { Dice } from "../sim/monitor/dice.js";
import { FRAUDS } from "../sim/monitor/frauds.js";
import { startOfDay, UTC_OFFSET_MINUTES } from "../sim/monitor/honestDay.js";
import { MERCHANT_KINDS } from "../sim/monitor/merchantKind.js";
import { fraudulentDay } from "../sim/monitor/rates.js";
import { BUILT_IN_RULES } from "../src/monitor/builtInRules.js";
import { EVENT_KINDS, type MonitorEvent } from "../src/monitor/event.js";
import { RuleEngine } from "../src/monitor/ruleEngine.js";
import { tell } from "./tell.js";

/** One card in many small payments: the longest search that there is. */
const SAME_CARD = 60;

let engine = new RuleEngine(BUILT_IN_RULES, UTC_OFFSET_MINUTES);
let events: MonitorEvent[] = [];

/** The days of as many taxis as there are frauds, each with one of them, at one terminal; then one card again and again. */
function stream(): MonitorEvent[] {
	const taxi = MERCHANT_KINDS.find(({ name }) => name === "taxi")!;
	const days = FRAUDS.flatMap((fraud, i) => fraudulentDay(taxi, fraud, new Dice(7 + i)).map(({ event }) => event));
	const again = Array.from({ length: SAME_CARD }, (_, i) => ({
		kind: "sale" as const,
		card: 99,
		amountMinor: 100,
		at: startOfDay(5) + i * 1000,
	}));
	return [...days.sort((a, b) => a.at - b.at), ...again];
}

/** What `bench/suites/monitor.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	begin() {
		engine = new RuleEngine(BUILT_IN_RULES, UTC_OFFSET_MINUTES);
		events = stream();
		tell({ events: events.length });
	},
	nothing(i: number) {
		return events[i]!;
	},
	take(i: number) {
		return engine.take(events[i]!);
	},
	/** Tells which events gave an alarm, so that the figure of the dearest is known to hold one. */
	tellAlarms() {
		const again = new RuleEngine(BUILT_IN_RULES, UTC_OFFSET_MINUTES);
		tell(events.map(event => again.take(event).length));
	},
	beginMany() {
		for (const event of stream()) engine.take(event); // what code makes at its first run is there
		engine = new RuleEngine(BUILT_IN_RULES, UTC_OFFSET_MINUTES);
		events = [];
	},
	many(from: number, to: number) {
		for (let i = from; i < to; i++)
			engine.take({
				kind: EVENT_KINDS[i % EVENT_KINDS.length]!,
				at: startOfDay(1) + i * 1000,
				card: i,
				amountMinor: i,
			});
	},
	tellMemory() {
		tell({ memoryBytes: engine.memoryBytes, stateBytes: engine.encode().length });
	},
});
