import { beforeAll, describe, expect, test } from "vitest";
import { Journal } from "../../src/journal/journal.js";
import { KEPT_DATA, keptDataOf } from "../../src/privacy/keptData.js";
import { Progress } from "../../src/training/progress.js";
import { TrainingStorage } from "../../src/training/trainingStorage.js";
import { UpdateState } from "../../src/update/updateState.js";
import type { BenchOptions } from "../flows/bench.js";
import { makeSaleWorldOf } from "../flows/saleWorld.js";
import { BUSY_CARD, type BusyDay, busyCard, busyDay, membersOf, openedFile } from "./busyDay.js";

let world: Omit<BenchOptions, "crypto">;
let settled: BusyDay;
let open: BusyDay;

beforeAll(async () => {
	world = (await makeSaleWorldOf([busyCard("6221267000000000079", "CARDHOLDER/TEST", "1234")]))[BUSY_CARD]!;
	settled = await busyDay(world, true);
	open = await busyDay(world, false);
}, 240_000);

test("the day was busy: every kind of traffic, files of every kind", () => {
	expect(new Set(settled.approved)).toEqual(
		new Set(["sale", "saleVoid", "refund", "saleWithCashback", "preAuthorisation", "completion", "tip", "balance"]),
	);
	const files = settled.bench.disk.list();
	for (const name of ["journal.000001", "mirror.000001", "journal.head", "batch", "binding", "key-root", "management"])
		expect(files).toContain(name);
	for (const name of [
		"monitor",
		"days",
		"incidents.000000",
		"incidents.head",
		"download-hotCards",
		"passcode-supervisor",
	])
		expect(files).toContain(name);
	expect(open.bench.terminal.journal.owed().length).toBeGreaterThan(0);
});

const rowsOf = (name: string) => KEPT_DATA.filter(({ files }) => files.test(name)).map(row => row.name);

test("every file has its row, and one only", () => {
	expect(new Set(KEPT_DATA.map(({ name }) => name)).size).toBe(KEPT_DATA.length);
	for (const { bench } of [settled, open])
		for (const name of bench.disk.list()) {
			expect(rowsOf(name), name).toHaveLength(1);
		}
	expect(keptDataOf("notes.txt")).toBeUndefined();
	expect(keptDataOf("journal.000001.bak")).toBeUndefined();
});

test("every member that a file holds is named in its row, and what is called sealed opens under the terminal's keys only", () => {
	let members = 0;
	for (const { bench } of [settled, open]) {
		const { seal } = bench.journalPorts;
		for (const name of bench.disk.list()) {
			const row = keptDataOf(name)!;
			const contents = openedFile(bench.disk, seal, name);
			const isOpened = contents.length > 0;
			if (row.protection === "sealed" && row.name !== "keys") expect(isOpened, `${name} opens`).toBe(true);
			for (const member of membersOf(contents)) {
				if (row.name === "binding") continue; // numbers: docs/binding.cddl names them
				if (row.about === "operator" && /^[0-9]+$/.test(member)) continue; // an operator's
				expect(row.fields, `${row.name}: ${member}`).toContain(member);
				members++;
			}
		}
	}
	expect(members).toBeGreaterThan(100);
});

test("so are those of training and of updates, which a day at the counter does not have", () => {
	const { bench } = settled;
	const { seal } = bench.journalPorts;
	const storage = bench.disk.clone();
	new Progress({ storage, seal }).note("7", "firstSale", 90, 1);
	const some = new Uint8Array(32);
	new UpdateState({ storage, seal }).change({
		installed: { digest: some, size: 1 },
		offer: some,
		failed: [some],
		failedVersion: "1.0.0",
	});
	new TrainingStorage(storage).replace("journal.000001", some);
	for (const name of ["lessons", "update"]) {
		const members = [...membersOf(openedFile(storage, seal, name))];
		expect(members.length).toBeGreaterThan(5);
		for (const member of members) expect(keptDataOf(name)!.fields, name).toContain(member);
	}
	for (const name of storage.list()) expect(rowsOf(name), name).toHaveLength(1);
});

describe("as time goes by", () => {
	const days = (count: number) => count * 86_400_000;
	const idle = async ({ bench }: BusyDay) => {
		await bench.terminal.selfCheck("start");
		bench.restart();
		await bench.terminal.selfCheck("start");
	};
	const sealedCards = ({ bench }: BusyDay) =>
		bench.disk
			.list()
			.flatMap(name =>
				/^(?:journal|mirror)\./.test(name) ? openedFile(bench.disk, bench.journalPorts.seal, name) : [],
			)
			.flatMap(content => [...membersOf(content)]);

	test("what is settled is there until its time has come, and then neither in the journal nor in its copy nor in its state", async () => {
		expect(sealedCards(settled)).toEqual(expect.arrayContaining(["panMasked", "cardLink", "sealedMessage"]));
		settled.bench.clock.advance(days(80));
		await idle(settled);
		expect(sealedCards(settled)).toEqual(expect.arrayContaining(["panMasked", "cardLink", "sealedMessage"]));
		settled.bench.clock.advance(days(12));
		await idle(settled);
		for (const member of ["panMasked", "cardLink", "sealedMessage", "reversal", "operator", "receipt"])
			expect(sealedCards(settled), member).not.toContain(member);
		const { journal } = settled.bench.terminal;
		expect([...journal.entries()].filter(({ type }) => type === "opened")).toEqual([]);
		expect(journal.verify().damage).toEqual([]);
		// The totals that the bank was told name nobody: they stay until the next batch goes.
		expect(journal.totals(1).length).toBeGreaterThan(0);
	});

	test("nothing that is unsettled or owed is ever erased", async () => {
		open.bench.clock.advance(days(4_000));
		await idle(open);
		const { journal } = open.bench.terminal;
		expect(journal.owed()).toMatchObject([{ kind: "reversal" }]);
		expect(journal.sealed(journal.owed()[0]!).length).toBeGreaterThan(40);
		expect([...journal.transactions()].map(({ amountMinor }) => amountMinor)).toEqual([1_111, 2_222]);
		open.bench.bank.failNext("unreachable");
		expect(await open.bench.sale(100)).toBeDefined();
		expect(new Journal(open.bench.journalPorts).verify().damage).toEqual([]);
	});
});
