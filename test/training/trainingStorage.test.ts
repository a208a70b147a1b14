import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { PowerGone, TRAINING_PREFIX, TrainingStorage } from "../../src/training/trainingStorage.js";

const bytes = (...values: number[]) => Uint8Array.from(values);

test("whatever it does, every file of another terminal stays as it is", () => {
	const name = fc.constantFrom("journal.000001", "key-root", "binding", "training.key-root", "a", "..");
	const step = fc.record({
		name,
		what: fc.constantFrom("append", "replace", "truncate", "remove", "flush", "clear"),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), steps => {
			const disk = new MemoryDisk();
			const live = ["journal.000001", "key-root", "binding", "a"];
			for (const each of live) disk.replace(each, bytes(1, 2, 3));
			const training = new TrainingStorage(disk);
			for (const { name: file, what } of steps) {
				try {
					if (what === "append") training.append(file, bytes(9));
					else if (what === "replace") training.replace(file, bytes(8, 8));
					else if (what === "truncate") training.truncate(file, 0);
					else if (what === "clear") training.clear();
					else training[what as "remove" | "flush"](file);
				} catch {
					// there is no such file of the training's
				}
			}
			const others = disk.list().filter(each => !each.startsWith(TRAINING_PREFIX));
			expect(others.sort()).toEqual([...live].sort());
			for (const each of live) expect(disk.read(each, 0, 3)).toEqual(bytes(1, 2, 3));
			training.clear();
			expect(disk.list().sort()).toEqual([...live].sort());
		}),
		{ numRuns: 200 },
	);
});

test("it finds its own files under their own names, and no others", () => {
	const disk = new MemoryDisk();
	disk.replace("journal.head", bytes(1));
	const training = new TrainingStorage(disk);
	training.append("journal.head", bytes(7, 8));
	training.flush("journal.head");
	expect(training.list()).toEqual(["journal.head"]);
	expect(training.size("journal.head")).toBe(2);
	expect(training.read("journal.head", 1, 1)).toEqual(bytes(8));
	expect(training.size("key-root")).toBeUndefined();
	expect(disk.read("training.journal.head", 0, 2)).toEqual(bytes(7, 8));
});

test("without power nothing is read or written", () => {
	const disk = new MemoryDisk();
	const training = new TrainingStorage(disk);
	training.replace("a", bytes(1));
	training.cutPower();
	expect(() => training.append("a", bytes(2))).toThrow(PowerGone);
	expect(() => training.read("a", 0, 1)).toThrow(PowerGone);
	expect(() => training.list()).toThrow(PowerGone);
	expect(disk.read("training.a", 0, 1)).toEqual(bytes(1));
});
