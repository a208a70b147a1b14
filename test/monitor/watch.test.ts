import { beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { encodeCbor } from "../../src/bytes/cbor.js";
import type { DayReport } from "../../src/monitor/dayReport.js";
import { decodeRules, RuleError } from "../../src/monitor/decodeRules.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import { Watch } from "../../src/monitor/watch.js";
import { testSeal } from "../journal/testEntries.js";

const AT = Date.UTC(2026, 10, 22, 4);
const DAY = 86_400_000;
const rule = (name: string, threshold: number) => ({
	...{ name, says: { en: "Sales", zh: "多笔" }, on: ["sale"], where: [], measure: "count", threshold },
	...{ windowSeconds: 600, quietSeconds: 0, actions: ["note"] },
});
const json = (...rules: readonly object[]) => ({ limitsMinor: [], rules });
const OWN = decodeRules(json(rule("own", 2)));
const SENT = encodeCbor(json(rule("sent", 3)));
const NONE = new Uint8Array(0);

let ports: { storage: MemoryDisk; seal: ReturnType<typeof testSeal>; clock: ManualClock };
let ended: DayReport[];

beforeEach(() => {
	ports = { storage: new MemoryDisk(), seal: testSeal(), clock: new ManualClock(AT) };
	ended = [];
});

const watch = (own?: RuleSet, before?: Watch) => new Watch(ports, own, before?.state, report => ended.push(report));
const sell = (w: Watch) =>
	w.take({ kind: "sale", at: ports.clock.now(), amountMinor: 100 }).map(alarm => alarm.rule.name);

describe("the bank's rules", () => {
	test("take the place of the terminal's own, also over a restart, until the bank takes them back", () => {
		const first = watch(OWN);
		first.takeRules(SENT);
		expect([sell(first), sell(first)]).toEqual([[], []]);
		const next = watch(OWN, first);
		expect(next.rules.map(({ name }) => name)).toEqual(["sent"]);
		expect(sell(next)).toEqual(["sent"]); // the two before the restart count
		next.takeRules(NONE);
		expect(next.rules).toEqual(OWN.rules);
	});

	test("that are wrong change nothing", () => {
		const w = watch(OWN);
		expect(() => w.takeRules(encodeCbor(json(rule("sent", 99))))).toThrow(RuleError);
		expect(() => w.takeRules(Uint8Array.of(0xff))).toThrow(RuleError);
		expect(w.rules).toEqual(OWN.rules);
		expect(watch(OWN).rules).toEqual(OWN.rules);
	});

	test("that were damaged on the medium are missed, and the terminal's own hold", () => {
		watch(OWN).takeRules(SENT);
		expect(watch(OWN).hasLostRules).toBe(false);
		ports.storage.flip("monitor.rules", 50);
		expect(watch(OWN)).toMatchObject({ hasLostRules: true, rules: OWN.rules });
	});
});

test("while nothing is watched nothing is taken, and nothing of before is forgotten", () => {
	const first = watch(OWN);
	expect(sell(first)).toEqual([]);
	const blind = watch(undefined, first);
	expect(blind.isOn).toBe(false);
	expect(sell(blind)).toEqual([]);
	expect(blind.assessment.today().counts.of.sale).toBe(1);
	expect(sell(watch(OWN, blind))).toEqual(["own"]);
	const later = watch(undefined);
	later.takeRules(SENT);
	expect([sell(later), sell(later)]).toEqual([[], []]);
	later.takeRules(NONE);
	expect(sell(later)).toEqual([]);
	later.takeRules(SENT);
	expect(sell(later)).toEqual(["sent"]);
});

describe("a day that has ended", () => {
	test("is told and kept, by the next event or by the time alone", () => {
		const w = watch(OWN);
		sell(w);
		w.closeDay();
		expect(ended).toEqual([]);
		ports.clock.advance(DAY);
		sell(w);
		ports.clock.advance(DAY);
		w.closeDay();
		expect(ended.map(({ day }) => day)).toEqual(["2026-11-22", "2026-11-23"]);
		expect(w.days()).toEqual(ended);
		expect([w.lastReport, watch(OWN, w).lastReport]).toEqual([ended[1], ended[1]]);
	});

	test("is told although there is no room to keep it", () => {
		const w = watch(OWN);
		sell(w);
		ports.clock.advance(DAY);
		ports.storage.capacityBytes = 0;
		expect(() => w.closeDay()).toThrow("the storage is full");
		expect(ended).toHaveLength(1);
	});
});

test("of a merchant who has left nothing is known, and the terminal's own rules hold", () => {
	const w = watch(OWN);
	w.takeRules(SENT);
	sell(w);
	sell(w);
	ports.clock.advance(DAY);
	w.closeDay();
	w.forgetMerchant();
	expect(w.rules).toEqual(OWN.rules);
	expect([w.days(), w.lastReport, w.assessment.hasBegun, w.assessment.history]).toEqual([[], undefined, false, []]);
	w.takeRules(SENT);
	expect([sell(w), sell(w), sell(w)]).toEqual([[], [], ["sent"]]);
	w.takeRules(NONE);
	expect(sell(w)).toEqual([]);
	w.forgetMerchant();
	expect(sell(w)).toEqual([]);
});
