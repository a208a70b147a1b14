import { beforeAll, describe, expect, test } from "vitest";
import type { Downloads } from "../../sim/bank/downloads.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { encodeTlv } from "../../src/bytes/tlv.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

interface Configuration {
	readonly caPublicKeys: readonly Record<"rid" | "index" | "modulus" | "checksum", string>[];
}
const NONE: Downloads = { parameters: undefined, aids: [], caKeys: [], hotCards: [] };
const object = (tag: number, hex: string) => encodeTlv(tag, parseHex(hex));

/** As UnionPay-style acquirers write it. */
function aid(name: string, tacDenial = "0010000000") {
	const key = object(0x9f06, name);
	const record = concat(
		...[key, object(0xdf01, "00"), object(0x9f08, "0030"), object(0xdf11, "D84000A800"), object(0xdf12, "D84004F800")],
		...[object(0xdf13, tacDenial), object(0x9f1b, "00000000"), object(0xdf15, "00000000"), object(0xdf16, "00")],
		...[object(0xdf17, "00"), object(0xdf14, "9F3704"), object(0xdf18, "01")],
	);
	return { key, record };
}

function caKeys(): Downloads["caKeys"] {
	return (world.configuration as Configuration).caPublicKeys.map(({ rid, index, modulus, checksum }) => {
		const key = concat(object(0x9f06, rid), object(0x9f22, index));
		const more = [object(0xdf05, "20351231"), object(0xdf06, "01"), object(0xdf02, modulus), object(0xdf04, "03")];
		return { key, record: concat(key, ...more, object(0xdf03, checksum)) };
	});
}

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
		const b = bench({ aids: [aid("A000000333010101"), aid("A000000333010102", "FFFFFFFFFF")] }, { profile });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(await fetch(b)).toMatchObject({ done: true });
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false }); // denied by its action codes
	});

	test("an application that the list does not have is not taken any more", async () => {
		const b = bench({ aids: [aid("A000000333010101")] }, { profile });
		await fetch(b);
		expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted" });
	});

	// [EMV-ODA-05]
	test("CA keys: with the right one the card is authenticated", async () => {
		const configuration = { ...(world.configuration as object), caPublicKeys: [] };
		const b = bench({ caKeys: caKeys() }, { profile, configuration });
		const failed = await b.sale(100);
		expect(failed.card!.tvr[0]! & 0x0c).not.toBe(0);
		expect(await fetch(b)).toMatchObject({ done: true });
		b.removeCard();
		const result = await b.sale(100);
		expect(result.card!.tvr[0]! & 0x4c).toBe(0);
		expect(result.outcome).toBe("approved");
	});
});

test("parameters are kept as text", async () => {
	const b = bench({ parameters: "TIMEOUT=60" });
	expect(await fetch(b)).toMatchObject({ done: true, lines: ["parameters: 1", "aids: 0", "caKeys: 0", "hotCards: 0"] });
});

// [EMV-ODA-07]
test.each([
	["a key with a wrong checksum", () => ({ caKeys: [spoiled(caKeys()[0]!)] }), /caKeys: caKey.checksum/],
	["an AID record that lacks its action codes", () => ({ aids: [shortAid()] }), /aids: aid.tacDenial/],
	[
		"keys that are no list",
		() => ({ aids: [{ ...aid("A000000333010101"), key: parseHex("DF0101FF") }] }),
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
	const { key } = aid("A000000333010101");
	return { key, record: concat(key, object(0xdf01, "00"), object(0x9f08, "0030")) };
}
