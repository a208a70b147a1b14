import { expect, test } from "vitest";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { decodeMessage, type Fields } from "../../src/host/iso8583/message.js";
import { macIsRight } from "../../src/host/messageMac.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { encodeRequest, request } from "../../src/host/request.js";
import { encodeReversal, reversalOf, reverse } from "../../src/host/reverse.js";
import { fromBank, keys, ScriptedHost, type Step } from "./scriptedHost.js";

const terminal = { terminalId: "TERM0001", merchantId: "MERCHANT0000001", bindingNumber: "202600000001" };
const values: MessageValues = {
	stan: 17,
	batch: 7,
	amountMinor: 1050,
	currency: 156,
	pan: "6222021234560007",
	expiryYymm: "3012",
	panSequence: 1,
	track2: "6222021234560007=301220100000",
	posEntryMode: "chip",
	pinBlock: parseHex("A1A2A3A4A5A6A7A8"),
	iccData: parseHex("9F2608A1B2C3D4E5F6071882023C00"),
};
const ECHO: Fields = { 3: "000000", 4: "000000001050", 11: "000017", 41: "TERM0001", 42: "MERCHANT0000001", 49: "156" };
const APPROVAL: Fields = { ...ECHO, 12: "101112", 13: "1122", 37: "000000000001", 38: "123456", 39: "00" };
const approval = fromBank("0210", { ...APPROVAL, 55: parseHex("9102AABB") });

const ask = (steps: Step[], options = {}, timeoutMs = 30_000) => {
	const host = new ScriptedHost(steps, options);
	return { host, reply: request(host.link, terminal, "sale", values, keys, timeoutMs) };
};

test("a sale on the wire", () => {
	const frame = encodeRequest(unionPay, terminal, "sale", values, keys);
	const message = frame.subarray(13);
	expect(formatHex(frame.subarray(2, 15))).toBe("60000300006031003100000200");
	const { messageType, fields } = decodeMessage(unionPay.message, message);
	expect(messageType).toBe("0200");
	expect(fields).toMatchObject({
		2: "6222021234560007",
		3: "000000",
		4: "000000001050",
		11: "000017",
		14: "3012",
		22: "051",
		23: "001",
		25: "00",
		26: "12",
		35: "6222021234560007D301220100000",
		41: "TERM0001",
		42: "MERCHANT0000001",
		49: "156",
		52: values.pinBlock,
		53: "2600000000000000",
		55: values.iccData,
		60: "22000007000500000",
	});
	expect(macIsRight(unionPay, { messageType, fields }, message, keys)).toBe(true);
});

// [EMV-FBK-03]
test("without a PIN nothing speaks of one; after a failed chip field 60 says so", () => {
	const plain = { ...values, pinBlock: undefined, panSequence: undefined, track2: "", iccData: new Uint8Array(0) };
	const frame = encodeRequest(unionPay, terminal, "sale", { ...plain, posEntryMode: "fallback" }, keys);
	const { fields } = decodeMessage(unionPay.message, frame.subarray(13));
	expect(Object.keys(fields).map(Number)).toEqual([2, 3, 4, 11, 14, 22, 25, 41, 42, 49, 59, 60, 64]);
	expect(fields).toMatchObject({ 22: "022", 60: "22000007000520000" });
});

// [MNY-NUM-02]
test.each<[string, MessageValues, string]>([
	["fraction of a minor unit", { amountMinor: 10.5 }, "field 4: is not decimal"],
	["negative", { amountMinor: -1 }, "field 4: is not decimal"],
	["too much", { amountMinor: 1e12 }, "field 4: has length 13"],
	["STAN of seven digits", { stan: 1_000_000 }, "field 11: has length 7"],
])("a request that cannot be encoded is a fault: %s", (_name, part, complaint) => {
	expect(() => encodeRequest(unionPay, terminal, "sale", { ...values, ...part }, keys)).toThrow(complaint);
});

test("the answer is read", async () => {
	const { host, reply } = ask([approval]);
	expect(await reply).toMatchObject({
		kind: "answered",
		approved: true,
		responseCode: "00",
		authorisationCode: "123456",
		retrievalReference: "000000000001",
		iccData: parseHex("9102AABB"),
		hostDate: "1122",
		hostTime: "101112",
	});
	expect(host.sent).toEqual([encodeRequest(unionPay, terminal, "sale", values, keys)]);
	expect(host.closed).toBe(true);
	expect(host.lines.join()).not.toMatch(/6222021234560007|A1A2/);
});

test("the answer is read from pieces of any size", async () => {
	for (const size of [1, 2, 7, 13]) {
		const pieces: Uint8Array[] = [];
		for (let at = 0; at < approval.length; at += size) pieces.push(approval.subarray(at, at + size));
		expect(await ask(pieces).reply).toMatchObject({ kind: "answered" });
	}
});

test("a decline is an answer", async () => {
	const { reply } = ask([fromBank("0210", { ...ECHO, 39: "51" })]);
	expect(await reply).toMatchObject({ kind: "answered", responseCode: "51", authorisationCode: undefined });
});

const garbled = (() => {
	const bytes = approval.slice();
	bytes.fill(0xff, 13, 30);
	return bytes;
})();
const lateOne = fromBank("0210", { ...APPROVAL, 11: "000016" });
const foreignTerminal = fromBank("0210", { ...APPROVAL, 41: "TERM0002" });
const foreignAddress = fromBank("0210", APPROVAL, 9);
const otherType = fromBank("0410", { ...ECHO, 39: "00" });

