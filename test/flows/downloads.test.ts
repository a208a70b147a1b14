import { beforeAll, describe, expect, test } from "vitest";
import type { Downloads } from "../../sim/bank/downloads.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { Operation } from "../../src/operation.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { aidRecord, caKeyRecords, dataObject } from "./downloadRecords.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

const NONE: Downloads = { parameters: undefined, aids: [], caKeys: [], hotCards: [] };
function bench(downloads: Partial<Downloads>, more: Partial<BenchOptions> = {}) {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, downloads: { ...NONE, ...downloads }, ...more });
	new Attendant(b);
	return b;
}
const fetch = (b: SaleBench) => b.terminal.serve({ service: "download" });

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s", (_name, profile) => {
	// [EMV-TRM-06 EMV-TAA-01]
	test("hot cards, page by page, take effect at once and after a restart; no card number lies open on the medium", async () => {
		const others = Array.from({ length: 20 }, (_, i) => `62260000000000${10 + i}`);
		const configuration = withApplication(world.configuration, { tacDenial: "1010000000" });
		const b = bench({ hotCards: [...others, world.account.pan] }, { profile, configuration });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(await fetch(b)).toMatchObject({
			done: true,
			lines: ["parameters: 0", "aids: 0", "caKeys: 0", "hotCards: 3"],
		});
		for (const again of [false, true]) {
			if (again) b.restart();
			b.removeCard();
			const result = await b.sale(100);
			expect(result.card!.tvr[0]! & 0x10).toBe(0x10); // EMV 4.4 Book 3, Annex C5: card on the exception file
			expect(result).toMatchObject({ outcome: "declined", online: false });
		}
		const medium = b.disk.list().map(name => formatHex(b.disk.read(name, 0, b.disk.size(name)!)));
		for (const hex of medium) expect(hex).not.toContain(world.account.pan.slice(0, 12));
	});

	// [EMV-TAA-01]
	test("AIDs stand in the place of those of the file", async () => {
		const b = bench(
			{ aids: [aidRecord("A000000333010101"), aidRecord("A000000333010102", "FFFFFFFFFF")] },
			{ profile },
		);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(await fetch(b)).toMatchObject({ done: true });
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false }); // denied by its action codes
	});

	test("an application that the list does not have is not taken any more", async () => {
		const b = bench({ aids: [aidRecord("A000000333010101")] }, { profile });
		await fetch(b);
		expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted" });
	});

	// [EMV-ODA-05]
	test("CA keys: with the right one the card is authenticated", async () => {
		const configuration = { ...(world.configuration as object), caPublicKeys: [] };
		const b = bench({ caKeys: caKeyRecords(world.configuration) }, { profile, configuration });
		const failed = await b.sale(100);
		expect(failed.card!.tvr[0]! & 0x0c).not.toBe(0);
		expect(await fetch(b)).toMatchObject({ done: true });
		b.removeCard();
		const result = await b.sale(100);
		expect(result.card!.tvr[0]! & 0x4c).toBe(0);
		expect(result.outcome).toBe("approved");
	});
});

describe("parameters", () => {
	const perform = (b: SaleBench, operation: Operation, more: object) => {
		b.removeCard();
		return b.terminal.perform({ operation, amountMinor: 0, ...more });
	};

	test("take effect at once and after a restart: tip, completion, what may wait for the bank", async () => {
		const policy = { mostAmountMinor: 5_000, mostCount: 5, mostTotalMinor: 50_000, offlinePinRequired: false };
		const lenient = { floorLimitMinor: 50_000, tacOnline: "0000000000", tacDefault: "0000000000" };
		const configuration = withApplication(world.configuration, lenient, { storeAndForward: policy });
		const b = bench(
			{ parameters: "TIP_PERCENT=10;COMPLETION_PERCENT=100;OFFLINE_AMOUNT=900;SHOP=4711" },
			{ configuration },
		);
		expect(await b.sale(1_000)).toMatchObject({ online: true }); // a new card wants its issuer once
		expect(await perform(b, "sale", { amountMinor: 1_000 })).toMatchObject({ online: false, outcome: "approved" });
		const hold = await perform(b, "preAuthorisation", { amountMinor: 1_000 });
		expect(await fetch(b)).toMatchObject({
			done: true,
			lines: ["parameters: 1", "aids: 0", "caKeys: 0", "hotCards: 0"],
		});
		for (const again of [false, true]) {
			if (again) {
				b.restart();
				new Attendant(b);
			}
			expect(await perform(b, "tip", { invoice: 1, tipMinor: 101 })).toMatchObject({ status: "declined" });
			const { invoice } = hold;
			expect(await perform(b, "completion", { invoice, amountMinor: 1_001 })).toMatchObject({ status: "declined" });
			expect(await perform(b, "sale", { amountMinor: 1_000 })).toMatchObject({ online: true });
			expect(await perform(b, "sale", { amountMinor: 900 })).toMatchObject({ online: false });
		}
		expect(await perform(b, "tip", { invoice: 1, tipMinor: 100 })).toMatchObject({ status: "approved" });
	});

	test("cannot make the terminal more generous than it was set up", async () => {
		const b = bench({ parameters: "TIP_PERCENT=100; COMPLETION_PERCENT=200; OFFLINE_AMOUNT=999999999" });
		await fetch(b);
		await b.sale(1_000);
		expect(await perform(b, "tip", { invoice: 1, tipMinor: 301 })).toMatchObject({ status: "declined" });
		const { invoice } = await perform(b, "preAuthorisation", { amountMinor: 1_000 });
		expect(await perform(b, "completion", { invoice, amountMinor: 1_151 })).toMatchObject({ status: "declined" });
		expect(await perform(b, "sale", { amountMinor: 100 })).toMatchObject({ online: true });
	});

	test.each(["TIP_PERCENT=ten", "TIP_PERCENT=101", "COMPLETION_PERCENT=99", "OFFLINE_COUNT=", "OFFLINE_TOTAL=-1"])(
		"%s is refused with the reason, and what held goes on",
		async parameters => {
			const b = bench({ parameters });
			const result = await fetch(b);
			expect(result).toMatchObject({ done: false });
			expect(result.reason).toMatch(/^parameters: [A-Z_]+: must be a whole number from/);
			await b.sale(1_000);
			expect(await perform(b, "tip", { invoice: 1, tipMinor: 300 })).toMatchObject({ status: "approved" });
		},
	);
});

