import { beforeAll, expect, test } from "vitest";
import {
	applicationCryptogram,
	arpcMethod1,
	commonSessionKey,
	cryptogramInput,
	iccMasterKeyOptionA,
} from "../../sim/card/cryptogram.js";
import { T0Card } from "../../sim/card/t0Card.js";
import { VirtualCard } from "../../sim/card/virtualCard.js";
import { VirtualSlot } from "../../sim/card/virtualSlot.js";
import { testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { CardSession } from "../../src/card/cardSession.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { generateSecondAc } from "../../src/emv/generateAc.js";
import { issuerAuthentication } from "../../src/emv/issuerAuthentication.js";
import { openTransaction, toFirstCryptogram } from "../../src/emv/kernel.js";
import * as types from "../../src/emv/processingRestrictions.js";
import { terminalData } from "../../src/emv/terminalData.js";
import type { Transaction } from "../../src/emv/transaction.js";
import type { PinPad } from "../../src/keys/pinPad.js";
import type { BenchOptions } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
});

const PIN_PAD: PinPad = {
	enter: async () => "entered",
	plaintextBlock: () => parseHex("241234FFFFFFFFFF"),
	encipheredBlock: key => new Uint8Array(key.modulus.length),
	onlineBlock: () => new Uint8Array(8),
	forget: () => {},
};

async function open(transactionType: number, amountMinor: number, cashbackMinor: number): Promise<Transaction> {
	const random = new SeededRandom(7);
	const slot = new VirtualSlot();
	slot.insert(new T0Card(new VirtualCard({ personalisation: world.personalisation, crypto: nodeCrypto, random })));
	const card = new CardSession(new ContactReader(slot));
	await card.activate();
	const configuration = decodeConfiguration(world.configuration, nodeCrypto);
	return openTransaction(
		{
			card,
			crypto: nodeCrypto,
			random,
			pinPad: PIN_PAD,
			pinFailed() {},
			recentAmountMinor: () => 0,
			chooseApplication: async () => 0,
		},
		configuration,
		{
			transactionType,
			amountMinor,
			cashbackMinor,
			date: "261122",
			time: "120000",
			sequenceCounter: 1,
			merchantForcedOnline: false,
			terminalData: terminalData(configuration, testMerchant("panel", "en")),
		},
	);
}

/** What the issuer makes of the card's request: the cryptogram over this very transaction, and its answer. */
function issuer(t: Transaction): { arqc: string; arpc: Uint8Array } {
	const value = (tag: number) => t.data.get(tag)!;
	const master = iccMasterKeyOptionA(
		nodeCrypto,
		parseHex(world.issuerMasterKeyAc),
		world.account.pan,
		value(0x5f34)[0]!,
	);
	const session = commonSessionKey(nodeCrypto, master, value(0x9f36));
	const input = cryptogramInput({
		amountAuthorised: value(0x9f02),
		amountOther: value(0x9f03),
		terminalCountryCode: value(0x9f1a),
		tvr: value(0x95),
		transactionCurrencyCode: value(0x5f2a),
		transactionDate: value(0x9a),
		transactionType: value(0x9c),
		unpredictableNumber: value(0x9f37),
		aip: value(0x82),
		atc: value(0x9f36),
		iad: value(0x9f10),
	});
	const arqc = applicationCryptogram(nodeCrypto, session, input);
	return {
		arqc: formatHex(arqc),
		arpc: concat(arpcMethod1(nodeCrypto, session, arqc, parseHex("3030")), parseHex("3030")),
	};
}

// EMV 4.4 Book 3, Annex A1 (tag 9C) and 10.1 to 10.11: one script for every type, only the data differ
// [EMV-GAC-07 EMV-GAC-09]
test.each([
	["goods", types.TRANSACTION_TYPE_GOODS, 1234, 0],
	["goods with cashback, which 9F02 includes", types.TRANSACTION_TYPE_GOODS_WITH_CASHBACK, 6234, 5000],
	["cash", types.TRANSACTION_TYPE_CASH, 10_000, 0],
	["refund", types.TRANSACTION_TYPE_REFUND, 500, 0],
	["inquiry", types.TRANSACTION_TYPE_INQUIRY, 0, 0],
])("%s: to the card's TC through the same steps", async (_name, type, amountMinor, cashbackMinor) => {
	const t = await open(type, amountMinor, cashbackMinor);
	expect(await toFirstCryptogram(t)).toBeUndefined();
	expect(t.cryptogram).toBe("ARQC");
	expect(formatHex(t.data.get(0x9c)!)).toBe(type.toString(16).padStart(2, "0"));
	const amounts = String(amountMinor).padStart(12, "0") + String(cashbackMinor).padStart(12, "0");
	expect(formatHex(t.sent.cdol1!).startsWith(amounts)).toBe(true);
	const answer = issuer(t);
	expect(formatHex(t.data.get(0x9f26)!)).toBe(answer.arqc);
	t.data.set(0x8a, parseHex("3030"));
	t.data.set(0x91, answer.arpc);
	expect(await issuerAuthentication(t)).toBeUndefined();
	expect(await generateSecondAc(t, "TC")).toBeUndefined();
	expect(t.cryptogram).toBe("TC");
	expect(formatHex(t.data.tvr)).toBe("0008048000"); // new card, online PIN, floor limit
});
