import { constants, createHash, createPublicKey, publicEncrypt } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ApplicationPersonalisation, Personalisation } from "../../../sim/card/personalisation.js";
import type { RsaPrivateKey } from "../../../sim/card/rsaPrivateKey.js";
import { makeTestScheme, type TestScheme } from "../../../sim/card/testScheme.js";
import { formatHex } from "../../../src/bytes/hex.js";
import {
	activeSlot,
	Bench,
	CDOL1_DATA,
	cdol2Data,
	DEBIT,
	exchange,
	findObject,
	makeVariant,
	TRANSACTION,
} from "./testCards.js";

// Everything is recovered with Node's own RSA and SHA-1 and taken apart here: nothing of the card's code is used.

const PDOL_DATA = "0156E0B0C8";

let scheme: TestScheme;
let sda: Personalisation;
let cda: Personalisation;
beforeAll(async () => {
	scheme = await makeTestScheme();
	[sda, cda] = await Promise.all([makeVariant(scheme, "sda"), makeVariant(scheme, "cda")]);
});

interface PublicKey {
	/** Hexadecimal. */
	readonly modulus: string;
	readonly exponent: string;
}

const sha1 = (hex: string) => createHash("sha1").update(Buffer.from(hex, "hex")).digest("hex").toUpperCase();

/** The plain block between header and hash, once both are right (EMV 4.4 Book 2, A2.1). */
function recover({ modulus, exponent }: PublicKey, signature: string, appended: string): string {
	const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64url");
	const key = createPublicKey({ key: { kty: "RSA", n: base64(modulus), e: base64(exponent) }, format: "jwk" });
	const options = { key, padding: constants.RSA_NO_PADDING };
	const plain = publicEncrypt(options, Buffer.from(signature, "hex")).toString("hex").toUpperCase();
	expect(plain.slice(0, 2) + plain.slice(-2)).toBe("6ABC");
	expect(plain.slice(-42, -2)).toBe(sha1(plain.slice(2, -42) + appended));
	return plain.slice(2, -42);
}

function objectsOf({ files }: ApplicationPersonalisation): (tag: string) => string {
	const all = files.flatMap(({ records }) => records).join("");
	return tag => findObject(all, tag) ?? "";
}

/** EMV 4.4 Book 3, 10.3. */
function staticDataOf({ files, aip }: ApplicationPersonalisation): string {
	const signed = files.find(({ sfi }) => sfi === 2)!.records.map(record => findObject(record, "70"));
	return signed.join("") + aip;
}

function authorityKey(): PublicKey {
	const { modulus, exponent } = scheme.certificationAuthorityKeys[0]!;
	return { modulus, exponent };
}

function issuerKeyOf(application: ApplicationPersonalisation): PublicKey & { readonly body: string } {
	const object = objectsOf(application);
	const body = recover(authorityKey(), object("90"), object("92") + object("9F32"));
	const length = 2 * Number.parseInt(body.slice(24, 26), 16);
	return { body, modulus: (body.slice(28) + object("92")).slice(0, length), exponent: object("9F32") };
}

function iccKeyOf(application: ApplicationPersonalisation): PublicKey & { readonly body: string } {
	const object = objectsOf(application);
	const appended = object("9F48") + object("9F47") + staticDataOf(application);
	const body = recover(issuerKeyOf(application), object("9F46"), appended);
	const length = 2 * Number.parseInt(body.slice(36, 38), 16);
	return { body, modulus: (body.slice(40) + object("9F48")).slice(0, length), exponent: object("9F47") };
}

const modulusOf = ({ modulus }: RsaPrivateKey) => modulus;

