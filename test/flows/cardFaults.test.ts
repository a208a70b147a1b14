import { beforeAll, describe, expect, test } from "vitest";
import { parseFault } from "../../sim/card/faultCheck.js";
import { FAULT_FORMS } from "../../sim/card/faultForms.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { expectDefiniteEnd } from "./definiteEnd.js";
import { makeSaleWorld } from "./saleWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorld("unionpay-debit", "t1-short-blocks", "cda", "two-applications-confirm", "no-pse");
});

const bench = (card: string, faults: readonly string[]) =>
	new SaleBench({ ...worlds[card]!, crypto: nodeCrypto, faults: faults.map(parseFault) });

const T0 = "unionpay-debit";
const T1 = "t1-short-blocks";
const APPROVED = { outcome: "approved", online: true, reversal: "none" };
const BEFORE_BANK = { online: false, reversal: "none", bank: undefined };
const SILENT = { ...BEFORE_BANK, outcome: "cardError", fallbackAllowed: true };
const REMOVED = { ...BEFORE_BANK, outcome: "cardRemoved", fallbackAllowed: false };

/** Card, its faults, what becomes of the sale. Faults that are written together happen together. */
const ROWS: [string, string[], object][] = [
	[T0, [], APPROVED],
	[T1, [], APPROVED],

	// pulled at a command, at a character, in the Answer to Reset, after the bank has approved
	[T0, ["pull:apdu=1"], REMOVED],
	[T1, ["pull:apdu=3"], REMOVED],
	[T0, ["pull:byte=1"], REMOVED],
	[T0, ["pull:byte=500"], REMOVED],
	[T1, ["pull:byte=500"], REMOVED],
	[T0, ["pull:instruction=GENERATE AC"], REMOVED],
	[T0, ["pull:instruction=EXTERNAL AUTHENTICATE"], { outcome: "cardRemoved", online: true, reversal: "owed" }],
	[T1, ["pull:instruction=EXTERNAL AUTHENTICATE"], { outcome: "cardRemoved", online: true, reversal: "owed" }],

	// mute from a command on
	[T0, ["mute:apdu=1"], SILENT],
	[T1, ["mute:apdu=1"], SILENT],
	[T0, ["mute:instruction=READ RECORD"], SILENT],
	[T0, ["mute:instruction=EXTERNAL AUTHENTICATE"], { outcome: "cardError", online: true, reversal: "owed" }],

	// to the edge of the waiting time and beyond: 10080 etu with T=0, with T=1 of BWI 4 15371 + 960
	[T0, ["slow:etu=9590"], APPROVED],
	[T0, ["slow:etu=30000"], SILENT],
	[T1, ["slow:etu=15000"], APPROVED],
	[T1, ["slow:instruction=GENERATE AC,etu=60000"], { outcome: "cardError", online: false }],

	// a damaged character is sent again, three times at most; a block is asked for again
	[T0, ["parity:character=40"], APPROVED],
	[T0, ["parity:character=40,times=3"], APPROVED],
	[T0, ["parity:character=40,times=4"], { outcome: "cardError", online: false, fallbackAllowed: true }],
	[T1, ["parity:character=40"], APPROVED],
	[T1, ["parity:character=40", "parity:character=200", "parity:character=400"], APPROVED],
	[T1, ["flip:character=40"], APPROVED],
	[T1, ["flip:character=60,times=3"], APPROVED],
	[T1, ["flip:character=20,times=100"], { outcome: "cardError", online: false }],

	// a procedure byte that is none; in T=1 the block is repeated
	[T0, ["procedure-byte:apdu=1,value=01"], SILENT],
	[T0, ["procedure-byte:instruction=READ RECORD,value=FF"], { outcome: "cardError", online: false }],
	[T1, ["procedure-byte:apdu=3,value=01"], APPROVED],

	// status words at will
	[T0, ["status-word:instruction=SELECT,statusWord=6A81"], { outcome: "cardBlocked", online: false }],
	[T0, ["status-word:instruction=GET PROCESSING OPTIONS,statusWord=6F00"], SILENT],
	[T1, ["status-word:instruction=GENERATE AC,statusWord=6985"], SILENT],
	[T0, ["status-word:instruction=VERIFY,statusWord=6983"], { ...APPROVED, tvr: "0008248000" }],
	[T0, ["status-word:instruction=EXTERNAL AUTHENTICATE,statusWord=6300"], { outcome: "declined", reversal: "owed" }],

	[T0, ["status-word:instruction=VERIFY,statusWord=63C2"], SILENT],

	// fuzz per tag: offset, length, value; in templates and in format 1
	[
		T0,
		["fuzz:tag=9F26,offset=0,value=FF", "fuzz:tag=9F26,offset=7,value=00"],
		{ outcome: "declined", online: true, responseCode: "05" },
	],
	[T0, ["fuzz:tag=9F10,length=33"], { outcome: "cardError", online: false }],
	[T0, ["fuzz:tag=82,length=1"], SILENT],
	[T0, ["fuzz:tag=94,offset=1,value=00"], SILENT],
	[T0, ["fuzz:tag=5F24,offset=0,value=20"], { outcome: "declined", online: true }],
	[T0, ["fuzz:tag=9F37,value=00"], APPROVED],
	[T0, ["fuzz:tag=90,offset=100,value=0123456789ABCDEF"], { ...APPROVED, tvr: "0808048000" }],
	["cda", ["fuzz:tag=9F4B,offset=20,value=0000"], { outcome: "declined", online: false }],

	// what a card makes of its data objects
	[T0, ["missing-tag:tag=8C"], SILENT],
	[T0, ["repeated-tag:tag=5A"], SILENT],
	["no-pse", ["garbage:instruction=READ RECORD"], SILENT],
	[T0, ["wrong-length:instruction=GET PROCESSING OPTIONS"], SILENT],
	[T0, ["oversized:instruction=GENERATE AC"], { outcome: "cardError", online: false }],
	[T0, ["endless-60:instruction=GENERATE AC"], { outcome: "cardError", online: false }],
	[T0, ["endless-61:apdu=1"], SILENT],
	[T0, ["endless-6c:apdu=1"], { online: false }],
	["no-pse", ["next-without-end"], APPROVED],
	[T0, ["foreign-df-name"], { outcome: "notAccepted", online: false }],
	["two-applications-confirm", ["first-application-unavailable"], APPROVED],
	["cda", ["unsigned-cda"], { outcome: "declined", online: false }],
	["cda", ["foreign-signature"], { outcome: "declined", online: false }],
	[T0, ["upgraded-cryptogram"], { outcome: "cardError", online: false }],
	[T0, ["reserved-cid"], { outcome: "cardError", online: false }],

	// composed
	[T0, ["slow:etu=9000", "parity:character=100,times=3", "status-word:instruction=VERIFY,statusWord=63C0"], APPROVED],
	[T1, ["flip:character=30", "slow:etu=15000", "pull:instruction=GENERATE AC"], REMOVED],
];

