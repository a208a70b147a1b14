import { Acquirer, type AcquirerOptions } from "../../../sim/bank/acquirer.js";
import { Bank } from "../../../sim/bank/bank.js";
import type { Books } from "../../../sim/bank/books.js";
import {
	applicationCryptogram,
	type CryptogramTransaction,
	commonSessionKey,
	cryptogramInput,
	iccMasterKeyOptionA,
} from "../../../sim/card/cryptogram.js";
import { tlv } from "../../../sim/card/tlv.js";
import { TEST_BINDING_NUMBER } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../../sim/world/seededRandom.js";
import { numericBytes } from "../../../src/bytes/bcd.js";
import { concat, equal, uintBytes, xor } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { ecbXorMac } from "../../../src/crypto/mac.js";
import type { MessageKeys } from "../../../src/host/messageMac.js";
import type { MessageValues } from "../../../src/host/messageValues.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { encodeRequest } from "../../../src/host/request.js";
import { encodeReversal, reversalOf } from "../../../src/host/reverse.js";
import { encipherCardData } from "../../../src/keys/cardDataCipher.js";
import type { Crypto } from "../../../src/ports.js";

export const PIK_HEX = "0123456789ABCDEFFEDCBA9876543210";
export const MAK_HEX = "1C2D3E4F50617283";
export const TDK_HEX = "89ABCDEF0123456776543210FEDCBA98";
export const IMK_HEX = "9E15204313F7318ACB79B90BD986AD29";
export const SCRIPT_KEYS_HEX = {
	integrity: "4664942FE615FB02E5D57F292AA2B3B6",
	confidentiality: "CE293B8CC12A97379EF256D76109492F",
};
export const PAN = "6222021234560007";
export const PIN = "1234";
export const MERCHANT = { merchantId: "MERCHANT0000001", terminalIds: ["TERM0001"] };
export const terminal = {
	merchantId: MERCHANT.merchantId,
	terminalId: "TERM0001",
	bindingNumber: TEST_BINDING_NUMBER,
};
export const OPENINGS = [
	{ pan: PAN, pin: PIN, balanceMinor: 10_000, holder: "Wang Fang" },
	{ pan: "6222021234560015", pin: "999999", balanceMinor: 0, holder: "Li Wei" },
];

/** 2026-11-22 10:11:12 in Beijing. */
export const bankClock = { now: () => Date.UTC(2026, 10, 22, 2, 11, 12), utcOffsetMinutes: 480 };
export const keys: MessageKeys = {
	keySerialNumber: undefined,
	mac: data => ecbXorMac(nodeCrypto, parseHex(MAK_HEX), data),
	macIsRight: (data, mac) => equal(keys.mac(data), mac),
	encipherData: plain => encipherCardData(nodeCrypto, "T", parseHex(TDK_HEX), plain, new Uint8Array(8)),
};

export function acquirerOver(
	books: Books,
	crypto: Crypto = nodeCrypto,
	more: Pick<AcquirerOptions, "bindingNumberOf"> = {},
): Acquirer {
	const issuerKeys = { issuerMasterKeyAc: parseHex(IMK_HEX) };
	return new Acquirer({
		profile: unionPay,
		merchants: [MERCHANT],
		keys: { pik: parseHex(PIK_HEX), mak: parseHex(MAK_HEX) },
		bank: new Bank({ issuerKeys, books, crypto, random: new SeededRandom(1), clock: bankClock }),
		...more,
	});
}

/** What a card and a terminal would put into field 55, with a cryptogram that is right for it. */
export function iccData(
	amountMinor: number,
	atc: number,
	change: Partial<CryptogramTransaction> = {},
	{ pan = PAN, cid = "80" }: { readonly pan?: string; readonly cid?: string } = {},
): Uint8Array {
	const data: CryptogramTransaction = {
		amountAuthorised: numericBytes(amountMinor, 6),
		amountOther: new Uint8Array(6),
		terminalCountryCode: parseHex("0156"),
		tvr: parseHex("0000008000"),
		transactionCurrencyCode: parseHex("0156"),
		transactionDate: parseHex("261122"),
		transactionType: parseHex("00"),
		unpredictableNumber: parseHex("11223344"),
		aip: parseHex("3C00"),
		atc: uintBytes(atc, 2),
		iad: parseHex("07010103A0A000010A010000000000"),
	};
	const session = commonSessionKey(nodeCrypto, iccMasterKeyOptionA(nodeCrypto, parseHex(IMK_HEX), pan, 1), data.atc);
	const arqc = applicationCryptogram(nodeCrypto, session, cryptogramInput(data));
	const sent = { ...data, ...change };
	return concat(
		tlv("9F26", arqc),
		tlv("9F27", parseHex(cid)),
		tlv("9F10", sent.iad),
		tlv("9F37", sent.unpredictableNumber),
		tlv("9F36", sent.atc),
		tlv("95", sent.tvr),
		tlv("9A", sent.transactionDate),
		tlv("9C", sent.transactionType),
		tlv("9F02", sent.amountAuthorised),
		tlv("5F2A", sent.transactionCurrencyCode),
		tlv("82", sent.aip),
		tlv("9F1A", sent.terminalCountryCode),
		tlv("9F03", sent.amountOther),
	);
}

/** ISO 9564-1 format 0 under the PIN key. */
export function pinBlock(pin: string, pan = PAN, pik = parseHex(PIK_HEX)): Uint8Array {
	const field = parseHex(`0${pin.length.toString(16)}${pin}`.padEnd(16, "F"));
	const clear = xor(field, parseHex(`0000${pan.slice(-13, -1)}`));
	return nodeCrypto.desEcb(pik, clear, "encipher");
}

type SaleValues = MessageValues & { readonly amountMinor: number; readonly pan: string; readonly iccData: Uint8Array };

export function sale(stan: number, change: Partial<SaleValues> = {}): SaleValues {
	const amountMinor = change.amountMinor ?? 1050;
	const pan = change.pan ?? PAN;
	return {
		stan,
		batch: 1,
		amountMinor,
		currency: 156,
		pan,
		expiryYymm: "3012",
		panSequence: 1,
		track2: `${pan}D3012201000000`,
		posEntryMode: "chip",
		pinBlock: pinBlock(PIN),
		iccData: iccData(amountMinor, stan),
		...change,
	};
}

/** The message without its frame. */
export function saleMessage(request: MessageValues, who = terminal, under = keys): Uint8Array {
	return encodeRequest(unionPay, who, "sale", request, under).slice(13);
}

export function reversalMessage(request: MessageValues, who = terminal): Uint8Array {
	const original = reversalOf(unionPay, "sale", request, new Uint8Array(0));
	return encodeReversal(unionPay, who, original, "noResponse", keys).slice(13);
}