describe("SDA", () => {
	test("the signature covers the signed records and the AIP, and the card has no dynamic one", () => {
		const [application] = sda.applications;
		expect(application!.aip).toBe("5C00");
		const object = objectsOf(application!);
		const body = recover(issuerKeyOf(application!), object("93"), staticDataOf(application!));
		expect(body).toMatch(/^0301[0-9A-F]{4}(BB)+$/);
		expect([object("9F46"), object("9F2D")]).toEqual(["", ""]);
		expect(application!.afl).toBe("080101001001020218010300");
	});

	test("INTERNAL AUTHENTICATE and a signed cryptogram are refused", () => {
		const bench = new Bench(sda);
		bench.begin();
		expect(bench.send("00880000", "A1B2C3D4")).toBe("6985");
		expect(bench.send("80AE9000", CDOL1_DATA)).toBe("6A86");
	});
});

describe("certificates", () => {
	test("the CDA card's keys have exponent 65537 and all digits of the issuer identifier", () => {
		const [application] = cda.applications;
		const issuer = issuerKeyOf(application!);
		expect(issuer.exponent).toBe("010001");
		expect(issuer.body.slice(0, 10)).toBe("02" + "62212670");
		expect(issuer.modulus).not.toBe(scheme.issuer.privateKey.modulus);
		const icc = iccKeyOf(application!);
		expect(icc.exponent).toBe("010001");
		expect(icc.modulus).toBe(modulusOf(application!.iccKey));
	});

	test.each([
		[3, "622FFFFF"],
		[5, "62212FFF"],
		[8, "62212610"],
	])("an issuer identifier of %i digits is %s", async (identifierDigits, expected) => {
		const card = await makeVariant(scheme, "unionpay-debit", { certificates: { issuer: { identifierDigits } } });
		const issuer = issuerKeyOf(card.applications[0]!);
		expect(issuer.body.slice(2, 10)).toBe(expected);
		expect(issuer.modulus).toBe(scheme.issuer.privateKey.modulus);
	});

	test.each([
		["with", 1152, 10],
		["without", 1024, 0],
	])("an ICC key %s remainder", async (_, keyBits, remainder) => {
		const card = await makeVariant(scheme, "unionpay-debit", { certificates: { icc: { keyBits } } });
		const [application] = card.applications;
		expect(objectsOf(application!)("9F48")).toHaveLength(2 * remainder);
		expect(iccKeyOf(application!).modulus).toBe(modulusOf(application!.iccKey));
	});

	test("expired ones say so", async () => {
		const certificates = { issuer: { expires: "0120" }, icc: { expires: "0219" } };
		const [application] = (await makeVariant(scheme, "unionpay-debit", { certificates })).applications;
		expect(issuerKeyOf(application!).body.slice(10, 14)).toBe("0120");
		expect(iccKeyOf(application!).body.slice(22, 26)).toBe("0219");
	});

	test("the longest issuer key that a profile may ask for fits the records", async () => {
		const certificates = {
			issuer: { keyBits: 1536, exponent: 65537 },
			icc: { keyBits: 1536, exponent: 65537 },
		} as const;
		const [application] = (await makeVariant(scheme, "unionpay-debit", { certificates })).applications;
		for (const { records } of application!.files)
			for (const record of records) expect(record.length / 2).toBeLessThanOrEqual(254);
		expect(iccKeyOf(application!).modulus).toBe(modulusOf(application!.iccKey));
	});
});

/** EMV 4.4 Book 2, 6.6.2: checks the signature and yields what it holds. */
function checkSigned(response: string, covered: string, [application] = cda.applications) {
	const template = findObject(response, "77")!;
	const signature = findObject(response, "9F4B")!;
	const signatureObject = `9F4B81${formatHex(Uint8Array.of(signature.length / 2))}${signature}`;
	expect(template).toContain(signatureObject);
	const body = recover(iccKeyOf(application!), signature, TRANSACTION["9F37"]);
	const dynamicData = body.slice(6);
	expect(body.slice(0, 8)).toBe("0501" + "26" + "08");
	expect(dynamicData.slice(76)).toMatch(/^(BB)+$/);
	expect(dynamicData.slice(36, 76)).toBe(sha1(PDOL_DATA + covered + template.replace(signatureObject, "")));
	return { cid: dynamicData.slice(18, 20), cryptogram: dynamicData.slice(20, 36), template };
}