describe("a sale with a faulty card", () => {
	// [EMV-SEL-09 EMV-SEL-14 EMV-GPO-04 EMV-REC-02 EMV-REC-04 EMV-REC-06 EMV-ODA-23 EMV-PIN-03 EMV-GAC-01]
	// [EMV-GAC-03 EMV-GAC-04 EMV-ONL-04 EMV-ONL-05 EMV-END-01 EMV-FBK-01 ISO-T0-06 ISO-T0-07 ISO-T0-08 ISO-T0-09]
	// [ISO-T1-06 ISO-T1-10 MNY-REV-06]
	test.each(ROWS)("%s %j", async (card, faults, expected) => {
		const b = bench(card, faults);
		const result = await b.sale(100);
		const { tvr, responseCode, ...others } = expected as { tvr?: string; responseCode?: string };
		expect(result, result.reason).toMatchObject(others);
		expectDefiniteEnd(b, result);
		if (tvr) expect(Buffer.from(result.card!.tvr).toString("hex").toUpperCase()).toBe(tvr);
		if (responseCode) expect(result.bank?.responseCode).toBe(responseCode);
		const paid = (result.outcome === "approved" && result.online) || result.reversal === "owed";
		expect(b.merchantMinor).toBe(paid ? 100 : 0);
	});

	test("there is a row for every fault", () => {
		const tried = new Set(ROWS.flatMap(([, faults]) => faults.map(fault => parseFault(fault).fault)));
		expect(Object.keys(FAULT_FORMS).filter(name => !tried.has(name as never))).toEqual([]);
	});
});
