import { beforeEach, describe, expect, test } from "vitest";
import type { Acquirer } from "../../../sim/bank/acquirer.js";
import { differencesOf } from "../../../sim/bank/operations/settle.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import type { MessageValues } from "../../../src/host/messageValues.js";
import type { Operation } from "../../../src/operation.js";
import { BankTerminal, bankIn, chip, PROFILE_CASES, sessionKeys, TMK } from "./bankTerminal.js";
import { iccData, MERCHANT } from "./bankWorld.js";
import { BOOKS, keyOf, OTHER_PAN, PAN, type TestBooks } from "./booksWorld.js";

const FOREIGN = { pan: OTHER_PAN, pin: "999999", balanceMinor: 5_000, holder: "Li Wei", foreign: true };
const LIMITED = {
	pan: "6222021234560023",
	pin: "1234",
	balanceMinor: 9_000,
	perTransactionMinor: 500,
	perDayMinor: 800,
};
const OPENINGS = [{ pan: PAN, pin: "1234", balanceMinor: 10_000, holder: "Wang Fang" }, FOREIGN, LIMITED];

const worlds = PROFILE_CASES.flatMap(([name, profileCase]) =>
	BOOKS.map(([kind, open]) => [`${name}, books ${kind}`, profileCase, open] as const),
);

