import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { Progress } from "../../src/training/progress.js";
import type { TrainingReport } from "../../src/training/trainingReport.js";
import { trainingReport } from "../../src/training/trainingReport.js";
import { TRAINING_PREFIX } from "../../src/training/trainingStorage.js";
import type { SaleBench } from "../flows/bench.js";
import { school, train } from "./school.js";

/** Writes between two cuts in the middle of a lesson; its end is cut at each one. */
const STRIDE = 17;
/** A trainee before a dead terminal is patient for minutes. */
const AT_ONCE_MS = 60_000;
const EVERY_WRITE_AT_THE_END = 8;

function liveFiles({ disk }: SaleBench): Map<string, string> {
	const names = disk.list().filter(name => !name.startsWith(TRAINING_PREFIX));
	return new Map(names.map(name => [name, formatHex(disk.read(name, 0, disk.size(name)!))]));
}

function passed(bench: SaleBench): TrainingReport["operators"] {
	const { records, wasDamaged } = new Progress(bench.terminal.trainingHall!);
	expect(wasDamaged).toBe(false);
	return trainingReport(records, [], { now: bench.clock.now(), utcOffsetMinutes: 480 }).operators;
}

test("a power cut at any write of a drill comes back as the live terminal, with the record of before or the whole new one", async () => {
	const sample = school("lock");
	await sample.bench.sale(1234);
	sample.bench.removeCard();
	const before = sample.bench.disk.operations;
	await train(sample.bench, "lock");
	const writes = sample.bench.disk.operations - before;
	expect(writes).toBeGreaterThan(50);

	const outcomes = new Set<string>();
	const end = writes - EVERY_WRITE_AT_THE_END;
	for (let cut = 0; cut <= writes; cut += cut < end ? Math.min(STRIDE, end - cut) : 1) {
		const { bench, trainee } = school("lock");
		await bench.sale(1234);
		bench.removeCard();
		const files = liveFiles(bench);
		bench.disk.cutAfter(cut);
		await train(bench, "lock", AT_ONCE_MS).catch(() => {}); // whatever a terminal without power makes of it
		bench.restart();
		void bench.terminal.monitor; // the first that is asked of it starts it
		expect(bench.disk.list().filter(name => name.startsWith(TRAINING_PREFIX))).toEqual([]);
		// The live terminal stands, with everything that it had.
		const state = bench.terminal.monitor.incidents;
		expect(state.verify().problems, `cut at ${cut}`).toEqual([]);
		expect(state.state.open).toEqual([]);
		const record = passed(bench);
		const notes = [...state.lines()].filter(line => line.includes("drill lock")).length;
		outcomes.add(`${record.length} ${notes}`);
		// A drill that counts was noted; one that was noted can be taken again.
		expect(notes, `cut at ${cut}`).toBeGreaterThanOrEqual(record.length);
		const changed = [...liveFiles(bench)].filter(([name, bytes]) => files.get(name) !== bytes).map(([name]) => name);
		const mayChange = ["incidents.000000", "incidents.head", "lessons", "key-root"]; // the store counts the boot
		expect(
			changed.filter(name => !mayChange.includes(name)),
			`cut at ${cut}`,
		).toEqual([]);
		expect(await bench.sale(500)).toMatchObject({ outcome: "approved" });
		expect(bench.merchantMinor).toBe(1734);
		bench.removeCard();
		// The next training begins anew, whatever the cut has left.
		if (cut % (3 * STRIDE) === 0) {
			trainee.take("lock");
			expect(await train(bench, "lock")).toMatchObject({ score: 100 });
			expect(bench.disk.list().filter(name => name.startsWith(TRAINING_PREFIX))).toEqual([]);
		}
	}
	expect([...outcomes].sort()).toEqual(["0 0", "0 1", "1 1"]);
}, 120_000);
