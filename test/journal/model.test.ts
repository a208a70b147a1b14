import fc from "fast-check";
import { expect, test } from "vitest";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { JournalWorld } from "./journalWorld.js";

/** The model of the commands is nothing: `JournalWorld` has its own, which it compares after each restart. */
type Nothing = Record<string, never>;
type Command = fc.Command<Nothing, JournalWorld>;

function command(name: string, run: (world: JournalWorld) => void): Command {
	return {
		check: () => true,
		run(_model, world) {
			try {
				run(world);
			} catch (error) {
				if (!(error instanceof PowerCut)) throw error;
				world.restart();
				world.recover();
			}
		},
		toString: () => name,
	};
}

const outcomes = fc.constantFrom("approved" as const, "declined" as const, "pending" as const);

const commands: fc.Arbitrary<Command>[] = [
	fc.tuple(outcomes, fc.nat(9)).map(([outcome, key]) =>
		command(`sale ${outcome} ${key}`, world => {
			world.recover();
			const requestKey = `key-${key}`;
			const known = world.journal.byRequestKey(requestKey);
			world.sale(outcome, known ? {} : { requestKey });
		}),
	),
	fc.constant(
		command("refund", world => {
			const last = world.journal.last();
			if (last?.state !== "approved") return;
			world.sale("approved", { operation: "refund", original: { batch: last.batch, stan: last.stan } });
		}),
	),
	fc.constant(command("take a STAN", world => world.takeStan())),
	fc.constant(
		command("owe an advice", world => {
			const last = world.journal.last();
			if (last?.state !== "approved" || last.owed.length > 0) return;
			const { batch, stan } = last;
			world.write([
				{ type: "adviceOwed", batch, stan, at: 1, kind: "scriptResult", sealed: Uint8Array.of(stan & 255) },
			]);
		}),
	),
	fc.constant(command("tidy", world => world.tidy())),
	fc.constant(
		command("settle", world => {
			world.recover();
			world.settle();
			world.day += 40;
		}),
	),
	fc.constant(command("restart", world => world.restart())),
	fc.constant(
		command("many sales", world => {
			for (let i = 0; i < 20; i++) world.sale("approved");
			world.tidy();
		}),
	),
	fc.tuple(fc.nat(12), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()).map(([count, share, zeros]) =>
		command(`cut after ${count}, ${share} arrives`, world => {
			world.disk.leavesZeros = zeros;
			world.disk.cutAfter(count, (unflushed, name) => Math.floor(unflushed * (name.length & 1 ? share : 1 - share)));
		}),
	),
	fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("journal", "mirror")).map(([file, at, copy]) =>
		command(`damage of the ${copy}, file ${file}, byte ${at}`, world => {
			world.tidy(); // from here on both copies have everything
			const files = world.disk.list().filter(name => name.startsWith(`${copy}.`) && !name.endsWith("reserve"));
			const name = files[file % files.length]!;
			world.disk.flip(name, at % world.disk.size(name)!);
			world.restart();
			const { damage } = world.journal.verify();
			expect(damage.every(({ repaired }) => repaired)).toBe(true);
			world.tidy();
		}),
	),
];

// [MNY-PWR-03]
test("whatever is written, cut, damaged and settled, in any order: the journal tells what the plain model tells", () => {
	fc.assert(
		fc.property(fc.commands(commands, { maxCommands: 40 }), given => {
			const world = new JournalWorld();
			fc.modelRun(() => ({ model: {}, real: world }), given);
			world.disk.cutAfter(0);
			world.restart();
			world.restart();
		}),
		{ numRuns: 150 },
	);
}, 240_000);
