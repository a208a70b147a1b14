import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { cardholderVerification } from "../../src/emv/cardholderVerification.js";
import { decodeCvmList } from "../../src/emv/cvmList.js";
import type { PinEntryResult } from "../../src/keys/pinPad.js";
import {
	bytes,
	type Exchange,
	openScripted,
	ScriptedPinPad,
	type TransactionOptions,
	tsi,
	tvr,
} from "./scriptedCard.js";

const CARD = { "82": "1000", "5A": "6221261000000018", "9F42": "0156" };
const GET_COUNTER = "80CA9F1700";
const COUNTER_3: Exchange = [GET_COUNTER, "9F1701039000"];
const VERIFY = "0020008008 241234FFFFFFFFFF";
const PERFORMED = "4000";

interface Row {
	/** Amounts X and Y, then rules. */
	readonly list: string;
	readonly options?: TransactionOptions;
	readonly exchanges?: readonly Exchange[];
	readonly pin?: readonly PinEntryResult[];
	readonly capabilities?: string;
	readonly results: string;
	readonly tvr: string;
	readonly ended?: string;
}

async function verify({
	list,
	options = {},
	exchanges = [],
	pin = [],
	capabilities = "E0F8C8",
}: Omit<Row, "results" | "tvr">) {
	const pinPad = new ScriptedPinPad(...pin);
	const { t, card } = openScripted({
		...options,
		exchanges,
		ports: { pinPad },
		configuration: { terminalCapabilities: bytes(capabilities), ...options.configuration },
		card: { ...CARD, "8E": /^[0-9A-F]{16}/.test(list) ? list : `${"00".repeat(8)}${list}`, ...options.card },
	});
	const ended = await cardholderVerification(t);
	expect(card.left).toEqual([]);
	return { t, pinPad, ended: ended?.kind };
}

function rows(name: string, table: Readonly<Record<string, Row>>): void {
	describe(name, () => {
		test.each(Object.entries(table))("%s", async (_name, row) => {
			const { t, ended, pinPad } = await verify(row);
			expect(ended).toBe(row.ended);
			expect(formatHex(t.data.get(0x9f34)!)).toBe(row.results);
			expect(tvr(t)).toBe(row.tvr);
			expect(tsi(t)).toBe(PERFORMED);
			if (pinPad.requests.length) expect(pinPad.forgotten).toBeGreaterThan(0);
		});
	});
}

// EMV 4.4 Book 3, Annex C3, table 43; results: Book 4, 6.3.4.5
// [EMV-CVM-03 EMV-CVM-04 EMV-CVM-07 EMV-CVM-10 EMV-CVM-11 EMV-CVM-12 EMV-PIN-09 EMV-PIN-10]
rows("methods", {
	"signature: unknown": { list: "1E00", results: "1E0000", tvr: "0000000000" },
	"no CVM: successful": { list: "1F00", results: "1F0002", tvr: "0000000000" },
	"fail CVM": { list: "0000", results: "000001", tvr: "0000800000" },
	"online PIN: unknown, the bit is set": { list: "0200", pin: ["entered"], results: "020000", tvr: "0000040000" },
	"plaintext PIN: successful": {
		list: "0100",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "9000"]],
		results: "010002",
		tvr: "0000000000",
	},
	"plaintext PIN and signature: unknown": {
		list: "0300",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "9000"]],
		results: "030000",
		tvr: "0000000000",
	},
	"plaintext PIN wrong and signature": {
		list: "0300",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "63C0"]],
		results: "030001",
		tvr: "0000A00000",
	},
	"a method that nobody knows": { list: "2000", results: "3F0001", tvr: "0000C00000" },
	"unknown, b7: the next rule": { list: "6000 1F00", results: "1F0002", tvr: "0000400000" },
	"unknown, no b7: no next rule": { list: "2000 1F00", results: "3F0001", tvr: "0000C00000" },
	"enciphered PIN without a key: failed": {
		list: "0400",
		exchanges: [COUNTER_3],
		options: { card: { "8F": "01" } },
		results: "040001",
		tvr: "0000800000",
	},
});