test("AIDs and CA keys hold after a restart, too", async () => {
	const configuration = { ...(world.configuration as object), caPublicKeys: [] };
	const aids = [aidRecord("A000000333010101"), aidRecord("A000000333010102")];
	const b = bench({ aids, caKeys: caKeyRecords(world.configuration) }, { configuration });
	await fetch(b);
	b.restart();
	new Attendant(b);
	const result = await b.sale(100);
	expect(result.outcome).toBe("approved");
	expect(result.card!.tvr[0]! & 0x4c).toBe(0); // authenticated with a key that only the download has brought
});

test("the power is cut at every write of a download: each list is the old one or the new one, and the next one is whole", async () => {
	const downloads = {
		parameters: "TIP_PERCENT=10",
		aids: [aidRecord("A000000333010102")],
		hotCards: ["6226000000000010"],
	};
	const names = ["parameters", "aids", "hotCards"].map(name => `download-${name}`);
	const whole = bench(downloads);
	await whole.terminal.serve({ service: "echo" });
	const before = whole.disk.operations;
	await fetch(whole);
	const operations = whole.disk.operations - before;
	expect(operations).toBeGreaterThanOrEqual(names.length);
	const seen = new Set<string>();
	for (let at = 0; at < operations; at++)
		for (const arrives of [() => 0, (length: number) => length]) {
			const b = bench(downloads);
			await b.terminal.serve({ service: "echo" });
			b.disk.cutAfter(at, arrives);
			await fetch(b).catch(error => expect(String(error)).toContain("power"));
			b.restart();
			new Attendant(b);
			expect(b.log.join("\n")).not.toContain("are not used");
			seen.add(names.map(name => b.disk.size(name) !== undefined).join());
			expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
			expect(await fetch(b)).toMatchObject({ done: true });
			for (const name of names) expect(b.disk.size(name)).toBe(whole.disk.size(name));
		}
	expect(seen.size).toBeGreaterThan(2); // cut before the first, between them, behind the last
});

// [EMV-ODA-07]
test.each([
	[
		"a key with a wrong checksum",
		() => ({ caKeys: [spoiled(caKeyRecords(world.configuration)[0]!)] }),
		/caKeys: caKey.checksum/,
	],
	["an AID record that lacks its action codes", () => ({ aids: [shortAid()] }), /aids: aid.tacDenial/],
	[
		"keys that are no list",
		() => ({ aids: [{ ...aidRecord("A000000333010101"), key: parseHex("DF0101FF") }] }),
		/keys: must begin/,
	],
])("%s: refused with the reason, the old list stays", async (_name, downloads, reason) => {
	const b = bench(downloads());
	const result = await fetch(b);
	expect(result).toMatchObject({ done: false });
	expect(result.reason).toMatch(reason);
	expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
});

test("a list on the medium that was damaged is not used, and the log says so", async () => {
	const b = bench({ hotCards: [world.account.pan] });
	await fetch(b);
	b.disk.flip("download-hotCards", 40);
	b.restart();
	expect(b.log.join("\n")).toContain("the downloaded hotCards are not used");
	expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
});

test("a list that was removed is found by the self-check, until it is fetched again", async () => {
	const b = bench({ hotCards: [world.account.pan] });
	await fetch(b);
	b.disk.remove("download-hotCards");
	b.restart();
	expect(b.log.join("\n")).toContain("the downloaded hotCards are not used: they were removed");
	expect((await b.terminal.selfCheck("start")).blocking).toContain("configuration");
	expect(b.terminal.monitor.notices.waiting).toContainEqual(
		expect.objectContaining({ kind: "alert", body: expect.objectContaining({ alert: "selfCheckFailed" }) }),
	);
	expect(await b.sale(100)).toMatchObject({ status: "declined" });
	expect(await fetch(b)).toMatchObject({ done: true });
	expect((await b.terminal.selfCheck("start")).blocking).not.toContain("configuration");
});

test("a bank that does not answer: nothing is changed", async () => {
	const b = bench({ hotCards: [world.account.pan] });
	b.bank.faults.arm({ fault: "noReply", count: 1 });
	expect(await fetch(b)).toMatchObject({ done: false });
	expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
});

function spoiled({ key, record }: { key: Uint8Array; record: Uint8Array }) {
	const changed = record.slice();
	changed[changed.length - 1]! ^= 1;
	return { key, record: changed };
}

function shortAid() {
	const { key } = aidRecord("A000000333010101");
	return { key, record: concat(key, dataObject(0xdf01, "00"), dataObject(0x9f08, "0030")) };
}