const CDOL1_HEX = formatHex(CDOL1_DATA);

describe("CDA", () => {
	test("the AIP announces it beside the other methods", () => {
		expect(cda.applications[0]!.aip).toBe("7D00");
		expect(new Bench(cda).begin()).toContain("7D00");
	});

	test("the first and the second cryptogram come inside signatures over all that was said", () => {
		const bench = new Bench(cda);
		bench.begin();
		const first = bench.send("80AE9000", CDOL1_DATA);
		expect(first.slice(-4)).toBe("9000");
		const signed = checkSigned(first.slice(0, -4), CDOL1_HEX);
		expect(signed.cid).toBe("80");
		expect(findObject(first, "9F26")).toBeUndefined();
		expect(findObject(first, "9F27")).toBe("80");

		const second = bench.send("80AE5000", cdol2Data("Y3"));
		expect(checkSigned(second.slice(0, -4), CDOL1_HEX + formatHex(cdol2Data("Y3"))).cid).toBe("40");
	});

	test("the cryptogram inside the signature is the one that comes without it", () => {
		const signed = new Bench(cda);
		signed.begin();
		const plain = new Bench(cda);
		plain.begin();
		const { cryptogram } = checkSigned(signed.send("80AE9000", CDOL1_DATA).slice(0, -4), CDOL1_HEX);
		expect(findObject(plain.send("80AE8000", CDOL1_DATA).slice(0, -4), "80")?.slice(6, 22)).toBe(cryptogram);
	});

	test("the data objects come in the profile's order", async () => {
		const tagsIn = (template: string) =>
			["9F27", "9F36", "9F4B", "9F10"].sort((a, b) => template.indexOf(a) - template.indexOf(b));
		const bench = new Bench(cda);
		bench.begin();
		const { template } = checkSigned(bench.send("80AE9000", CDOL1_DATA).slice(0, -4), CDOL1_HEX);
		expect(template.slice(0, 4)).toBe("9F36");
		expect(tagsIn(template)[0]).toBe("9F36");
		expect(template).toMatch(/9F270180$/);

		const usual = await makeVariant(scheme, "unionpay-credit");
		const other = new Bench(usual);
		other.begin("A000000333010102");
		const answer = other.send("80AE9000", CDOL1_DATA).slice(0, -4);
		expect(checkSigned(answer, CDOL1_HEX, usual.applications).template.slice(0, 8)).toBe("9F270180");
	});

	test("an AAC is never signed", () => {
		const bench = new Bench(cda);
		bench.begin();
		expect(bench.send("80AE1000", CDOL1_DATA).slice(0, 6)).toBe("801300");
		const online = new Bench(cda);
		online.begin();
		online.send("80AE9000", CDOL1_DATA);
		expect(online.send("80AE5000", cdol2Data("00")).slice(0, 6)).toBe("801300");
	});

	test("over T=0 the signed answer waits for GET RESPONSE", async () => {
		const slot = await activeSlot(cda);
		await exchange(slot, "00A4040008");
		await exchange(slot, DEBIT);
		await exchange(slot, "80A8000007");
		await exchange(slot, `8305${PDOL_DATA}`);
		expect(await exchange(slot, `80AE9000${formatHex(Uint8Array.of(CDOL1_DATA.length))}`)).toBe("AE");
		const offered = await exchange(slot, CDOL1_HEX);
		const [, length] = /^60(?:61)(..)$/.exec(offered)!;
		const response = await exchange(slot, `00C00000${length}`);
		expect(response).toMatch(/^C0.*9000$/);
		checkSigned(response.slice(2, -4), CDOL1_HEX);
	});
});
