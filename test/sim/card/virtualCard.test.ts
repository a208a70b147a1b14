import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { CardState } from "../../../sim/card/cardMemory.js";
import {
	applicationCryptogram,
	arpcMethod1,
	commonSessionKey,
	cryptogramInput,
	iccMasterKeyOptionA,
} from "../../../sim/card/cryptogram.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import type { TestScheme } from "../../../sim/card/testScheme.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { asciiBytes, concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import {
	activeSlot,
	Bench,
	CDOL1_DATA,
	cdol2Data,
	DEBIT,
	exchange,
	findObject,
	makeCards,
	nodeRandom,
	SECOND,
	TRANSACTION,
} from "./testCards.js";

const PAN = "6221261000000000018";
const ARQC = "80AE8000";
const TC = "80AE4000";
const AAC = "80AE0000";

let scheme: TestScheme;
let debit: Personalisation;
let blocked: Personalisation;
let mute: Personalisation;
beforeAll(async () => {
	({
		scheme,
		cards: { "unionpay-debit": debit, "blocked-application": blocked, mute },
	} = await makeCards("unionpay-debit", "blocked-application", "mute"));
});

describe("SELECT", () => {
	test("by partial name finds one application after another", () => {
		const family = {
			...debit,
			applications: [
				debit.applications[0]!,
				{ ...debit.applications[0]!, name: `${DEBIT}02`, fci: "6F02A500" },
				debit.applications[1]!,
			],
		};
		const bench = new Bench(family);
		expect(bench.send("00A40402", "A000000333")).toBe("6A82");
		expect(findObject(bench.select("A000000333"), "84")).toBe(DEBIT);
		expect(bench.send("00A40402", "A000000333")).toBe("6F02A5009000");
		expect(bench.send("00A40402", "A000000333")).toBe("6A82");
	});

	test.each([
		["00A40400", "A000000444", "6A82"],
		["00A40400", "A0000003", "6700"],
		["00A40400", "00".repeat(17), "6700"],
		["00A40000", DEBIT, "6A86"],
		["00A40401", DEBIT, "6A86"],
	])("%s %s is refused with %s", (header, name, statusWord) => {
		expect(new Bench(debit).send(header, name)).toBe(statusWord);
	});

	test("of a blocked application warns, and no transaction begins", () => {
		const bench = new Bench(blocked);
		expect(bench.select().slice(-4)).toBe("6283");
		expect(bench.send("80A80000", "83050156E0B0C8")).toBe("6985");
	});

	test("the directory lists both applications with label and priority", () => {
		const bench = new Bench(debit);
		bench.select(formatHex(asciiBytes("1PAY.SYS.DDF01")));
		const record = bench.send("00B2010C").slice(0, -4);
		expect(record).toContain(`4F08${DEBIT}500E${formatHex(asciiBytes("UNIONPAY DEBIT"))}`);
		expect(record).toContain(`4F07${SECOND}500A${formatHex(asciiBytes("KASSA TEST"))}870102`);
	});
});

describe("GET PROCESSING OPTIONS", () => {
	test("answers AIP and AFL in the format of the profile and counts the transaction", () => {
		const bench = new Bench(debit);
		expect(bench.begin()).toBe("800E3C000801010010010202180104009000");
		expect(bench.send("80CA9F36")).toBe("9F3602" + "00019000");
		expect(bench.begin(SECOND)).toBe("7712" + "82023800" + "940C080101001001020218010400" + "9000");
		expect(bench.state).toMatchObject({ [DEBIT]: { atc: 1 }, [SECOND]: { atc: 1 } });
	});

	test.each([
		["8300", "6700"],
		["83060156E0B0C800", "6700"],
		["83050156E0B0", "6A80"],
		["84050156E0B0C8", "6A80"],
		["", "6A80"],
	])("data %s are refused with %s and count nothing", (data, statusWord) => {
		const bench = new Bench(debit);
		bench.select();
		expect(bench.send("80A80000", data)).toBe(statusWord);
		expect(bench.state).toBeUndefined();
	});

	test("needs a fresh selection, and an ATC that can still grow", () => {
		const bench = new Bench(debit);
		expect(bench.send("80A80000", "8300")).toBe("6985");
		bench.begin();
		expect(bench.send("80A80000", "83050156E0B0C8")).toBe("6985");
		const worn = { atc: 0xffff, lastOnlineAtc: 0, pinTryCounter: 3 };
		expect(new Bench(debit, { [DEBIT]: worn }).begin()).toBe("6985");
	});
});

test("records can be read only inside a transaction", () => {
	const bench = new Bench(debit);
	expect(bench.send("00B20114")).toBe("6985");
	bench.select();
	expect(bench.send("00B20114")).toBe("6985");
	bench.begin();
	expect(findObject(bench.send("00B20114").slice(0, -4), "5A")).toBe(`${PAN}F`);
	expect(bench.send("00B20314")).toBe("6A83");
	expect(bench.send("00B20124")).toBe("6A82");
	expect(bench.send("00B20115")).toBe("6A86");
	expect(bench.send("00B20014")).toBe("6A86");
});

test("GET DATA knows the counters and nothing else", () => {
	const bench = new Bench(debit, { [DEBIT]: { atc: 0x1234, lastOnlineAtc: 0x1200, pinTryCounter: 2 } });
	expect(bench.send("80CA9F17")).toBe("6985");
	bench.select();
	expect(bench.send("80CA9F36")).toBe("9F36021234" + "9000");
	expect(bench.send("80CA9F13")).toBe("9F13021200" + "9000");
	expect(bench.send("80CA9F17")).toBe("9F170102" + "9000");
	expect(bench.send("80CA9F4F")).toBe("6A88");
});

describe("VERIFY", () => {
	const RIGHT = "241234FFFFFFFFFF";
	const WRONG = "241235FFFFFFFFFF";

	test("counts wrong PINs down to the block, and a right one sets the counter back", () => {
		const bench = new Bench(debit);
		bench.begin();
		expect(bench.send("00200080", WRONG)).toBe("63C2");
		expect(bench.send("00200080", WRONG)).toBe("63C1");
		expect(bench.send("00200080", RIGHT)).toBe("9000");
		expect(bench.state?.[DEBIT]?.pinTryCounter).toBe(3);
		for (const statusWord of ["63C2", "63C1", "63C0", "6983"]) expect(bench.send("00200080", WRONG)).toBe(statusWord);
		expect(bench.send("00200080", RIGHT)).toBe("6983");
		bench.begin();
		expect(bench.send("00200080", RIGHT)).toBe("6984");
	});

	test("the counter outlives the card's power", () => {
		const bench = new Bench(debit);
		bench.begin();
		bench.send("00200080", WRONG);
		const again = new Bench(debit, JSON.parse(JSON.stringify(bench.state)));
		again.begin();
		expect(again.send("80CA9F17")).toBe("9F170102" + "9000");
		again.begin(SECOND);
		expect(again.send("80CA9F17")).toBe("9F170103" + "9000");
	});

	/** EMV 4.4 Book 2, 7.2, by Node's own RSA. */
	function encipher(pinBlock: string, challenge: Uint8Array, header = 0x7f): Uint8Array {
		const modulus = parseHex(debit.applications[0]!.iccPinKey.modulus);
		const plain = concat(Uint8Array.of(header), parseHex(pinBlock), challenge);
		const block = concat(plain, nodeRandom.bytes(modulus.length - plain.length));
		const jwk = { kty: "RSA", n: Buffer.from(modulus).toString("base64url"), e: "Aw" };
		const key = createPublicKey({ key: jwk, format: "jwk" });
		return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
	}

	function challenge(bench: Bench): Uint8Array {
		const response = bench.send("00840000");
		expect(response).toMatch(/^[0-9A-F]{16}9000$/);
		return parseHex(response.slice(0, 16));
	}

	test("enciphered: right PIN, wrong PIN, wrong challenge, wrong header", () => {
		const bench = new Bench(debit);
		bench.begin();
		expect(bench.send("00200088", encipher(RIGHT, challenge(bench)))).toBe("9000");
		expect(bench.send("00200088", encipher(WRONG, challenge(bench)))).toBe("63C2");
		challenge(bench);
		expect(bench.send("00200088", encipher(RIGHT, new Uint8Array(8)))).toBe("63C1");
		expect(bench.send("00200088", encipher(RIGHT, challenge(bench), 0x6a))).toBe("63C0");
	});

	test("a challenge serves the next command only", () => {
		const bench = new Bench(debit);
		bench.begin();
		const old = challenge(bench);
		bench.send("80CA9F17");
		expect(bench.send("00200088", encipher(RIGHT, old))).toBe("6985");
		const used = challenge(bench);
		expect(bench.send("00200088", encipher(RIGHT, used))).toBe("9000");
		expect(bench.send("00200088", encipher(RIGHT, used))).toBe("6985");
		expect(bench.state?.[DEBIT]?.pinTryCounter).toBe(3);
	});

	test.each([
		["00200080", "241234", "6700"],
		["00200088", "241234FFFFFFFFFF", "6700"],
		["00200000", "241234FFFFFFFFFF", "6A86"],
		["00200180", "241234FFFFFFFFFF", "6A86"],
	])("%s %s is refused with %s and costs no try", (header, data, statusWord) => {
		const bench = new Bench(debit);
		bench.begin();
		expect(bench.send(header, data)).toBe(statusWord);
		expect(bench.state?.[DEBIT]?.pinTryCounter).toBe(3);
	});
});

/** What the bank does: everything from the issuer's own keys and the data of the message. */
class Issuer {
	readonly sessionKey: Uint8Array;
	readonly iad: Uint8Array;
	readonly arqc: Uint8Array;
	readonly atc: Uint8Array;

	constructor(response: string, panSequence = 1) {
		const values = findObject(response.slice(0, -4), "80");
		const value = (tag: string, from: number, to: number) =>
			parseHex(values?.slice(2 * from, 2 * to) ?? findObject(response.slice(0, -4), tag)!);
		this.atc = value("9F36", 1, 3);
		this.arqc = value("9F26", 3, 11);
		this.iad = value("9F10", 11, 19);
		const issuerKey = parseHex(scheme.issuer.masterKeys.applicationCryptogram);
		const masterKey = iccMasterKeyOptionA(nodeCrypto, issuerKey, PAN, panSequence);
		this.sessionKey = commonSessionKey(nodeCrypto, masterKey, this.atc);
	}

	expected(aip: string): Uint8Array {
		const input = cryptogramInput({
			amountAuthorised: parseHex(TRANSACTION["9F02"]),
			amountOther: parseHex(TRANSACTION["9F03"]),
			terminalCountryCode: parseHex(TRANSACTION["9F1A"]),
			tvr: parseHex(TRANSACTION["95"]),
			transactionCurrencyCode: parseHex(TRANSACTION["5F2A"]),
			transactionDate: parseHex(TRANSACTION["9A"]),
			transactionType: parseHex(TRANSACTION["9C"]),
			unpredictableNumber: parseHex(TRANSACTION["9F37"]),
			aip: parseHex(aip),
			atc: this.atc,
			iad: this.iad,
		});
		return applicationCryptogram(nodeCrypto, this.sessionKey, input);
	}

	issuerAuthenticationData(arc = "00"): string {
		const code = asciiBytes(arc);
		return formatHex(concat(arpcMethod1(nodeCrypto, this.sessionKey, this.arqc, code), code));
	}
}

function online(personalisation = debit, aid = DEBIT) {
	const bench = new Bench(personalisation);
	bench.begin(aid);
	const response = bench.send(ARQC, CDOL1_DATA);
	return { bench, response, issuer: new Issuer(response, aid === DEBIT ? 1 : 2) };
}

describe("GENERATE AC", () => {
	test("the ARQC is what the issuer computes from its own keys", () => {
		const { response, issuer } = online();
		expect(response.slice(0, 10)).toBe("8013800001");
		expect(formatHex(issuer.iad)).toBe("07010103A0100001");
		expect(formatHex(issuer.expected("3C00"))).toBe(formatHex(issuer.arqc));
	});

	test("format 2 holds whole data objects and the other application's own key", () => {
		const { response, issuer } = online(debit, SECOND);
		expect(findObject(response.slice(0, -4), "9F27")).toBe("80");
		expect(formatHex(issuer.expected("3800"))).toBe(formatHex(issuer.arqc));
	});

	test("the right ARPC: TC, and the ATC becomes the last online one", () => {
		const { bench, issuer } = online();
		expect(bench.send("00820000", issuer.issuerAuthenticationData())).toBe("9000");
		const response = bench.send(TC, cdol2Data("00"));
		expect(response.slice(0, 6)).toBe("801340");
		const completed = new Issuer(response);
		expect(formatHex(completed.iad)).toBe("0701010360100001");
		expect(formatHex(completed.expected("3C00"))).toBe(formatHex(completed.arqc));
		expect(bench.state?.[DEBIT]).toEqual({ atc: 1, lastOnlineAtc: 1, pinTryCounter: 3 });
	});

	test("a wrong ARPC: the card declines though the terminal asks for a TC", () => {
		const { bench, issuer } = online();
		const wrong = `${issuer.issuerAuthenticationData().slice(0, 16)}3035`;
		expect(bench.send("00820000", wrong)).toBe("6300");
		expect(bench.send("00820000", issuer.issuerAuthenticationData())).toBe("6985");
		const response = bench.send(TC, cdol2Data("00"));
		expect(response.slice(0, 6)).toBe("801300");
		expect(formatHex(new Issuer(response).iad)).toBe("0701010328100001");
		expect(bench.state?.[DEBIT]?.lastOnlineAtc).toBe(0);
	});

	test("no ARPC: the card that must have one declines, the other approves", () => {
		expect(online().bench.send(TC, cdol2Data("00")).slice(0, 6)).toBe("801300");
		const { bench } = online(debit, SECOND);
		const response = bench.send(TC, cdol2Data("00", "00".repeat(10)));
		expect(findObject(response.slice(0, -4), "9F27")).toBe("40");
	});

	test.each([
		["right", true, "40"],
		["wrong", false, "00"],
	])("the %s ARPC inside CDOL2", (_, right, cid) => {
		const { bench, issuer } = online(debit, SECOND);
		expect(bench.send("00820000", issuer.issuerAuthenticationData())).toBe("6985");
		const response = bench.send(TC, cdol2Data("00", right ? issuer.issuerAuthenticationData() : "11".repeat(10)));
		expect(findObject(response.slice(0, -4), "9F27")).toBe(cid);
	});

	test("the host's refusal: an AAC", () => {
		const { bench, issuer } = online();
		bench.send("00820000", issuer.issuerAuthenticationData("51"));
		expect(bench.send(AAC, cdol2Data("51")).slice(0, 6)).toBe("801300");
	});

	test.each([
		[5, "40"],
		[6, "00"],
	])("unable to go online for the %i. time", (offline, cid) => {
		const bench = new Bench(debit, { [DEBIT]: { atc: 10 + offline - 1, lastOnlineAtc: 10, pinTryCounter: 3 } });
		bench.begin();
		bench.send(ARQC, CDOL1_DATA);
		expect(bench.send(TC, cdol2Data("Y3")).slice(4, 6)).toBe(cid);
		expect(bench.state?.[DEBIT]?.lastOnlineAtc).toBe(10);
	});

	test.each([
		[2, "40"],
		[3, "80"],
	])("offline approval number %i in a row", (offline, cid) => {
		const bench = new Bench(debit, { [DEBIT]: { atc: 10 + offline - 1, lastOnlineAtc: 10, pinTryCounter: 3 } });
		bench.begin();
		expect(bench.send(TC, CDOL1_DATA).slice(4, 6)).toBe(cid);
	});

	test("an offline result is final", () => {
		const bench = new Bench(debit);
		bench.begin();
		expect(bench.send(AAC, CDOL1_DATA).slice(0, 6)).toBe("801300");
		expect(bench.send(AAC, cdol2Data("Z1"))).toBe("6985");
		expect(bench.send("00820000", "00".repeat(10))).toBe("6985");
		expect(bench.send("00880000", "A1B2C3D4")).toBe("6985");
	});

	test("the third GENERATE AC is one too many", () => {
		const { bench } = online();
		expect(bench.send(ARQC, cdol2Data("00"))).toBe("6985");
		expect(bench.send(AAC, cdol2Data("05")).slice(-4)).toBe("9000");
		expect(bench.send(AAC, cdol2Data("05"))).toBe("6985");
	});

	test.each([
		["80AE8000", CDOL1_DATA.subarray(1), "6700"],
		["80AEC000", CDOL1_DATA, "6A86"],
		["80AE9000", CDOL1_DATA, "6A86"],
		["80AE8001", CDOL1_DATA, "6A86"],
	])("%s is refused", (header, data, statusWord) => {
		const bench = new Bench(debit);
		expect(bench.send(ARQC, CDOL1_DATA)).toBe("6985");
		bench.begin();
		expect(bench.send(header, data)).toBe(statusWord);
	});

	test("the card reports the PIN and the signature to its issuer", () => {
		const bench = new Bench(debit, { [DEBIT]: { atc: 7, lastOnlineAtc: 7, pinTryCounter: 1 } });
		bench.begin();
		bench.send("00880000", "A1B2C3D4");
		bench.send("00200080", "249999FFFFFFFFFF");
		expect(formatHex(new Issuer(bench.send(ARQC, CDOL1_DATA)).iad)).toBe("07010103A6400201");
	});
});

test("a card pulled in the middle of VERIFY has lost the try, not won it", async () => {
	let state: CardState = {};
	const slot = await activeSlot(debit, changed => {
		state = changed;
	});
	await exchange(slot, "00A4040008");
	await exchange(slot, DEBIT);
	await exchange(slot, "80A8000007");
	await exchange(slot, "83050156E0B0C8");
	expect(await exchange(slot, "0020008008")).toBe("20");
	slot.pullAfter(8);
	expect(await exchange(slot, "249999FFFFFFFFFF")).toBe("");
	expect(slot.powered).toBe(false);
	expect(state[DEBIT]?.pinTryCounter).toBe(2);
	expect(await exchange(slot, "80CA9F1700")).toBe("");
});

test("a mute card stays mute", async () => {
	const slot = await activeSlot(mute);
	expect(await exchange(slot, "00A4040008")).toBe("");
});
