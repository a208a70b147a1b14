import { beforeAll, expect, test } from "vitest";
import { type MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { TEST_MERCHANT } from "../../sim/world/merchant.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { keptDataOf } from "../../src/privacy/keptData.js";
import { Progress } from "../../src/training/progress.js";
import { Attendant } from "../flows/attendant.js";
import type { BenchOptions } from "../flows/bench.js";
import { BindWorld, type BindWorldOptions } from "../flows/bindWorld.js";
import { makeSaleWorld } from "../flows/saleWorld.js";
import { DAY_MS, fileOf, membersOf, openedFile } from "./busyDay.js";

let card: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	card = (await makeSaleWorld("cda"))["cda"]!;
});

const OPTIONS: BindWorldOptions = {
	bench: {
		monitoring: BUILT_IN_RULES,
		downloads: { parameters: undefined, aids: [], caKeys: [], hotCards: ["6226000000000010"] },
	},
};

/** Bound, and a day of sales behind it. */
async function working(): Promise<BindWorld> {
	const w = new BindWorld(card, OPTIONS);
	const { bench } = w;
	new Attendant(bench);
	expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
	bench.removeCard();
	for (const amountMinor of [1_000, 2_000]) {
		expect(await bench.sale(amountMinor)).toMatchObject({ status: "approved" });
		bench.removeCard();
	}
	expect(await bench.terminal.serve({ service: "download" })).toMatchObject({ done: true });
	new Progress(bench.journalPorts).note("7", "firstSale", 90, bench.clock.now());
	bench.clock.advance(DAY_MS);
	await bench.sale(3_000);
	bench.removeCard();
	return w;
}

/** What is left on the medium of who was here. */
function traces({ bench }: BindWorld): string[] {
	const { seal } = bench.journalPorts;
	return bench.disk.list().flatMap(name => {
		const members = [...membersOf(openedFile(bench.disk, seal, name))];
		const isGone = ["binding", "days", "lessons"].includes(name) || name.startsWith("download-");
		const ofCards = ["panMasked", "cardLink", "sealedMessage"].filter(member => members.includes(member));
		return [...(isGone ? [name] : []), ...ofCards.map(member => `${name}: ${member}`)];
	});
}

test("the end of a binding leaves nothing of merchant and customers, in no copy; numbers go on", async () => {
	const w = await working();
	const { bench } = w;
	expect(traces(w)).toEqual(
		expect.arrayContaining([
			"binding",
			"days",
			"lessons",
			"download-hotCards",
			"journal.000001: panMasked",
			"mirror.000001: cardLink",
		]),
	);
	expect(bench.terminal.monitor.assessment.today().counts.of.sale).toBe(1);
	expect(await bench.terminal.unbind()).toMatchObject({ done: true });
	expect(traces(w)).toEqual([]);
	expect(bench.terminal.monitor.assessment.today().counts.of.sale).toBe(0);
	expect(bench.terminal.monitor.days()).toEqual([]);
	expect(bench.disk.list()).not.toContain("passcode-supervisor");
	bench.restart();
	expect(traces(w)).toEqual([]);
	expect([...bench.terminal.journal.entries()].some(({ type }) => type === "opened")).toBe(false);
	expect(bench.terminal.journal.nextInvoice()).toBe(4);
	for (const name of bench.disk.list()) expect(keptDataOf(name), name).toBeDefined();
	// The next merchant begins with it as the first did.
	expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
	bench.removeCard();
	expect(await bench.sale(500)).toMatchObject({ status: "approved", invoice: 4 });
});

test("the power is cut at every write of the erasure: the next start ends it", async () => {
	const w = await working();
	const { disk } = w.bench;
	// As the medium is once it says that the binding has ended, and nothing is erased yet.
	let ended: MemoryDisk | undefined;
	const replace = disk.replace.bind(disk);
	disk.replace = (name, bytes) => {
		replace(name, bytes);
		if (name === "binding") ended = disk.clone();
	};
	expect(await w.bench.terminal.unbind()).toMatchObject({ done: true });
	let cuts = 0;
	for (let after = 0; ; after++) {
		const cut = new BindWorld(card, OPTIONS);
		const { bench } = cut;
		for (const name of ended!.list()) bench.disk.replace(name, fileOf(ended!, name));
		expect(traces(cut)).toContain("binding");
		bench.disk.cutAfter(after);
		try {
			bench.terminal;
			break; // started, erased, and the power stayed
		} catch (error) {
			if (!(error instanceof PowerCut)) throw error;
		}
		cuts++;
		bench.restart();
		await bench.terminal.selfCheck("start");
		expect(traces(cut), `after ${after} writes`).toEqual([]);
		expect(bench.terminal.bindingProblem).toBe("notBound");
		expect(bench.terminal.journal.verify().damage).toEqual([]);
	}
	expect(cuts).toBeGreaterThan(10);
}, 240_000);

test("after the erasure of the keys nothing that was sealed opens any more, and what is in the clear names nobody", async () => {
	const { bench } = await working();
	const { seal } = bench.journalPorts;
	const sealed = bench.disk
		.list()
		.filter(name => openedFile(bench.disk, seal, name).length > 0 && name !== "incidents.000000");
	expect(sealed.length).toBeGreaterThan(8);
	bench.tamper.open();
	bench.restart();
	expect(() => bench.journalPorts.seal.open(fileOf(bench.disk, "binding"))).toThrow("erased");
	for (const name of bench.disk.list()) {
		const text = Buffer.from(fileOf(bench.disk, name)).toString("latin1");
		for (const secret of [card.account.pan, card.account.pan.slice(0, 6), "CARDHOLDER/TEST", TEST_MERCHANT.name])
			expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
	}
});
