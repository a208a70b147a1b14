import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { LESSON_IDS } from "../../src/training/lesson.js";
import { dueAt, Progress } from "../../src/training/progress.js";
import { formatTrainingReport, trainingReport } from "../../src/training/trainingReport.js";

const DEVICE_KEY = new Uint8Array(32).fill(0x5a);
const NOVEMBER = Date.UTC(2026, 10, 22, 4);
const SHANGHAI = 480;

function portsOf(storage: MemoryDisk) {
	const random = new SeededRandom(5);
	return { storage, seal: new Seal(new KeySlots({ storage, random, crypto: nodeCrypto }, DEVICE_KEY), random) };
}

describe("progress", () => {
	test("is there after a restart: attempts counted, the last score, the day it was passed", () => {
		const disk = new MemoryDisk();
		const first = new Progress(portsOf(disk));
		first.note("7", "refund", 50, NOVEMBER);
		first.note("7", "refund", 100, NOVEMBER + 1);
		first.note("7", "refund", 60, NOVEMBER + 2);
		first.note("8", "refund", 80, NOVEMBER + 3);
		disk.restart();
		const after = new Progress(portsOf(disk));
		expect(after.wasDamaged).toBe(false);
		expect(after.of("7", "refund")).toEqual({
			...{ operator: "7", lesson: "refund", attempts: 3, score: 60 },
			...{ takenAt: NOVEMBER + 2, passedAt: NOVEMBER + 1 },
		});
		expect(after.of("8", "refund")).toMatchObject({ attempts: 1, passedAt: NOVEMBER + 3 });
		expect(after.of("8", "lock")).toBeUndefined();
	});

	test("is sealed: no word of it lies in the clear, and a changed file is told and begins anew", () => {
		const disk = new MemoryDisk();
		new Progress(portsOf(disk)).note("OPERATOR", "phishingCall", 100, NOVEMBER);
		const bytes = disk.read("lessons", 0, disk.size("lessons")!);
		expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/OPERATOR|phishingCall/);
		bytes[bytes.length - 1]! ^= 1;
		disk.replace("lessons", bytes);
		const after = new Progress(portsOf(disk));
		expect(after.wasDamaged).toBe(true);
		expect(after.records).toEqual([]);
	});

	test("has the old record or the new one, wherever the power goes", () => {
		for (const arrives of [() => 0, () => 1])
			for (let cut = 0; ; cut++) {
				const disk = new MemoryDisk();
				const progress = new Progress(portsOf(disk));
				progress.note("1", "lock", 100, NOVEMBER);
				disk.cutAfter(cut, arrives);
				let isCut = false;
				try {
					progress.note("1", "lock", 40, NOVEMBER + 1);
				} catch {
					isCut = true;
				}
				disk.restart();
				const { records, wasDamaged } = new Progress(portsOf(disk));
				expect(wasDamaged).toBe(false);
				expect([1, 2]).toContain(records[0]?.attempts);
				if (!isCut) expect(records[0]).toMatchObject({ attempts: 2, score: 40, passedAt: NOVEMBER });
				if (!isCut) break;
			}
	});

	test("keeps a bounded number of records, the newest", () => {
		const progress = new Progress(portsOf(new MemoryDisk()));
		for (let i = 0; i < 520; i++) progress.note(String(i), "lock", 100, i);
		expect(progress.records).toHaveLength(512);
		expect(progress.of("7", "lock")).toBeUndefined();
		expect(progress.of("8", "lock")).toBeDefined();
	});
});

describe("what is due again", () => {
	test.each([
		["lock", "2026-08-31", "2027-02-28"],
		["lock", "2027-08-31", "2028-02-29"],
		["firstSale", "2028-02-29", "2029-02-28"],
		["firstSale", "2026-11-22", "2027-11-22"],
	] as const)("%s passed on %s is due on %s", (lesson, passed, due) => {
		const at = dueAt({ lesson, passedAt: Date.parse(`${passed}T03:04:05Z`) });
		expect(new Date(at).toISOString()).toBe(`${due}T03:04:05.000Z`);
	});

	test("it lies after the day it was passed, and no more than 12 months", () => {
		fc.assert(
			fc.property(fc.constantFrom(...LESSON_IDS), fc.integer({ min: 0, max: 4e12 }), (lesson, passedAt) => {
				const days = (dueAt({ lesson, passedAt }) - passedAt) / 86_400_000;
				return days >= 181 && days <= 366;
			}),
			{ numRuns: 200 },
		);
	});
});

describe("the report for the merchant", () => {
	const records = [
		{ operator: "2", lesson: "firstSale", attempts: 2, score: 100, takenAt: NOVEMBER, passedAt: NOVEMBER },
		{ operator: "2", lesson: "lock", attempts: 1, score: 90, takenAt: 1, passedAt: Date.UTC(2026, 3, 1) },
		{ operator: "2", lesson: "refund", attempts: 1, score: 20, takenAt: NOVEMBER, passedAt: 0 },
	] as const;

	test("names everybody, and says of every lesson what is so", () => {
		const report = trainingReport(records, ["1", "2"], { now: NOVEMBER + 1, utcOffsetMinutes: SHANGHAI });
		expect(report.day).toBe("2026-11-22");
		expect(report.operators.map(({ operator, upToDate }) => [operator, upToDate])).toEqual([
			["1", 0],
			["2", 1],
		]);
		expect(report.operators[0]!.lessons.every(({ state }) => state === "notTaken")).toBe(true);
		const [, second] = report.operators;
		const of = (id: string) => second!.lessons.find(({ lesson }) => lesson === id);
		expect(of("firstSale")).toEqual({
			...{ lesson: "firstSale", state: "passed", attempts: 2, score: 100 },
			...{ passedOn: "2026-11-22", dueOn: "2027-11-22" },
		});
		expect(of("lock")).toMatchObject({ state: "due", dueOn: "2026-10-01" });
		expect(of("refund")).toEqual({ lesson: "refund", state: "notPassed", attempts: 1, score: 20 });
		expect(of("tamper")).toEqual({ lesson: "tamper", state: "notTaken", attempts: 0 });
	});

	test("in words, in both languages", () => {
		const report = trainingReport(records, [], { now: NOVEMBER + 1, utcOffsetMinutes: SHANGHAI });
		expect(formatTrainingReport(report, "en")).toEqual(
			expect.arrayContaining([
				"Operator 2: 1/9",
				"First sale: passed 100%, due 2027-11-22",
				"Lock and release: due again 90%, due 2026-10-01",
				"Opened terminal: not taken",
			]),
		);
		expect(formatTrainingReport(report, "zh")).toContain("退货: 未通过 20%");
	});
});
