import { expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { DayHistory, MOST_DAYS } from "../../src/monitor/dayHistory.js";
import type { DayReport } from "../../src/monitor/dayReport.js";
import { EVENT_KINDS, type EventKind } from "../../src/monitor/event.js";
import { testSeal } from "../journal/testEntries.js";

function report(n: number): DayReport {
	const of = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, n + i])) as Record<EventKind, number>;
	return {
		day: new Date(n * 86_400_000).toISOString().slice(0, 10),
		score: n % 101,
		level: "raised",
		isLearning: n < 7,
		counts: { of, soldMinor: 1_000 * n, refundedMinor: n },
		causes: [
			{ kind: "rule", name: "cardTesting", points: 25, alarms: 2 },
			{ kind: "metric", name: "payments", points: 8, value: 28, usual: 196 },
			{ kind: "event", name: "tamper", points: 60, count: 1 },
		],
	};
}

test("the last 35 days are there as they were, sealed, and take no more room later", () => {
	const storage = new MemoryDisk();
	const open = () => new DayHistory({ storage, seal: testSeal() });
	expect(open().days()).toEqual([]);
	const sizes: number[] = [];
	for (let n = 1; n <= 100; n++) {
		open().add(report(n));
		sizes.push(storage.size("days")!);
	}
	const kept = Array.from({ length: MOST_DAYS }, (_, i) => report(100 - MOST_DAYS + 1 + i));
	expect(open().days()).toEqual(kept);
	expect(Math.max(...sizes)).toBeLessThan(8_192);
	expect(sizes.at(-1)! - sizes[MOST_DAYS + 10]!).toBeLessThan(300);
	const text = Buffer.from(storage.read("days", 0, storage.size("days")!)).toString("latin1");
	expect(text).not.toContain("cardTesting");
});

test("a day that comes again stands once; a damaged file is as good as none; nothing is left after forgetting", () => {
	const storage = new MemoryDisk();
	const history = new DayHistory({ storage, seal: testSeal() });
	history.add(report(1));
	history.add({ ...report(1), score: 99 });
	expect(history.days().map(({ score }) => score)).toEqual([99]);
	storage.replace("days", asciiBytes("damaged"));
	expect(history.days()).toEqual([]);
	history.add(report(2));
	expect(history.days()).toEqual([report(2)]);
	history.forget();
	expect(storage.list()).toEqual([]);
	history.forget();
});
