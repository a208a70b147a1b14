import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { setJournalAside } from "../../src/flows/setJournalAside.js";
import { journalsSetAside } from "../../src/journal/setAside.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let options: BenchOptions;

beforeAll(async () => {
	const world = await makeSaleWorld("cda");
	options = { ...world.cda!, crypto: nodeCrypto };
});

const slotsOf = (b: SaleBench) =>
	new KeySlots({ storage: b.disk, random: new SeededRandom(9), crypto: nodeCrypto }, new Uint8Array(32).fill(0x5a));
const service = (b: SaleBench) =>
	setJournalAside({ storage: b.disk, random: new SeededRandom(9), clock: b.clock }, slotsOf(b));
const journalFiles = (b: SaleBench) =>
	b.disk
		.list()
		.filter(name => /^(journal|mirror)\.[0-9]/.test(name))
		.map(name => [name, b.disk.read(name, 0, b.disk.size(name)!)] as const);

/** Two sales, then somebody opens the terminal. */
async function opened(): Promise<SaleBench> {
	const b = new SaleBench(options);
	for (const amount of [1_000, 2_000]) {
		await b.sale(amount);
		b.removeCard();
	}
	b.tamper.open();
	return b;
}

/** What binding does to the keys. */
function bindAgain(b: SaleBench): void {
	b.tamper.cause = undefined;
	slotsOf(b).renew();
}

test("with new keys the terminal does not start on records that it cannot read", async () => {
	const b = await opened();
	bindAgain(b);
	expect(() => b.restart()).toThrow("it was sealed by another device; restore this device's keys");
});

test.each(["before", "after"])(
	"set aside %s the terminal is bound again: kept as it was, told, and a fresh batch",
	async when => {
		const b = await opened();
		const files = journalFiles(b);
		const { batch } = b.entries.find(entry => entry.type === "opened")!;
		if (when === "after") bindAgain(b);
		const told = service(b);
		expect(told).toEqual({ batch, at: b.clock.now(), files: expect.anything() });
		for (const [name, bytes] of files) {
			const kept = `set-aside.${String(batch).padStart(6, "0")}.${name}`;
			expect(b.disk.read(kept, 0, b.disk.size(kept)!)).toEqual(bytes);
		}
		expect(service(b)).toBe("there is no journal to set aside");
		if (when === "before") bindAgain(b);
		const terminal = b.restart();
		expect(terminal.journal.batch).toBe(batch + 1);
		expect(b.log.filter(line => line.startsWith("journal the journal up to batch"))).toHaveLength(1);
		expect((await b.sale(500)).outcome).toBe("approved");
		expect(journalsSetAside(b.disk)).toEqual([told]);
	},
);

test("a journal in order is never set aside", async () => {
	const b = new SaleBench(options);
	await b.sale(1_000);
	const before = journalFiles(b);
	expect(service(b)).toBe("the keys were never erased: the journal needs no setting aside");
	b.removeCard();
	b.tamper.open();
	service(b);
	bindAgain(b);
	b.restart();
	await b.sale(700);
	expect(service(b)).toBe("the journal opens with the keys of this terminal: settle it instead");
	expect(before.length).toBeGreaterThan(0);
	expect(journalFiles(b).length).toBeGreaterThan(0);
});

test("a power cut at any write: done again it ends, and nothing is lost", async () => {
	const whole = (await opened()).disk.list().filter(name => /^(journal|mirror)\.[0-9]/.test(name));
	for (let writes = 0; ; writes++) {
		const b = await opened();
		let left = writes;
		const storage = Object.create(b.disk, {
			list: { value: () => b.disk.list() },
			size: { value: (name: string) => b.disk.size(name) },
			read: { value: (...of: Parameters<typeof b.disk.read>) => b.disk.read(...of) },
			replace: { value: (name: string, bytes: Uint8Array) => cut() || b.disk.replace(name, bytes) },
			remove: { value: (name: string) => cut() || b.disk.remove(name) },
		});
		const cut = () => {
			if (left-- === 0) throw new Error("power cut");
			return false;
		};
		let wasCut = false;
		try {
			setJournalAside({ storage, random: new SeededRandom(9), clock: b.clock }, slotsOf(b));
		} catch {
			wasCut = true;
		}
		service(b);
		expect(journalFiles(b)).toEqual([]);
		const kept = journalsSetAside(b.disk).flatMap(({ files }) => files.map(name => name.split(".").slice(2).join(".")));
		expect(kept).toEqual(expect.arrayContaining(whole));
		if (!wasCut) break;
		expect(writes).toBeLessThan(40);
	}
});
