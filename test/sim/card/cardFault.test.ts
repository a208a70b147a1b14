import { beforeAll, describe, expect, test } from "vitest";
import type { CardFault } from "../../../sim/card/cardFault.js";
import { cardGroups, cardProfiles } from "../../../sim/card/cardProfiles.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { personalise } from "../../../sim/card/personalise.js";
import { sharedKeys } from "../../../sim/card/rsaKeyPair.js";
import { T0Card } from "../../../sim/card/t0Card.js";
import { makeTestScheme } from "../../../sim/card/testScheme.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { CardError } from "../../../src/card/cardError.js";
import { CardSession } from "../../../src/card/cardSession.js";
import { ContactReader } from "../../../src/card/contactReader.js";
import { type RsaPublicKey, rsaRecover } from "../../../src/crypto/rsa.js";
import { activeSlot, Bench, CDOL1_DATA, DEBIT, exchange, findObject, nodeRandom, SECOND } from "./testCards.js";

const good: Record<string, Personalisation> = {};
beforeAll(async () => {
	const scheme = await makeTestScheme();
	const needed = ["unionpay-debit", "no-pse", "two-applications-confirm", "cda", "first-unavailable"];
	const keys = sharedKeys();
	for (const profile of cardProfiles().filter(({ name }) => needed.includes(name)))
		good[profile.name] = await personalise(profile, scheme, keys);
	for (const profile of cardGroups().find(({ group }) => group === "Hostile")!.cards)
		good[profile.name] = await personalise(profile, scheme, keys);
});

/** The card with these faults and nothing else changed. */
const faulty = (name: string, ...faults: CardFault[]): Personalisation => ({ ...good[name]!, faults });
const hostile = (name: string): Personalisation => good[name]!;

const ARQC = "80AE8000";

describe("above the protocol", () => {
	test("a status word comes at its command, and the card knows nothing of that command", () => {
		const bench = new Bench(faulty("unionpay-debit", { fault: "status-word", apdu: 2, statusWord: "6F00" }));
		expect(bench.select().slice(-4)).toBe("9000");
		expect(bench.send("80A80000", "83050156E0B0C8")).toBe("6F00");
		expect(bench.state).toBeUndefined();
		expect(bench.send("80A80000", "83050156E0B0C8").slice(-4)).toBe("9000");
		bench.card.reset();
		expect(bench.select().slice(-4)).toBe("9000");
		expect(bench.select()).toBe("6F00");
	});

	test("instruction and command together", () => {
		const fault = { fault: "status-word", instruction: "SELECT", apdu: 2, statusWord: "6A82" } as const;
		const bench = new Bench(faulty("unionpay-debit", fault));
		bench.select();
		expect(bench.send("80A80000", "83050156E0B0C8").slice(-4)).toBe("9000");
		const other = new Bench(faulty("unionpay-debit", fault));
		other.select();
		expect(other.select()).toBe("6A82");
	});

	test("SELECT NEXT without end", () => {
		const bench = new Bench(hostile("next-without-end"));
		const first = bench.select("A0000003330101");
		for (let i = 0; i < 50; i++) expect(bench.send("00A40402", "A0000003330101")).toBe(first);
	});

	test("an FCI with the name of another application", () => {
		expect(findObject(new Bench(hostile("foreign-df-name")).select(), "84")).toBe("F0000000FF0001");
	});

	test("only the first application is unavailable", () => {
		const bench = new Bench(hostile("first-unavailable"));
		expect(bench.begin()).toBe("6985");
		expect(bench.begin(SECOND).slice(-4)).toBe("9000");
	});

	test("garbage is as long as the record and holds none of it", () => {
		const plain = new Bench(good["no-pse"]!);
		plain.begin("A00000033301010101");
		const bench = new Bench(hostile("garbage-records"));
		bench.begin("A00000033301010101");
		const [right, wrong] = [plain, bench].map(each => each.send("00B2010C"));
		expect(wrong).toHaveLength(right!.length);
		expect(wrong!.slice(0, 2)).not.toBe("70");
		expect(bench.send("00B2050C")).toBe("6A83");
	});

	test("a length that points behind the end", () => {
		expect(new Bench(hostile("wrong-length")).begin()).toBe("800F3C000801010010010202180104009000");
		const bench = new Bench(faulty("unionpay-debit", { fault: "wrong-length", instruction: "READ RECORD" }));
		bench.begin();
		const record = bench.send("00B2011C").slice(0, -4);
		expect(record.slice(0, 4)).toBe("7081");
		expect(Number.parseInt(record.slice(4, 6), 16)).toBe(record.length / 2 - 3 + 1);
	});

	test("an oversized template is one of its kind", () => {
		const bench = new Bench(hostile("oversized"));
		bench.begin();
		const response = bench.send(ARQC, CDOL1_DATA);
		expect(response.slice(0, 8)).toBe("808203E8");
		expect(response).toHaveLength(2 * (4 + 1000 + 2));
	});

	test("a repeated and a missing data object", () => {
		const repeated = new Bench(hostile("repeated-tag"));
		repeated.begin();
		const record = repeated.send("00B20114");
		expect(record.split("5A0A")).toHaveLength(3);
		const missing = new Bench(hostile("missing-tag"));
		missing.begin();
		const risk = missing.send("00B20214").slice(0, -4);
		expect(findObject(risk, "8C")).toBeUndefined();
		expect(findObject(risk, "8D")).toMatch(/^8A02/);
	});

	test("no signature though one was asked for", () => {
		const bench = new Bench(hostile("unsigned-cda"));
		bench.begin();
		expect(bench.send("80AE9000", CDOL1_DATA).slice(0, 6)).toBe("801380");
	});

	test.each([
		["upgraded-cryptogram", "40"],
		["reserved-cid", "C0"],
	])("%s in both formats", (name, cid) => {
		const bench = new Bench(hostile(name));
		bench.begin();
		expect(bench.send(ARQC, CDOL1_DATA).slice(0, 6)).toBe(`8013${cid}`);
		bench.begin(SECOND);
		expect(findObject(bench.send(ARQC, CDOL1_DATA).slice(0, -4), "9F27")).toBe(cid);
	});

	test("signatures of another key than the certified one", () => {
		const bench = new Bench(hostile("foreign-signature"));
		const { iccPinKey } = good.cda!.applications[0]!;
		bench.begin();
		const dynamic = findObject(bench.send("00880000", "A1B2C3D4").slice(0, -4), "80")!;
		const combined = findObject(bench.send("80AE9000", CDOL1_DATA).slice(0, -4), "9F4B")!;
		const key: RsaPublicKey = {
			modulus: parseHex(iccPinKey.modulus),
			exponent: Number.parseInt(iccPinKey.publicExponent, 16),
		};
		const opened = [dynamic, combined].map(signature => formatHex(rsaRecover(key, parseHex(signature))));
		expect(opened.map(block => block.slice(0, 10))).toEqual(["6A05010908", "6A05012608"]);
		expect(opened.map(block => block.slice(-2))).toEqual(["BC", "BC"]);
	});
});