describe.each(worlds)("the bank in %s", (_name, profileCase, open) => {
	let books: TestBooks;
	let bank: Acquirer;
	let t: BankTerminal;
	beforeEach(() => {
		books = open(OPENINGS);
		bank = bankIn(profileCase, books);
		t = new BankTerminal(bank, profileCase);
		return () => expect(books.audit()).toEqual([]);
	});
	const balance = (pan = PAN) => books.card(pan)!.balanceMinor;
	const merchant = () => books.balanceMinor(MERCHANT.merchantId);
	const code = ({ responseCode }: MessageValues) => responseCode;
	/** Approved, and its STAN. */
	const approved = (reply: MessageValues) => {
		expect(reply.responseCode).toBe("00");
		expect(reply.retrievalReference).toMatch(/^[0-9]{12}$/);
		return t.lastValues.stan!;
	};

	test("sale, sale with cashback, cash: the whole amount goes to the merchant", () => {
		approved(t.sale(1_000));
		approved(t.card("saleWithCashback", 500, { cashbackMinor: 200 }, "1234"));
		approved(t.card("cash", 300, {}, "1234"));
		expect([balance(), merchant()]).toEqual([8_200, 1_800]);
	});

	test("a wrong PIN, three times: the card's PIN is blocked until its issuer unblocks it", () => {
		expect([1, 2, 3, 4].map(() => code(t.card("sale", 10, {}, "4321")))).toEqual(["55", "55", "55", "75"]);
		expect(code(t.sale(10))).toBe("75");
		expect(balance()).toBe(10_000);
		books.notePin(PAN, true);
		approved(t.sale(10));
	});

	test("limits of a transaction and of a day", () => {
		const pan = LIMITED.pan;
		expect(code(t.sale(501, { pan }))).toBe("61");
		const first = approved(t.sale(500, { pan }));
		expect(code(t.sale(301, { pan }))).toBe("61");
		expect(code(t.sale(300, { pan }))).toBe("00");
		expect(code(t.sale(1, { pan }))).toBe("61");
		expect(code(t.about("saleVoid", first, 500, { pan }))).toBe("00");
		approved(t.sale(500, { pan }));
	});

	test("a void gives back what the sale has become, in the same batch, once", () => {
		const stan = approved(t.sale(1_000));
		expect(code(t.about("saleVoid", stan, 999))).toBe("64");
		expect(code(t.about("saleVoid", stan + 99, 1_000))).toBe("25");
		expect(code(t.about("saleVoid", stan, 1_000, { pan: OTHER_PAN }))).toBe("25");
		expect(code(t.about("saleVoid", stan, 1_000))).toBe("00");
		expect(code(t.about("saleVoid", stan, 1_000))).toBe("12");
		expect([balance(), merchant()]).toEqual([10_000, 0]);
	});

	test("a void that is taken back, and what a taken-back sale cannot have", () => {
		const stan = approved(t.sale(1_000));
		expect(code(t.about("saleVoid", stan, 1_000))).toBe("00");
		const voided = t.lastValues;
		expect(code(t.reverse("saleVoid", voided))).toBe("00");
		expect(code(t.reverse("saleVoid", voided))).toBe("00");
		expect(merchant()).toBe(1_000);
		const sale = { ...t.card("sale", 500, {}, "1234"), ...t.lastValues };
		expect(code(t.reverse("sale", t.lastValues))).toBe("00");
		expect(code(t.about("saleVoid", sale.stan!, 500))).toBe("25");
		expect(merchant()).toBe(1_000);
	});

	test("refunds in parts, up to the sale, also of another batch; a voided sale has none", () => {
		const reply = t.sale(1_000);
		const stan = approved(reply);
		const { retrievalReference } = reply;
		expect(code(t.about("refund", stan, 400, { retrievalReference }))).toBe("00");
		settle();
		t.batch = 2;
		const original = t.original(stan, 1);
		expect(code(t.about("refund", stan, 601, { original, retrievalReference }))).toBe("64");
		expect(code(t.about("refund", stan, 600, { original, retrievalReference }))).toBe("00");
		expect(code(t.about("refund", stan, 1, { original, retrievalReference }))).toBe("64");
		expect([balance(), merchant()]).toEqual([10_000, 0]);
		expect(code(t.about("saleVoid", stan, 1_000, { original, retrievalReference }))).toBe("77");
		const second = approved(t.sale(100));
		t.about("saleVoid", second, 100);
		expect(code(t.about("refund", second, 100))).toBe("12");
	});

	test("a pre-authorisation holds, an increment adds, a completion up to 115 % settles the rest", () => {
		const reply = t.card("preAuthorisation", 1_000, {}, "1234");
		const stan = approved(reply);
		const { authorisationCode } = reply;
		expect(authorisationCode).toMatch(/^[0-9]{6}$/);
		expect([balance(), merchant()]).toEqual([9_000, 0]);
		expect(code(t.about("increment", stan, 500, { authorisationCode }))).toBe("00");
		expect(balance()).toBe(8_500);
		expect(code(t.about("completion", stan, 1_726, { authorisationCode }))).toBe("64");
		expect(code(t.about("completion", stan, 1_725, { authorisationCode }))).toBe("00");
		const completed = t.lastValues;
		expect([balance(), merchant()]).toEqual([8_275, 1_725]);
		expect(code(t.about("completion", stan, 100, { authorisationCode }))).toBe("12");
		expect(code(t.about("preAuthorisationVoid", stan, 1_500, { authorisationCode }))).toBe("12");
		expect(code(t.about("completionVoid", completed.stan!, 1_725))).toBe("00");
		expect([balance(), merchant()]).toEqual([8_500, 0]);
		expect(code(t.about("preAuthorisationVoid", stan, 1_500, { authorisationCode }))).toBe("00");
		expect(balance()).toBe(10_000);
		expect(code(t.about("completion", stan, 100, { authorisationCode }))).toBe("12");
	});

	test("a completion below the hold gives the rest back; as an advice it may overdraw", () => {
		const first = approved(t.card("preAuthorisation", 1_000));
		expect(code(t.about("completionAdvice", first, 600))).toBe("00");
		expect([balance(), merchant()]).toEqual([9_400, 600]);
		const second = approved(t.card("preAuthorisation", 9_400));
		expect(code(t.about("completion", second, 9_500))).toBe("51");
		expect(code(t.about("completionAdvice", second, 9_500))).toBe("00");
		expect(balance()).toBe(-100);
	});

	test.each<[Operation, number]>([
		["preAuthorisation", 10_000],
		["increment", 9_000],
		["preAuthorisationVoid", 9_000],
		["completion", 9_000],
		["completionVoid", 9_500],
	])("%s is taken back, twice over, and the books are as before", (operation, before) => {
		const steps: Partial<Record<Operation, () => MessageValues>> = {
			preAuthorisation: () => t.card("preAuthorisation", 1_000),
			increment: () => t.about("increment", 1, 200),
			preAuthorisationVoid: () => t.about("preAuthorisationVoid", 1, 1_000),
			completion: () => t.about("completion", 1, 500),
			completionVoid: () => t.about("completionVoid", 2, 500),
		};
		if (operation !== "preAuthorisation") approved(steps.preAuthorisation!());
		if (operation === "completionVoid") approved(steps.completion!());
		expect(balance()).toBe(before);
		approved(steps[operation]!());
		expect(balance()).not.toBe(before);
		const taken = t.lastValues;
		for (let i = 0; i < 2; i++) {
			expect(code(t.reverse(operation, taken))).toBe("00");
			expect(balance()).toBe(before);
		}
		approved(steps[operation]!());
	});

	test("a late request whose reversal was there first is refused", () => {
		t.sale(100);
		const other = new BankTerminal(bank, profileCase, "TERM0001", 2);
		const values = { ...t.lastValues, stan: 77, iccData: iccData(100, ++chip.atc) };
		expect(code(other.reverse("sale", values))).toBe("00");
		expect(code(other.ask("sale", { ...values, pinBlock: undefined }))).toBe("12");
		expect(merchant()).toBe(100);
	});

	test("a balance, which moves nothing", () => {
		const reply = t.card("balance", 0, {}, "1234");
		expect(reply).toMatchObject({ responseCode: "00", balanceMinor: 10_000 });
		expect(code(t.card("balance", 0, {}, "9999"))).toBe("55");
	});

	test("an offline sale is booked when it comes, once, whatever the balance; a wrong certificate is not", () => {
		const offline = (amountMinor: number, atc: number, cid = "40") =>
			t.card("offlineSale", amountMinor, { iccData: iccData(amountMinor, atc, {}, { cid }) });
		const atc = ++chip.atc;
		approved(t.sale(9_000)); // its counter is higher than the offline sale's
		expect(code(offline(1_500, atc))).toBe("00");
		expect(balance()).toBe(-500);
		expect(code(offline(1_500, atc))).toBe("05");
		expect(code(offline(1_500, ++chip.atc, "80"))).toBe("30");
		expect(balance()).toBe(-500);
	});

	test("tip and adjustment change what a sale comes to; the void gives it all back", () => {
		const stan = approved(t.sale(1_000));
		const tip = (amountMinor: number, tipMinor: number) => t.about("tip", stan, amountMinor, { tipMinor });
		expect(code(tip(1_000, 0))).toBe("64");
		expect(code(tip(1_150, 140))).toBe("64");
		expect(code(tip(1_150, 150))).toBe("00");
		expect(merchant()).toBe(1_150);
		expect(code(t.about("adjust", stan, 900))).toBe("00");
		expect(merchant()).toBe(900);
		expect(code(t.about("adjust", stan + 50, 900))).toBe("25");
		expect(code(t.about("saleVoid", stan, 1_000))).toBe("64");
		expect(code(t.about("saleVoid", stan, 900))).toBe("00");
		expect([balance(), merchant()]).toEqual([10_000, 0]);
		expect(code(t.about("tip", stan, 1_000, { tipMinor: 100 }))).toBe("12");
	});

	test("a referral: the voice centre's code makes the sale, for that amount, once", () => {
		bank.bank.scenarios.order("refer to card issuer", undefined, 1);
		expect(code(t.sale(1_000))).toBe("01");
		const [referral] = books.referrals();
		expect(referral!.answer.referral).toMatch(/^[0-9]+$/);
		const authorisationCode = referral!.answer.authorisationCode!;
		expect(code(t.about("voiceAuthorisedSale", 1, 999, { authorisationCode }))).toBe("25");
		expect(code(t.about("voiceAuthorisedSale", 1, 1_000, { authorisationCode: "000000" }))).toBe("25");
		expect(code(t.about("voiceAuthorisedSale", 1, 1_000, { authorisationCode }))).toBe("00");
		expect(code(t.about("voiceAuthorisedSale", 1, 1_000, { authorisationCode }))).toBe("25");
		expect(merchant()).toBe(1_000);
	});

	test("a decline that the card wants told is noted and moves nothing", () => {
		const chipData = iccData(700, ++chip.atc, {}, { cid: "00" });
		expect(code(t.card("declineAdvice", 700, { iccData: chipData }))).toBe("00");
		expect(books.transaction(keyOf(t.lastValues.stan!))).toMatchObject({ state: "declined", amountMinor: 700 });
		expect(balance()).toBe(10_000);
	});

	test("what became of a transaction", () => {
		const state = (stan: number) => t.ask("query", { original: t.original(stan) }).originalState;
		const sale = approved(t.sale(100));
		t.sale(99_999);
		const declined = t.lastValues.stan!;
		const taken = approved(t.sale(200));
		const takenValues = t.lastValues;
		expect([sale, declined, taken, 999].map(state)).toEqual(["approved", "declined", "approved", "unknown"]);
		t.reverse("sale", takenValues);
		t.about("saleVoid", sale, 100);
		expect([sale, taken].map(state)).toEqual(["voided", "reversed"]);
	});

	const totals = (debit: number, debitMinor: number, credit = 0, creditMinor = 0, foreign = 0, foreignMinor = 0) => ({
		local: { debit: { count: debit, sumMinor: debitMinor }, credit: { count: credit, sumMinor: creditMinor } },
		foreign: { debit: { count: foreign, sumMinor: foreignMinor }, credit: { count: 0, sumMinor: 0 } },
	});
	function settle(): MessageValues {
		const { local, foreign } = books.totals("TERM0001", t.batch);
		return t.ask("settlement", {
			totals: {
				local: {
					debit: { count: local.debitCount, sumMinor: local.debitMinor },
					credit: { count: local.creditCount, sumMinor: local.creditMinor },
				},
				foreign: {
					debit: { count: foreign.debitCount, sumMinor: foreign.debitMinor },
					credit: { count: foreign.creditCount, sumMinor: foreign.creditMinor },
				},
			},
		});
	}

	test("equal totals close the batch, and the next one is opened", () => {
		const stan = approved(t.sale(1_000));
		approved(t.sale(300));
		t.about("refund", stan, 400);
		const reply = t.ask("settlement", { totals: totals(2, 1_300, 1, 400) });
		expect(reply).toMatchObject({ responseCode: "00", settlementVerdict: { local: "equal", foreign: "equal" } });
		expect(books.settlement("TERM0001", 1)).toMatchObject({ state: "settled", verdict: "equal" });
		expect(code(t.sale(1))).toBe("77");
		// Asked again, the bank says the same; it does not take another word for it.
		expect(t.ask("settlement", { totals: totals(2, 1_300, 1, 400) }).settlementVerdict!.local).toBe("equal");
		expect(t.ask("settlement", { totals: totals(9, 9_999) }).settlementVerdict!.local).toBe("unequal");
		expect(books.terminal("TERM0001").batch).toBe(2);
		t.batch = 2;
		expect(code(t.sale(1))).toBe("00");
	});

	test("unequal totals: the batch is uploaded; what differs is the bank's report", () => {
		approved(t.sale(1_000));
		const first = t.lastValues.stan!;
		approved(t.sale(300));
		const second = t.lastValues.stan!;
		expect(t.ask("settlement", { totals: totals(2, 1_301) }).settlementVerdict!.local).toBe("unequal");
		expect(books.settlement("TERM0001", 1).state).toBe("uploading");
		const upload = (stan: number, amountMinor: number) =>
			t.ask("batchUpload", {
				uploadClass: "stripe",
				uploads: [{ stan, amountMinor, pan: PAN, foreignCard: false }],
			});
		expect(code(upload(first, 1_000))).toBe("00");
		expect(code(upload(77, 1))).toBe("00");
		expect(code(t.ask("batchUploadEnd", { uploadCount: 3 }))).toBe("95");
		for (const [stan, amountMinor] of [
			[first, 1_000],
			[77, 1],
			[second, 301],
		] as const)
			upload(stan, amountMinor);
		expect(code(t.ask("batchUploadEnd", { uploadCount: 3 }))).toBe("00");
		expect(code(t.ask("batchUploadEnd", { uploadCount: 3 }))).toBe("00");
		expect(books.settlement("TERM0001", 1)).toMatchObject({ state: "settled", verdict: "differing" });
	});

	test("a switch makes equal totals differ, so that the upload finds nothing amiss", () => {
		approved(t.sale(1_000));
		bank.bank.disputeTotals = true;
		expect(t.ask("settlement", { totals: totals(1, 1_000) }).settlementVerdict!.local).toBe("unequal");
		const stan = 1;
		t.ask("batchUpload", {
			uploadClass: "stripe",
			uploads: [{ stan, amountMinor: 1_000, pan: PAN, foreignCard: false }],
		});
		expect(code(t.ask("batchUploadEnd", { uploadCount: 1 }))).toBe("00");
		expect(books.settlement("TERM0001", 1).verdict).toBe("reconciled");
	});

	test("a void and its sale may stay out of the upload, anything else may not", () => {
		const voided = approved(t.sale(500));
		expect(code(t.about("saleVoid", voided, 500))).toBe("00");
		const kept = approved(t.sale(700));
		const chipUpload = (stan: number, amountMinor: number) =>
			t.ask("batchUpload", {
				...{ uploadClass: "chip" as const, pan: PAN, panSequence: 1, posEntryMode: "chip" as const, amountMinor },
				original: t.original(stan),
			});
		bank.bank.disputeTotals = true;
		t.ask("settlement", { totals: totals(2, 1_200, 1, 500) });
		expect(code(chipUpload(kept, 700))).toBe("00");
		expect(differencesOf(books, books.settlement("TERM0001", 1))).toEqual([]);
		books.clearUploads("TERM0001", 1);
		expect(differencesOf(books, books.settlement("TERM0001", 1))).toEqual([
			{ stan: kept, terminalMinor: undefined, bankMinor: 700 },
		]);
		chipUpload(kept, 700);
		expect(code(t.ask("batchUploadEnd", { uploadCount: 1 }))).toBe("00");
		expect(books.settlement("TERM0001", 1).verdict).toBe("reconciled");
	});

	test("an upload that nobody asked for is refused", () => {
		const uploads = [{ stan: 1, amountMinor: 1, pan: PAN, foreignCard: false }];
		expect(code(t.ask("batchUpload", { uploadClass: "stripe", uploads }))).toBe("12");
		expect(code(t.ask("batchUploadEnd", { uploadCount: 1 }))).toBe("12");
	});

	test("cards from abroad count apart", () => {
		approved(t.sale(1_000));
		approved(t.card("sale", 700, { pan: OTHER_PAN }, FOREIGN.pin));
		expect(t.ask("settlement", { totals: totals(1, 1_000, 0, 0, 1, 700) }).settlementVerdict).toEqual({
			local: "equal",
			foreign: "equal",
		});
	});

	test("sign-in brings the batch and, under the master key, work keys with their check values", () => {
		books.saveTerminal({ ...books.terminal("TERM0001"), batch: 9 });
		const { responseCode, batch, workKeys } = t.ask("signIn");
		expect([responseCode, batch]).toEqual(["00", 9]);
		t.batch = 9;
		if (profileCase.profile.security.keyScheme === "masterSession") {
			const clear = (["pin", "mac", "data"] as const).map(name => {
				const { key, checkValue } = workKeys![name]!;
				const plain = nodeCrypto.desEcb(TMK, key, "decipher");
				const kcv = nodeCrypto.desEcb(plain, new Uint8Array(8), "encipher").slice(0, 4);
				expect(formatHex(kcv)).toBe(formatHex(checkValue));
				return plain;
			});
			expect(() => t.sale(10)).toThrow("the answer's MAC is wrong"); // under the keys of before
			t.nextKeys = () => sessionKeys(clear[1]!, clear[0]!);
		} else expect(workKeys).toBeUndefined();
		approved(t.sale(10));
		expect(code(t.card("sale", 10, {}, "4321"))).toBe("55");
	});

	test("after sign-off no money until the next sign-in; a reversal all the same", () => {
		approved(t.sale(100));
		const sale = t.lastValues;
		expect(code(t.ask("signOff"))).toBe("00");
		const { signInAgain } = profileCase.profile;
		expect(signInAgain).toContain(code(t.sale(100)));
		expect(code(t.reverse("sale", sale))).toBe("00");
		expect(merchant()).toBe(0);
		expect(code(t.ask("echo"))).toBe("00");
		books.saveTerminal({ ...books.terminal("TERM0001"), signedOff: false });
		approved(t.sale(100));
	});

	test("script results and the ends of downloads are acknowledged; the status is kept", () => {
		approved(t.sale(100));
		const original = t.original(1);
		const results = { original, iccData: parseHex("DF31050100000000") };
		expect(code(t.card("scriptResult", 100, results))).toBe("00");
		for (const operation of ["aidsEnd", "caKeysEnd", "hotCardsEnd"] as const) expect(code(t.ask(operation))).toBe("00");
		expect(code(t.ask("statusUpload", { text: "CARDREADER OK" }))).toBe("00");
		expect(books.terminal("TERM0001").status).toBe("CARDREADER OK");
	});

	test("parameters, AIDs, CA keys and hot cards from the configuration", () => {
		const key = parseHex("9F0605A0000003339F220102");
		const record = parseHex("9F0605A0000003339F220102DF050420351231");
		const downloads = {
			parameters: "TIMEOUT=60",
			aids: [{ key: parseHex("9F0605A000000333"), record: parseHex("9F0605A000000333DF010100") }],
			caKeys: [{ key, record }],
			hotCards: Array.from({ length: 10 }, (_, i) => String(6222021234560100 + i)),
		};
		bank = bankIn(profileCase, books, { downloads });
		t = new BankTerminal(bank, profileCase);
		expect(t.ask("parameters").text).toBe("TIMEOUT=60");
		expect(t.ask("caKeysQuery")).toMatchObject({ recordsState: "1", records: key });
		expect(t.ask("caKeys", { recordKey: key })).toMatchObject({ responseCode: "00", records: record });
		expect(code(t.ask("caKeys", { recordKey: parseHex("9F0605A000000333") }))).toBe("25");
		expect(t.ask("aids", { recordKey: downloads.aids[0]!.key }).records).toEqual(downloads.aids[0]!.record);
		const cards = t.ask("hotCards");
		expect(cards.recordsState).toBe("2");
		expect(formatHex(cards.records!).slice(0, 16)).toBe("6222021234560100");
	});

	test("a request that comes again, byte for byte", () => {
		approved(t.sale(100));
		// A session's request gets the same answer again; under DUKPT its key was used, so that it is nobody's.
		const { keyScheme } = profileCase.profile.security;
		expect(t.repeat()).toBe(keyScheme === "masterSession" ? "00" : profileCase.profile.reversal.reasons.macError);
		expect(merchant()).toBe(100);
		// The same request anew, under another key: the same answer, booked once.
		expect(code(t.ask("sale", { ...t.lastValues, pinBlock: undefined }))).toBe("00");
		expect(code(t.ask("sale", { ...t.lastValues, amountMinor: 101 }))).toBe("94");
		expect(merchant()).toBe(100);
	});

	test("many terminals at once do not get into each other's way", () => {
		const terminalIds = Array.from({ length: 20 }, (_, i) => `TERM${String(i + 1).padStart(4, "0")}`);
		bank = bankIn(profileCase, books, { merchants: [{ merchantId: MERCHANT.merchantId, terminalIds }] });
		const terminals = terminalIds.map((id, i) => new BankTerminal(bank, profileCase, id, i + 1));
		for (let round = 0; round < 3; round++) for (const each of terminals) expect(code(each.sale(1 + round))).toBe("00");
		terminals[3]!.about("saleVoid", 1, 1);
		for (const id of terminalIds) {
			const { local } = books.totals(id, 1);
			expect([local.debitCount, local.debitMinor]).toEqual([3, 6]);
		}
		expect(merchant()).toBe(20 * 6 - 1);
	});
});
