import { parseHex } from "../../src/bytes/hex.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import type { Operation } from "../../src/operation.js";

const travelling = (first: number, length: number) => ({
	key: new Uint8Array(length).map((_, i) => first + i),
	checkValue: Uint8Array.of(first, 2, 3, 4),
});

/** Something for every name that a message may carry. */
export const ALL_VALUES: MessageValues = {
	stan: 17,
	batch: 7,
	terminalId: "TERM0001",
	merchantId: "MERCHANT0000001",
	bindingNumber: "202600000001",
	operator: "001",
	amountMinor: 1050,
	cashbackMinor: 200,
	tipMinor: 50,
	currency: 156,
	pan: "6222021234560007",
	expiryYymm: "3012",
	panSequence: 1,
	track2: "6222021234560007D301220100000",
	posEntryMode: "chip",
	pinBlock: parseHex("A1A2A3A4A5A6A7A8"),
	keySerialNumber: parseHex("123456789ABCDEF000000001"),
	iccData: parseHex("9F2608A1B2C3D4E5F6071882023C00DF7F0101"),
	protectedCardData: parseHex("00112233445566778899AABBCCDDEEFF"),
	authorisationCode: "123456",
	retrievalReference: "000000000001",
	localTime: "101112",
	localDate: "1122",
	transmissionDateTime: "1122021112",
	original: {
		batch: 6,
		stan: 16,
		date: "1121",
		transmissionDateTime: "1121021112",
		amountMinor: 1000,
		operation: "sale",
		messageType: "0200",
	},
	totals: {
		local: { debit: { count: 3, sumMinor: 31_50 }, credit: { count: 1, sumMinor: 10_50 } },
		foreign: { debit: { count: 0, sumMinor: 0 }, credit: { count: 0, sumMinor: 0 } },
	},
	uploadClass: "stripe",
	uploads: [
		{ foreignCard: false, stan: 17, pan: "6222021234560007", amountMinor: 1050 },
		{ foreignCard: true, stan: 18, pan: "4000001234567899", amountMinor: 99 },
	],
	uploadCount: 12,
	recordKey: parseHex("9F0605A000000333"),
	text: "battery 87",
};

/** Something for every name that an answer may carry besides. */
export const ANSWER_VALUES: MessageValues = {
	...ALL_VALUES,
	responseCode: "00",
	settlementDate: "1123",
	balanceMinor: -1234,
	originalState: "reversed",
	settlementVerdict: { local: "unequal", foreign: "unequal" },
	workKeys: { pin: travelling(0x10, 16), mac: travelling(0x30, 8), data: travelling(0x50, 16) },
	recordsState: "1",
	records: parseHex("9F0605A000000333DF010100"),
};

export const pinBlockLength = (profile: HostProfile): number => (profile.security.pinBlockFormat === 4 ? 16 : 8);

export function valuesFor(profile: HostProfile): MessageValues {
	return { ...ALL_VALUES, pinBlock: new Uint8Array(pinBlockLength(profile)).fill(0xa5) };
}

/** Of a profile, in its own order. */
export function operationsOf(profile: HostProfile): Operation[] {
	return Object.keys(profile.operations) as Operation[];
}