describe("on the line", () => {
	async function session(personalisation: Personalisation): Promise<CardSession> {
		const slot = new VirtualSlot();
		slot.insert(new T0Card(new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom })));
		const card = new CardSession(new ContactReader(slot));
		await card.activate();
		return card;
	}
	const select = { cla: 0, ins: 0xa4, p1: 4, p2: 0, data: parseHex(DEBIT), le: 256 };
	const options = { cla: 0x80, ins: 0xa8, p1: 0, p2: 0, data: parseHex("83050156E0B0C8"), le: 256 };
	const readRecord = { cla: 0, ins: 0xb2, p1: 1, p2: 0x0c, le: 256 };
	const generateAc = { cla: 0x80, ins: 0xae, p1: 0x80, p2: 0, data: CDOL1_DATA, le: 256 };

	test("the terminal gives up on data without end and on time without end", async () => {
		const more = await session(hostile("endless-61"));
		await expect(more.transmit(select)).rejects.toThrow(new CardError("protocol", "the card keeps promising data"));
		const slow = await session(hostile("endless-60"));
		await slow.transmit(select);
		await slow.transmit(options);
		await expect(slow.transmit(generateAc)).rejects.toThrow("the card keeps asking for time");
	});

	test("a length that is never right ends with its status word", async () => {
		const card = await session(hostile("endless-6c"));
		await card.transmit(select);
		await card.transmit(options);
		expect((await card.transmit(readRecord)).sw >> 8).toBe(0x6c);
	});

	test("6C answers every length, the one that it named too", async () => {
		const slot = await activeSlot(faulty("unionpay-debit", { fault: "endless-6c", apdu: 1 }));
		expect(await exchange(slot, "00840000FF")).toBe("6C00");
		expect(await exchange(slot, "0084000000")).toBe("6C01");
		expect(await exchange(slot, "0084000001")).toBe("6C02");
	});

	test("a card that falls silent stays silent until the next reset", async () => {
		const slot = await activeSlot(faulty("unionpay-debit", { fault: "mute", apdu: 2 }));
		await exchange(slot, "00A4040008");
		expect(await exchange(slot, DEBIT)).toMatch(/^61/);
		await exchange(slot, "80A8000007");
		expect(await exchange(slot, "83050156E0B0C8")).toBe("");
		expect(await exchange(slot, "00A4040008")).toBe("");
		await slot.warmReset();
		expect(formatHex(await slot.receive(33, 9600))).toBe(good["unionpay-debit"]!.atr);
		expect(await exchange(slot, "00A4040008")).toBe("A4");
	});

	test("the terminal finds the fifth command unanswered", async () => {
		const card = await session(hostile("mute-after-five"));
		await card.transmit(select);
		await card.transmit(options);
		await card.transmit(readRecord);
		await expect(card.transmit(readRecord)).rejects.toThrow(new CardError("mute", "the card does not answer"));
	});

	test("an answer of more than 256 bytes is none", async () => {
		const card = await session(hostile("oversized"));
		await card.transmit(select);
		await card.transmit(options);
		await expect(card.transmit(generateAc)).rejects.toThrow(new CardError("protocol", "the card keeps promising data"));
	});

	test("a card without faults has none", async () => {
		const card = await session(faulty("unionpay-debit"));
		await card.transmit(select);
		await card.transmit(options);
		expect((await card.transmit(readRecord)).sw).toBe(0x9000);
		expect((await card.transmit(generateAc)).sw).toBe(0x9000);
	});
});

test("a data object that is there twice may make the record longer than a response", () => {
	const bench = new Bench(faulty("cda", { fault: "repeated-tag", tag: "90" }));
	bench.begin();
	const record = bench.send("00B2011C");
	expect(record.slice(0, 8)).toBe("708201F6");
	expect(record.length / 2).toBe(4 + 2 * 251 + 2);
});
