import { beforeEach, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import type { FlowContext } from "../../src/flows/flowContext.js";
import { askForUpdate, seeToUpdate, updateIsDue } from "../../src/flows/updateFirmware.js";
import { Journal } from "../../src/journal/journal.js";
import type { CheckScope, SelfCheckReport } from "../../src/monitor/selfCheck.js";
import { closed, name, opened, reversalOwed, reversed, sent, testSeal, transact } from "../journal/testEntries.js";
import { NOON, testUpdate, UpdateWorld } from "../update/updateWorld.js";

let world: UpdateWorld;
let journal: Journal;
let blocking: SelfCheckReport["blocking"];
let checked: CheckScope[];
let c: FlowContext;

/** A terminal with a required update that is all there, and nothing left over. */
beforeEach(() => {
	world = new UpdateWorld();
	const { image, manifest } = testUpdate("2.0.0", { requiredBy: NOON / 1000 + 3_600 });
	world.update.takeOffer(manifest);
	world.feed(image);
	journal = new Journal({ storage: new MemoryDisk(), seal: testSeal() });
	blocking = [];
	checked = [];
	const selfCheck = async (scope: CheckScope) => {
		checked.push(scope);
		return { at: NOON, results: [], blocking };
	};
	c = { journal, update: world.update, selfCheck, log: { line: () => {} } } as unknown as FlowContext;
});

const advice = { kind: "declineAdvice", sealed: Uint8Array.of(1) } as const;
const told = { at: 5_000, kind: "declineAdvice", responseCode: "00" } as const;

/** The open batch is closed with the bank. */
function settle(): void {
	const { batch } = journal;
	journal.append({ type: "settling", batch, at: 6_000, totals: journal.totals(batch), requestKey: undefined });
	journal.append({ type: "settled", batch, at: 7_000, verdict: "equal" });
}

/** Whoever wants it. */
async function refuses(reason: string): Promise<void> {
	expect(updateIsDue(c)).toBe(false);
	expect(await seeToUpdate(c)).toEqual({ done: false, reason });
	expect(await askForUpdate(c)).toEqual({ done: false, reason });
	expect([world.isRestarting, checked]).toEqual([false, []]);
}

async function installs(): Promise<void> {
	expect(updateIsDue(c)).toBe(true);
	expect(await seeToUpdate(c)).toBeUndefined();
	expect([world.isRestarting, checked]).toEqual([true, ["start"]]);
}

const leftOver: readonly (readonly [string, () => () => void, string])[] = [
	[
		"a reversal that is owed",
		() => {
			const begin = opened(journal);
			journal.appendAll([begin, sent(begin)]);
			journal.appendAll([reversalOwed(begin), closed(begin, "declined")]);
			return () => void journal.append(reversed(begin));
		},
		"1 messages wait for the bank",
	],
	[
		"an advice that is owed",
		() => {
			const begin = opened(journal);
			journal.append(begin);
			journal.appendAll([closed(begin, "declined"), { type: "adviceOwed", ...name(begin), at: 4_000, ...advice }]);
			return () => void journal.append({ type: "adviceDelivered", ...name(begin), ...told });
		},
		"1 messages wait for the bank",
	],
];

test.each(leftOver)(
	"%s, even of a batch that is settled: nothing is installed before it is gone",
	async (_what, leave, reason) => {
		const clear = leave();
		settle();
		await refuses(reason);
		clear();
		await installs();
	},
);

test("a transaction that is not complete: nothing is installed before it has an end", async () => {
	const begin = opened(journal);
	journal.appendAll([begin, sent(begin)]);
	await refuses("a transaction is not complete");
	journal.append(closed(begin, "declined"));
	settle();
	await installs();
});

test("a batch that is not settled: nothing is installed before it is", async () => {
	transact(journal);
	await refuses("the batch is not settled: settle first");
	settle();
	await installs();
});

test("a terminal that is not sound as it is tries no other firmware, so that the fault is not laid on that", async () => {
	blocking = ["random", "storage"];
	const why = { done: false, reason: "the self-check failed: random, storage" };
	expect(await seeToUpdate(c)).toEqual(why);
	expect(await askForUpdate(c)).toEqual(why);
	expect(world.isRestarting).toBe(false);
	expect(world.update.isReady).toBe(true);
	blocking = [];
	expect(await seeToUpdate(c)).toBeUndefined();
	expect(world.isRestarting).toBe(true);
});
