import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import {
	type Recovered,
	recoverIccPublicKey,
	recoverIssuerPublicKey,
	verifySignedDynamicData,
	verifySignedStaticData,
} from "../../src/emv/certificates.js";
import { dayNumber } from "../../src/emv/date.js";
import { bytes } from "./scriptedCard.js";
import { makeTestChain, PAN, publicKey, resign, STATIC_DATA, signDynamic, type TestChain } from "./testChain.js";

const TODAY = dayNumber(bytes("261122"));

let chain: TestChain;
beforeAll(async () => {
	chain = await makeTestChain();
});

function reason(recovered: Recovered<unknown>): string {
	return recovered.ok ? "recovered" : recovered.reason;
}

// EMV 4.4 Book 2, 6.3, table 6: header, format, identifier 4, expiry 2, serial 3, hash, algorithm, lengths, key, hash, trailer
describe("issuer certificate", () => {
	const recover = (change: Partial<TestChain["issuerCertificate"]> = {}, pan = PAN, date = TODAY) =>
		recoverIssuerPublicKey(nodeCrypto, publicKey(chain.ca), { ...chain.issuerCertificate, ...change }, pan, date);
	const covered = () => concat(chain.issuerCertificate.remainder, chain.issuerCertificate.exponent);
	const changed = (at: number, byte: number, hashed = true) => ({
		certificate: resign(chain.ca, chain.issuerCertificate.certificate, at, byte, hashed ? covered() : undefined),
	});

	test("recovered with its remainder", () => {
		const recovered = recover();
		expect(recovered.ok && formatHex(recovered.value.modulus)).toBe(chain.issuer.modulus);
		expect(recovered.ok && recovered.value.exponent).toBe(3);
		expect(recovered.ok && formatHex(recovered.value.serial)).toBe("000001");
		expect(chain.issuerCertificate.remainder.length).toBeGreaterThan(0);
	});

	// [EMV-ODA-10]
	test("valid on the last day of its month, not on the next", () => {
		expect(reason(recover({}, PAN, dayNumber(bytes("301231"))))).toBe("recovered");
		expect(reason(recover({}, PAN, dayNumber(bytes("310101"))))).toMatch(/expired/);
	});

	// [EMV-ODA-08 EMV-ODA-09]
	test.each<[string, number, number, boolean, RegExp]>([
		["header (step 2)", 0, 0x6b, true, /expected kind/],
		["format (step 4)", 1, 0x04, true, /expected kind/],
		["identifier (step 8)", 4, 0x27, true, /another issuer/],
		["identifier of 2 digits (step 8)", 3, 0xff, true, /another issuer/],
		["expiry, month (step 9)", 6, 0x13, true, /expired/],
		["expiry, year (step 9)", 7, 0x25, true, /expired/],
		["expiry, no year (step 9)", 7, 0xaa, true, /expired/],
		["hash algorithm (step 6)", 11, 0x02, true, /unknown hash/],
		["key algorithm (step 11)", 12, 0x02, true, /not of an RSA key/],
		["key length", 13, 0xff, true, /remainder/],
		["a byte of the key, hash as it was (step 7)", 20, 0x00, false, /hash/],
		["a byte of the hash (step 7)", -2, 0x00, false, /hash/],
		["trailer (step 2)", -1, 0xbb, false, /expected kind/],
	])("refused: %s", (_name, at, byte, hashed, expected) => {
		expect(reason(recover(changed(at, byte, hashed)))).toMatch(expected);
	});

	// [EMV-ODA-08]
	test("refused: another key, another length, a number above the modulus, nothing", () => {
		const { certificate } = chain.issuerCertificate;
		expect(
			reason(recoverIssuerPublicKey(nodeCrypto, publicKey(chain.issuer), chain.issuerCertificate, PAN, TODAY)),
		).not.toBe("recovered");
		expect(reason(recover({ certificate: certificate.subarray(1) }))).toMatch(/long/);
		expect(reason(recover({ certificate: certificate.map(() => 0xff) }))).toMatch(/below/);
		expect(reason(recover({ certificate: new Uint8Array(0) }))).toMatch(/long/);
		expect(reason(recover({ certificate: new Uint8Array(128) }))).toMatch(/expected kind/);
	});

	// [EMV-ODA-08 EMV-ODA-13]
	test("refused: remainder or exponent changed", () => {
		const { remainder } = chain.issuerCertificate;
		expect(reason(recover({ remainder: remainder.subarray(1) }))).toMatch(/remainder/);
		expect(reason(recover({ remainder: remainder.map(byte => byte ^ 1) }))).toMatch(/hash/);
		expect(reason(recover({ exponent: bytes("010001") }))).toMatch(/hash/);
		expect(
			reason(
				recover({
					exponent: bytes("05"),
					...{
						certificate: resign(chain.ca, chain.issuerCertificate.certificate, 0, 0x6a, concat(remainder, bytes("05"))),
					},
				}),
			),
		).toMatch(/exponent/);
	});

	// [EMV-ODA-09]
	test("refused: the PAN of another issuer", () => {
		expect(reason(recover({}, "6222261000000018"))).toMatch(/another issuer/);
	});
});

