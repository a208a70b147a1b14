import { beforeAll, expect, test } from "vitest";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import type { TestScheme } from "../../../sim/card/testScheme.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { type RsaPublicKey, rsaRecover } from "../../../src/crypto/rsa.js";
import { Bench, findObject, makeCards } from "./testCards.js";

let scheme: TestScheme;
let debit: Personalisation;
beforeAll(async () => {
	({
		scheme,
		cards: { "unionpay-debit": debit },
	} = await makeCards("unionpay-debit"));
});

/** Everything that the records of an application hold. */
function readAll(application: number): string {
	return debit.applications[application]!.files.flatMap(({ records }) => records).join("");
}

function object(application: number, tag: string): Uint8Array {
	return parseHex(findObject(readAll(application), tag) ?? "");
}

function authorityKey(rid: string): RsaPublicKey {
	const key = scheme.certificationAuthorityKeys.find(each => each.rid === rid)!;
	return { modulus: parseHex(key.modulus), exponent: Number.parseInt(key.exponent, 16) };
}

/** EMV 4.4 Book 2, 5.3 and 6.4: recovers, checks header, trailer and hash, and yields the body and the whole key. */
function recoverKey(signer: RsaPublicKey, certificate: Uint8Array, bodyLength: number, appended: Uint8Array[]) {
	const plain = rsaRecover(signer, certificate);
	expect([plain[0], plain.at(-1)]).toEqual([0x6a, 0xbc]);
	const signed = plain.subarray(1, -21);
	expect(formatHex(nodeCrypto.sha1(concat(signed, ...appended)))).toBe(formatHex(plain.subarray(-21, -1)));
	const [modulusLength, exponentLength] = signed.subarray(bodyLength - 2, bodyLength);
	const modulus = concat(signed.subarray(bodyLength), appended[0]!).subarray(0, modulusLength);
	expect(exponentLength).toBe(appended[1]?.length);
	return { body: formatHex(signed.subarray(0, bodyLength)), key: { modulus, exponent: appended[1]![0]! } };
}

function issuerKey(application: number): RsaPublicKey {
	const rid = debit.applications[application]!.name.slice(0, 10);
	const appended = [object(application, "92"), object(application, "9F32")];
	return recoverKey(authorityKey(rid), object(application, "90"), 14, appended).key;
}

function iccKey(application: number) {
	const { aip, files } = debit.applications[application]!;
	const signedRecords = files.find(({ sfi }) => sfi === 2)!.records.map(record => parseHex(findObject(record, "70")!));
	const staticData = [...signedRecords, parseHex(aip)];
	const appended = [object(application, "9F48"), object(application, "9F47"), ...staticData];
	return recoverKey(issuerKey(application), object(application, "9F46"), 20, appended);
}

test("the authority's checksums are SHA-1 of RID, index, modulus and exponent", () => {
	expect(scheme.certificationAuthorityKeys.map(({ rid }) => rid)).toEqual(["A000000333", "F000000001"]);
	for (const { rid, index, modulus, exponent, checksum } of scheme.certificationAuthorityKeys) {
		expect(modulus.length * 4).toBe(1984);
		expect(formatHex(nodeCrypto.sha1(parseHex(rid + index + modulus + exponent)))).toBe(checksum);
	}
});

test("the issuer certificate yields the issuer's key", () => {
	const appended = [object(0, "92"), object(0, "9F32")];
	const { body, key } = recoverKey(authorityKey("A000000333"), object(0, "90"), 14, appended);
	expect(body).toBe("02" + "622126FF" + "1249" + "000001" + "0101" + "B0" + "01");
	expect(formatHex(key.modulus)).toBe(scheme.issuer.privateKey.modulus);
});

test.each([0, 1])("the ICC certificate of application %i covers the signed records and the AIP", application => {
	const { body, key } = iccKey(application);
	expect(body.slice(0, 26)).toBe("04" + "6221261000000000018F" + "1249");
	expect(body.slice(32)).toBe("0101" + "90" + "01");
	expect(formatHex(key.modulus)).toBe(debit.applications[application]!.iccKey.modulus);
});

test("the ICC PIN certificate yields another key and covers no static data", () => {
	const appended = [object(0, "9F2F"), object(0, "9F2E")];
	const { key } = recoverKey(issuerKey(0), object(0, "9F2D"), 20, appended);
	expect(formatHex(key.modulus)).toBe(debit.applications[0]!.iccPinKey.modulus);
	expect(key.modulus).not.toEqual(iccKey(0).key.modulus);
});

test.each([
	[0, "A000000333010101"],
	[1, "F0000000010001"],
])("INTERNAL AUTHENTICATE of application %i signs the terminal's number", (application, aid) => {
	const bench = new Bench(debit);
	bench.begin(aid);
	const response = bench.send("00880000", "A1B2C3D4");
	const signature = findObject(response.slice(0, -4), application === 0 ? "80" : "9F4B");
	const plain = rsaRecover(iccKey(application).key, parseHex(signature!));
	expect(formatHex(plain.subarray(0, 5))).toBe("6A05010908");
	expect(plain[13]).toBe(0xbb);
	const hash = nodeCrypto.sha1(concat(plain.subarray(1, -21), parseHex("A1B2C3D4")));
	expect(formatHex(plain.subarray(-21, -1))).toBe(formatHex(hash));
});

test("records are no longer than EMV allows and the AFL names each of them", () => {
	for (const { files, afl } of debit.applications) {
		for (const { records } of files) for (const record of records) expect(record.length / 2).toBeLessThanOrEqual(254);
		expect(files.map(({ sfi, records }) => [sfi << 3, 1, records.length])).toEqual(
			[0, 8, 16].map(at => [...parseHex(afl.slice(at, at + 6))]),
		);
	}
});

test("cards and scheme are plain JSON that says what it is worth", () => {
	for (const made of [scheme, debit]) {
		expect(JSON.parse(JSON.stringify(made))).toEqual(made);
		expect(made).toMatchObject({ test: true, notice: "Kassa test key, worthless" });
	}
});