// [EMV-CVM-05 EMV-CVM-06]
rows("what the terminal cannot do", {
	signature: { list: "5E00 1F00", capabilities: "E0D8C8", results: "1F0002", tvr: "0000000000" },
	"signature alone: nothing was performed": {
		list: "1E00",
		capabilities: "E0D8C8",
		results: "3F0001",
		tvr: "0000800000",
	},
	"no CVM": { list: "1F00", capabilities: "E0F0C8", results: "3F0001", tvr: "0000800000" },
	"any PIN: no PIN pad (10.5.1)": {
		list: "4100 4400 4200 1E00",
		capabilities: "E028C8",
		results: "1E0000",
		tvr: "0000100000",
	},
	"enciphered but plaintext PIN: there is a PIN pad": {
		list: "4400 1E00",
		capabilities: "E0A8C8",
		results: "1E0000",
		tvr: "0000000000",
	},
	"the signature after a PIN": { list: "4300 1F00", capabilities: "E0D8C8", results: "1F0002", tvr: "0000000000" },
	"online PIN: no PIN pad for it (10.5.2)": {
		list: "4200 1E00",
		capabilities: "E0B8C8",
		results: "1E0000",
		tvr: "0000100000",
	},
	"if the terminal supports it: passed over without a trace": {
		list: "0103 0403 0203 2003 1E03 1F03",
		capabilities: "E008C8",
		results: "1F0302",
		tvr: "0000000000",
	},
});

// table 44
const CASH = { transactionType: 1 };
const CASHBACK = { transactionType: 9, cashbackMinor: 10 };
const UNATTENDED = { terminal: { "9F35": "25" } };
const NONE = { results: "3F0001", tvr: "0000800000" };
// [EMV-CVM-01 EMV-CVM-02 EMV-CVM-14]
rows("conditions", {
	"01 unattended cash": { list: "1F01", options: { ...CASH, ...UNATTENDED }, results: "1F0102", tvr: "0000000000" },
	"01 is not attended cash": { list: "1F01", options: CASH, ...NONE },
	"01 is not unattended goods": { list: "1F01", options: UNATTENDED, ...NONE },
	"02 goods": { list: "1F02", results: "1F0202", tvr: "0000000000" },
	"02 is not cash": { list: "1F02", options: CASH, ...NONE },
	"02 is not cashback": { list: "1F02", options: CASHBACK, ...NONE },
	"04 manual cash": { list: "1F04", options: CASH, results: "1F0402", tvr: "0000000000" },
	"04 is not unattended cash": { list: "1F04", options: { ...CASH, ...UNATTENDED }, ...NONE },
	"05 cashback": { list: "1F05", options: CASHBACK, results: "1F0502", tvr: "0000000000" },
	"05 is not goods": { list: "1F05", ...NONE },
	"06 under X": { list: "0000006500000000 1F06", results: "1F0602", tvr: "0000000000" },
	"06 is not X itself": { list: "0000006400000000 1F06", ...NONE },
	"07 over X": { list: "0000006300000000 1F07", results: "1F0702", tvr: "0000000000" },
	"07 is not X itself": { list: "0000006400000000 1F07", ...NONE },
	"08 under Y": { list: "0000000000000065 1F08", results: "1F0802", tvr: "0000000000" },
	"09 over Y": { list: "0000000000000063 1F09", results: "1F0902", tvr: "0000000000" },
	"06 X is binary, not decimal": {
		list: "0000010000000000 1F06",
		options: { amountMinor: 255 },
		results: "1F0602",
		tvr: "0000000000",
	},
	"06 to 09 in another currency": {
		list: "0000006500000065 1F06 1F08",
		options: { card: { "9F42": "0840" } },
		...NONE,
	},
	"06 without the application's currency": {
		list: "0000006500000065 1F06",
		options: { card: { "9F42": "" } },
		...NONE,
	},
	"0A is not known": { list: "1F0A", ...NONE },
	"80 is a payment system's": { list: "1F80", ...NONE },
	"a rule after others that do not apply": { list: "0005 1F06 1E00", results: "1E0000", tvr: "0000000000" },
});

