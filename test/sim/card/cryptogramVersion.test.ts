import { describe, expect, test } from "vitest";
import type { CryptogramTransaction } from "../../../sim/card/cryptogram.js";
import {
	CRYPTOGRAM_VERSIONS,
	type CryptogramVersionName,
	cryptogramKey,
	cryptogramVersionOf,
	iccMasterKey,
	issuerAuthenticationData,
	verifyIssuer,
	versionedCryptogram,
} from "../../../sim/card/cryptogramVersion.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

const PAN = "1234567890123456";
const ISSUER_KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const ATC = parseHex("001C");
const transaction = (iad: string): CryptogramTransaction => ({
	amountAuthorised: parseHex("000000004000"),
	amountOther: parseHex("000000000000"),
	terminalCountryCode: parseHex("0124"),
	tvr: parseHex("8000048000"),
	transactionCurrencyCode: parseHex("0124"),
	transactionDate: parseHex("191105"),
	transactionType: parseHex("01"),
	unpredictableNumber: parseHex("52BF4585"),
	aip: parseHex("1800"),
	atc: ATC,
	iad: parseHex(iad),
});

function keyOf(name: CryptogramVersionName, pan = PAN): Uint8Array {
	const version = CRYPTOGRAM_VERSIONS[name];
	return cryptogramKey(nodeCrypto, version, iccMasterKey(nodeCrypto, version, ISSUER_KEY, pan, 0), ATC);
}

// The vectors of pyemv, tests/test_cvn_hsm.py.
test.each([
	["CVN 10", "06010A03A06010", "29CCA15AE665FA2E"],
	["CVN 18", "06011203A0B800", "7A788EA6B8A3E733"],
] as const)("%s: ARQC", (name, iad, arqc) => {
	const version = CRYPTOGRAM_VERSIONS[name];
	expect(cryptogramVersionOf(parseHex(iad))).toBe(version);
	expect(formatHex(versionedCryptogram(nodeCrypto, version, keyOf(name), transaction(iad)))).toBe(arqc);
});

describe("issuer authentication data", () => {
	test("CVN 10: ARPC of method 1 under the card's own key, with the code", () => {
		const data = issuerAuthenticationData(
			nodeCrypto,
			CRYPTOGRAM_VERSIONS["CVN 10"],
			keyOf("CVN 10"),
			parseHex("29CCA15AE665FA2E"),
			{ responseCode: "00", approves: true },
		);
		expect(formatHex(data)).toBe("28993816AFAE4AEB3030");
	});

	test("CVN 18: ARPC of method 2 under the session key, with a card status update that approves nothing", () => {
		const data = issuerAuthenticationData(
			nodeCrypto,
			CRYPTOGRAM_VERSIONS["CVN 18"],
			keyOf("CVN 18"),
			parseHex("7A788EA6B8A3E733"),
			{ responseCode: "05", approves: false },
		);
		expect(formatHex(data)).toBe("9AF514C100000000");
	});

	test.each(["CVN 01", "CVN 10", "CVN 18", "CCD"] as const)("%s: the card takes it, and no other", name => {
		const version = CRYPTOGRAM_VERSIONS[name];
		const key = keyOf(name);
		const arqc = parseHex("29CCA15AE665FA2E");
		const data = issuerAuthenticationData(nodeCrypto, version, key, arqc, { responseCode: "00", approves: true });
		const verify = (bytes: Uint8Array, other = arqc) => verifyIssuer(nodeCrypto, version, key, other, bytes);
		expect(formatHex(verify(data)!)).toBe(version.arpcMethod === 1 ? "" : "00820000");
		for (let i = 0; i < data.length; i++)
			expect(verify(data.map((byte, k) => (k === i ? byte ^ 1 : byte)))).toBeUndefined();
		for (let length = 0; length < data.length; length++) expect(verify(data.subarray(0, length))).toBeUndefined();
		expect(verify(data, parseHex("29CCA15AE665FA2F"))).toBeUndefined();
		expect(verify(new Uint8Array(17))).toBeUndefined();
	});
});

test("a key of option B differs where the PAN has more than 16 digits", () => {
	const long = "6221261000000000018";
	const derived = (["CVN 01", "CVN 18"] as const).map(name =>
		formatHex(iccMasterKey(nodeCrypto, CRYPTOGRAM_VERSIONS[name], ISSUER_KEY, long, 1)),
	);
	expect(derived[0]).not.toBe(derived[1]);
	expect(keyOf("CVN 01")).toEqual(keyOf("CVN 18"));
});

test.each([
	["0701010320A000010A010000000000", "CVN 01"],
	[`0FA501${"00".repeat(29)}`, "CCD"],
	[`0FA501${"00".repeat(28)}`, undefined],
	["06010B03A06010", undefined],
	["060112", undefined],
	["", undefined],
] as const)("issuer application data %s are of version %s", (iad, name) => {
	expect(cryptogramVersionOf(parseHex(iad))).toBe(name && CRYPTOGRAM_VERSIONS[name]);
});