// [HST-ANS-01]
test("late, foreign and garbled messages are passed over and counted", async () => {
	const { host, reply } = ask([concat(lateOne, foreignTerminal), garbled, foreignAddress, otherType, approval]);
	expect(await reply).toMatchObject({ kind: "answered", responseCode: "00" });
	const alone = ask([concat(lateOne, foreignTerminal), garbled, foreignAddress, otherType]);
	expect(await alone.reply).toEqual({ kind: "noValidReply", reason: "wrongStan" });
	for (const { lines } of [host, alone.host])
		expect(lines[1]).toBe("skipped garbled 1, foreign 2, otherType 1, otherStan 1");
	expect(host.closed && alone.host.closed).toBe(true);
});

// [HST-ANS-01 MNY-REV-02 MNY-REV-03]
test.each<[string, Step[], string]>([
	["silence", ["silence"], "timeout"],
	["the bank closes", ["close"], "closed"],
	["the connection breaks", ["break"], "closed"],
	["half an answer, then silence", [approval.subarray(0, 40), "silence"], "timeout"],
	["half an answer, then closed", [approval.subarray(0, 40), "close"], "closed"],
	["another request's answer", [lateOne], "wrongStan"],
	["only a foreign answer", [foreignTerminal], "timeout"],
	["no message in the frame", [garbled], "garbled"],
	["no frame", [parseHex("FFFF0000")], "garbled"],
	["no MAC", [withoutMac()], "wrongMac"],
	["another amount", [fromBank("0210", { ...APPROVAL, 4: "000000001051" })], "wrongAmount"],
	["no amount", [fromBank("0210", { ...APPROVAL, 4: undefined })], "wrongAmount"],
	["another currency", [fromBank("0210", { ...APPROVAL, 49: "840" })], "wrongCurrency"],
	["another merchant", [fromBank("0210", { ...APPROVAL, 42: "MERCHANT0000002" })], "wrongMerchantId"],
	["another kind of transaction", [fromBank("0210", { ...APPROVAL, 3: "200000" })], "wrongProcessingCode"],
	["no response code", [fromBank("0210", ECHO)], "noResponseCode"],
])("a reversal is owed: %s", async (_name, steps, reason) => {
	expect(await ask(steps).reply).toEqual({ kind: "noValidReply", reason });
});

// [HST-MAC-01]
test("an answer with any one byte altered is not taken for the answer", async () => {
	// From the message type on; TPDU and header are outside the MAC.
	for (let at = 13; at < approval.length; at++) {
		const altered = approval.slice();
		altered[at]! ^= 0x01;
		expect((await ask([altered]).reply).kind, `byte ${at}`).toBe("noValidReply");
	}
});

// [MNY-REV-05]
test("nothing was sent: no reversal", async () => {
	const { host, reply } = ask([], { connect: "refused" });
	expect(await reply).toMatchObject({ kind: "notSent", reason: "cannot reach the bank: refused" });
	expect(host.sent).toEqual([]);
});

// [MNY-REV-02]
test("a failing send may have sent", async () => {
	expect(await ask([], { send: "broken" }).reply).toEqual({ kind: "noValidReply", reason: "closed" });
});

// [HST-ANS-02]
test("the time-out is for everything together", async () => {
	const { host, reply } = ask(Array(10).fill(foreignTerminal), { stepMs: 300 }, 1000);
	expect(await reply).toEqual({ kind: "noValidReply", reason: "timeout" });
	expect(host.waits).toEqual([1000, 700, 400, 100]);
});

// [HST-ANS-02]
test("a clock set back does not prolong a wait", async () => {
	const { host, reply } = ask([foreignTerminal], { stepMs: -3_600_000 }, 1000);
	await reply;
	expect(host.waits).toEqual([1000, 1000]);
});

const original = reversalOf(unionPay, "sale", values, parseHex("9F3602000F"));

// [MNY-REV-09]
test("a reversal on the wire repeats the STAN and carries neither track data nor PIN", () => {
	const frame = encodeReversal(unionPay, terminal, original, "noResponse", keys);
	const { messageType, fields } = decodeMessage(unionPay.message, frame.subarray(13));
	expect(messageType).toBe("0400");
	expect(Object.keys(fields).map(Number)).toEqual([2, 3, 4, 11, 14, 22, 23, 25, 39, 41, 42, 49, 55, 59, 60, 61, 64]);
	expect(fields).toMatchObject({ 11: "000017", 39: "98", 60: "22000007000500000", 61: "000007000017", 22: "051" });
	expect(JSON.stringify(original)).not.toContain("3012201");
});

test.each([
	["macError", "A0"],
	["other", "06"],
] as const)("reason %s is %s", (reason, code) => {
	const frame = encodeReversal(unionPay, terminal, original, reason, keys);
	expect(decodeMessage(unionPay.message, frame.subarray(13)).fields[39]).toBe(code);
});

test.each<[string, Step[], "acknowledged" | "notAcknowledged" | "refused"]>([
	["accepted", [fromBank("0410", { ...ECHO, 39: "00" })], "acknowledged"],
	["refused", [fromBank("0410", { ...ECHO, 39: "12" })], "refused"],
	["silence", ["silence"], "notAcknowledged"],
	["the sale's late answer", [approval], "notAcknowledged"],
])("reversal: %s", async (_name, steps, outcome) => {
	const host = new ScriptedHost(steps);
	expect(await reverse(host.link, terminal, original, "noResponse", keys, 1000)).toBe(outcome);
});

function withoutMac(): Uint8Array {
	// Bit 64 off, length 8 less.
	const bytes = approval.slice(0, -8);
	bytes[1]! -= 8;
	bytes[22]! &= 0xfe;
	return bytes;
}