// 10.5.1
// [EMV-CMD-01 EMV-CVM-13 EMV-PIN-01 EMV-PIN-02 EMV-PIN-03 EMV-PIN-04 EMV-PIN-05 EMV-PIN-11]
rows("offline PIN", {
	"wrong, then right: the same rule again": {
		list: "4100 1F00",
		pin: ["entered", "entered"],
		exchanges: [COUNTER_3, [VERIFY, "63C2"], [VERIFY, "9000"]],
		results: "410002",
		tvr: "0000000000",
	},
	"wrong until none is left": {
		list: "0100",
		pin: ["entered", "entered"],
		exchanges: [
			[GET_COUNTER, "9F1701029000"],
			[VERIFY, "63C1"],
			[VERIFY, "63C0"],
		],
		results: "010001",
		tvr: "0000A00000",
	},
	"none left from the start: nobody is asked": {
		list: "0100",
		exchanges: [[GET_COUNTER, "9F1701009000"]],
		results: "010001",
		tvr: "0000A00000",
	},
	"6983": {
		list: "0100",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "6983"]],
		results: "010001",
		tvr: "0000A00000",
	},
	"6984": {
		list: "0100",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "6984"]],
		results: "010001",
		tvr: "0000A00000",
	},
	"the card does not tell its counter": {
		list: "0100",
		pin: ["entered"],
		exchanges: [
			[GET_COUNTER, "6A88"],
			[VERIFY, "9000"],
		],
		results: "010002",
		tvr: "0000000000",
	},
	"the counter is malformed": {
		list: "0100",
		pin: ["entered"],
		exchanges: [
			[GET_COUNTER, "9F17039000"],
			[VERIFY, "9000"],
		],
		results: "010002",
		tvr: "0000000000",
	},
	"bypassed, later PINs count as bypassed (Book 4, 6.3.4.3)": {
		list: "4100 4200 1E00",
		pin: ["bypassed"],
		exchanges: [COUNTER_3],
		results: "1E0000",
		tvr: "0000080000",
	},
	"bypassed, nothing else": {
		list: "0100",
		pin: ["bypassed"],
		exchanges: [COUNTER_3],
		results: "010001",
		tvr: "0000880000",
	},
	"blocked, then the online PIN": {
		list: "4100 0200",
		pin: ["entered"],
		exchanges: [[GET_COUNTER, "9F1701009000"]],
		results: "020000",
		tvr: "0000240000",
	},
	cancelled: {
		list: "4100 1F00",
		pin: ["cancelled"],
		exchanges: [COUNTER_3],
		results: "3F0000",
		tvr: "0000000000",
		ended: "cancelled",
	},
	"timed out": {
		list: "4100 1F00",
		pin: ["timedOut"],
		exchanges: [COUNTER_3],
		results: "3F0000",
		tvr: "0000000000",
		ended: "timedOut",
	},
	"card removed": {
		list: "4100 1F00",
		pin: ["cardRemoved"],
		exchanges: [COUNTER_3],
		results: "3F0000",
		tvr: "0000000000",
		ended: "cardRemoved",
	},
	"a status that no Book gives": {
		list: "4100 1F00",
		pin: ["entered"],
		exchanges: [COUNTER_3, [VERIFY, "6F00"]],
		results: "3F0000",
		tvr: "0000000000",
		ended: "cardError",
	},
	"a card that always offers another try": {
		list: "0100",
		pin: Array(15).fill("entered"),
		exchanges: [COUNTER_3, ...Array.from({ length: 15 }, (): Exchange => [VERIFY, "63CF"])],
		results: "3F0000",
		tvr: "0000000000",
		ended: "cardError",
	},
});

// [EMV-CVM-13]
rows("online PIN", {
	bypassed: { list: "4200 1E00", pin: ["bypassed"], results: "1E0000", tvr: "0000080000" },
	cancelled: { list: "4200 1E00", pin: ["cancelled"], results: "3F0000", tvr: "0000000000", ended: "cancelled" },
});

// [EMV-PIN-04]
test("the tries left and the wrong PIN before are told to the PIN pad", async () => {
	const exchanges: readonly Exchange[] = [COUNTER_3, [VERIFY, "63C2"], [VERIFY, "9000"]];
	const { pinPad } = await verify({ list: "0100", pin: ["entered", "entered"], exchanges });
	expect(pinPad.requests).toEqual([
		{ triesLeft: 3, retry: false },
		{ triesLeft: 2, retry: true },
	]);
});

// [EMV-CVM-11]
test("the enciphered online PIN block is kept for the host", async () => {
	const { t } = await verify({ list: "0200", pin: ["entered"] });
	expect(formatHex(t.onlinePinBlock!)).toBe("0011223344556677");
});

// Book 3, 10.5 and 7.5
// [EMV-REC-08 EMV-CVM-07 EMV-CVM-08]
test.each([
	["the card does not announce it", { "82": "0000", "8E": "0000000000000000 1F00" }, "0000000000"],
	["no list although announced", { "82": "1000" }, "2000000000"],
	["a list without rules is none", { "82": "1000", "8E": "0000000000000000" }, "2000000000"],
])("not performed: %s", async (_name, card, expected) => {
	const { t } = openScripted({ card });
	expect(await cardholderVerification(t)).toBeUndefined();
	expect([formatHex(t.data.get(0x9f34)!), tvr(t), tsi(t)]).toEqual(["3F0000", expected, "0000"]);
});

// [EMV-CVM-09]
test.each(["", "00000000", "000186A0000003E8", "000186A0000003E81E0342", "00".repeat(254)])("no CVM list: %s", list => {
	expect(decodeCvmList(bytes(list))).toBeUndefined();
});

// [EMV-CVM-09]
test("a malformed list ends the transaction", async () => {
	const { t } = openScripted({ card: { "82": "1000", "8E": "0000000000000000 1F" } });
	expect(await cardholderVerification(t)).toMatchObject({ kind: "cardError" });
});