// 6.4, table 14: as above with a PAN of 10 bytes
describe("ICC certificate", () => {
	const recover = (change: Partial<TestChain["iccCertificate"]> = {}, staticData = STATIC_DATA, pan = PAN) =>
		recoverIccPublicKey(
			nodeCrypto,
			publicKey(chain.issuer),
			{ ...chain.iccCertificate, ...change },
			[staticData],
			pan,
			TODAY,
		);
	const changed = (at: number, byte: number) => ({
		certificate: resign(
			chain.issuer,
			chain.iccCertificate.certificate,
			at,
			byte,
			concat(chain.iccCertificate.remainder, chain.iccCertificate.exponent, STATIC_DATA),
		),
	});

	test("recovered", () => {
		const recovered = recover();
		expect(recovered.ok && formatHex(recovered.value.modulus)).toBe(chain.icc.modulus);
	});

	// [EMV-ODA-12]
	test.each<[string, number, number, RegExp]>([
		["format", 1, 0x02, /expected kind/],
		["PAN", 9, 0x19, /another PAN/],
		["PAN with a digit more", 10, 0x1f, /another PAN/],
		["expiry", 13, 0x25, /expired/],
		["hash algorithm", 17, 0x00, /unknown hash/],
		["key algorithm", 18, 0x00, /not of an RSA key/],
	])("refused: %s", (_name, at, byte, expected) => {
		expect(reason(recover(changed(at, byte)))).toMatch(expected);
	});

	// [EMV-ODA-12]
	test("refused: other static data, another card", () => {
		expect(reason(recover({}, concat(STATIC_DATA, bytes("00"))))).toMatch(/hash/);
		expect(reason(recover({}, STATIC_DATA, "6221261000000026"))).toMatch(/another PAN/);
	});
});

// 5.4, table 7
describe("signed static data", () => {
	const verify = (signed: Uint8Array, data = STATIC_DATA) =>
		verifySignedStaticData(nodeCrypto, publicKey(chain.issuer), signed, [data]);

	// [EMV-ODA-15]
	test("give the data authentication code", () => {
		const verified = verify(chain.signedStaticData);
		expect(verified.ok && formatHex(verified.value)).toBe("DAC0");
	});

	// [EMV-ODA-15]
	test("refused: format, hash algorithm, hash, other data", () => {
		const { issuer, signedStaticData } = chain;
		expect(reason(verify(resign(issuer, signedStaticData, 1, 0x05, STATIC_DATA)))).toMatch(/expected kind/);
		expect(reason(verify(resign(issuer, signedStaticData, 2, 0x02, STATIC_DATA)))).toMatch(/unknown hash/);
		expect(reason(verify(resign(issuer, signedStaticData, 3, 0x00)))).toMatch(/hash/);
		expect(reason(verify(signedStaticData, STATIC_DATA.subarray(1)))).toMatch(/hash/);
	});
});

// 6.5.2, table 17
describe("signed dynamic data", () => {
	const UN = bytes("A1B2C3D4");
	const verify = (signed: Uint8Array, data = UN) =>
		verifySignedDynamicData(nodeCrypto, publicKey(chain.icc), signed, data);
	const signed = () => bytes(signDynamic(chain, "03 112233", UN));

	test("give the ICC dynamic data", () => {
		const verified = verify(signed());
		expect(verified.ok && formatHex(verified.value)).toBe("03112233");
	});

	// [EMV-ODA-20]
	test("refused: format, hash algorithm, length, hash, another unpredictable number", () => {
		expect(reason(verify(resign(chain.icc, signed(), 1, 0x03, UN)))).toMatch(/expected kind/);
		expect(reason(verify(resign(chain.icc, signed(), 2, 0x02, UN)))).toMatch(/unknown hash/);
		expect(reason(verify(resign(chain.icc, signed(), 3, 0x58, UN)))).toMatch(/longer than the block/);
		expect(reason(verify(resign(chain.icc, signed(), 5, 0x00)))).toMatch(/hash/);
		expect(reason(verify(signed(), bytes("00000000")))).toMatch(/hash/);
	});
});
