import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BookedTransaction } from "../../sim/bank/books.js";
import type { MemoryBooks } from "../../sim/bank/memoryBooks.js";
import type { MemoryDisk } from "../../sim/world/memoryDisk.js";
import type { Operation } from "../../src/operation.js";
import { compare } from "./cuts/compare.js";
import { type CutReport, cutEverywhere, type Kit, makeKit } from "./cuts/cutEverywhere.js";
import { formatCuts, formatSum } from "./cuts/cutReport.js";
import { type Breaks, CutWorld } from "./cuts/cutWorld.js";
import { MONEY_FLOWS } from "./cuts/moneyFlows.js";

const reports: CutReport[] = [];
let kit: Kit;

beforeAll(async () => {
	kit = await makeKit();
});

afterAll(() => {
	console.log([...reports.map(formatCuts), formatSum(reports)].join("\n"));
});

describe("the power is cut at every point: nothing lost, nothing doubled, the terminal starts and ends the day", () => {
	test.each(MONEY_FLOWS)(
		"$name",
		async flow => {
			const report = await cutEverywhere(kit, flow);
			reports.push(report);
			expect(report.wrong).toEqual([]);
			const { disk, card, host } = report.points;
			expect(Math.min(disk, host)).toBeGreaterThan(2);
			expect(report.cuts).toBeGreaterThan(5 * disk + card + host);
			expect(report.worlds).toBeGreaterThanOrEqual(card + host);
		},
		240_000,
	);
});

test("a reversal that was owed before its transaction had an end: both are made up for at the next start", async () => {
	const w = new CutWorld(kit.plain);
	await w.cutDuring("bank has acted", { operation: "sale", amountMinor: 777 });
	const { batch, stan } = w.journal().interrupted()[0]!;
	w.journal().append({ type: "reversalOwed", batch, stan, at: w.bench.clock.now(), reason: "noResponse" });
	w.restart();
	expect(await w.perform({ operation: "sale", amountMinor: 55 })).toMatchObject({ status: "approved" });
	expect(await w.serve({ service: "settle" })).toBe("done");
	expect(compare(w)).toEqual([]);
	expect(w.bench.merchantMinor).toBe(55);
});

describe("what is broken on purpose is told by the comparison", () => {
	const flow = MONEY_FLOWS.find(({ name }) => name === "void of a sale")!;

	/** Says that it has flushed, and has not. */
	const lyingMedium: Breaks = {
		storage: disk => ({
			size: name => disk.size(name),
			read: (name, offset, length) => disk.read(name, offset, length),
			list: () => disk.list(),
			append: (name, bytes) => disk.append(name, bytes),
			flush: () => {},
			truncate: (name, length) => disk.truncate(name, length),
			replace: (name, bytes) => disk.replace(name, bytes),
			remove: name => disk.remove(name),
		}),
	};

	/** Does something to what it has booked last for an operation, unknown to the terminal. */
	const bankThat = (operation: Operation, act: (books: MemoryBooks, booked: BookedTransaction) => void): Breaks => ({
		bank: (bank, books) => ({
			profile: bank.profile,
			orderScript: order => bank.orderScript(order),
			handle(bytes) {
				const answer = bank.handle(bytes);
				const booked = books.byReference(books.nextReference() - 1);
				if (booked?.operation === operation && answer.operation === operation) act(books, booked);
				return answer;
			},
		}),
	});

	/** Is as it was before anything was sold. */
	function olderMedium(): Breaks {
		let older: MemoryDisk | undefined;
		return {
			storage: disk => {
				older ??= disk.clone();
				return disk;
			},
			restart: ({ bench: { disk } }) => {
				disk.restart();
				for (const name of disk.names()) disk.remove(name);
				for (const name of older!.names()) disk.replace(name, older!.read(name, 0, older!.size(name)!));
			},
		};
	}

	test.each<[string, Breaks, RegExp]>([
		["a medium that does not flush", lyingMedium, /doubled: the terminal does not know of it/],
		["a medium that forgets the day", olderMedium(), /STAN 1 was/],
		["a bank that forgets", bankThat("saleVoid", (books, { key }) => books.reverse(key)), /lost: reversed at the bank/],
		[
			"a bank that books twice",
			bankThat("sale", (books, booked) => {
				if (booked.state === "approved")
					books.record({ ...booked, state: "approved", key: { ...booked.key, stan: 900 + booked.key.stan } });
			}),
			/the merchant has .*, the journal says/,
		],
	])(
		"%s",
		async (_name, breaks, says) => {
			const { wrong } = await cutEverywhere(kit, flow, { breaks });
			expect(wrong.join("\n")).toMatch(says);
		},
		240_000,
	);
});
