import { beforeAll, describe, expect, test } from "vitest";
import { signWithRecovery } from "../../sim/card/digitalSignature.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { pinEnciphermentKey } from "../../src/emv/cardPublicKeys.js";
import { offlineDataAuthentication } from "../../src/emv/offlineDataAuthentication.js";
import { bytes, type Exchange, openScripted, type TransactionOptions, tlv, tsi, tvr } from "./scriptedCard.js";
import { caKey, makeTestChain, PAN, STATIC_DATA, signDynamic, type TestChain } from "./testChain.js";

let chain: TestChain;
beforeAll(async () => {
	chain = await makeTestChain();
});

const UN = "A1B2C3D4";
const INTERNAL_AUTHENTICATE = `00880000 04 ${UN} 00`;

/** Everything that SDA and DDA need; a change of "" takes an object away. */
function cardData(aip: string, changes: Readonly<Record<string, string>>): Record<string, string> {
	const { issuerCertificate, iccCertificate, pinCertificate, signedStaticData } = chain;
	const objects: Record<string, string> = {
		"82": aip,
		"5A": PAN,
		"8F": "F1",
		"90": formatHex(issuerCertificate.certificate),
		"92": formatHex(issuerCertificate.remainder),
		"9F32": formatHex(issuerCertificate.exponent),
		"93": formatHex(signedStaticData),
		"9F46": formatHex(iccCertificate.certificate),
		"9F47": formatHex(iccCertificate.exponent),
		"9F48": formatHex(iccCertificate.remainder),
		"9F2D": formatHex(pinCertificate.certificate),
		"9F2E": formatHex(pinCertificate.exponent),
		"9F2F": formatHex(pinCertificate.remainder),
		"9F49": "9F3704",
		...changes,
	};
	return Object.fromEntries(Object.entries(objects).filter(([, value]) => value));
}

interface Row {
	readonly card?: Record<string, string>;
	readonly options?: TransactionOptions;
	/** The answer to INTERNAL AUTHENTICATE; undefined where none may be sent. */
	readonly answer?: () => string;
	readonly staticData?: readonly Uint8Array[] | undefined;
	readonly tvr: string;
	readonly tsi?: string;
	readonly ended?: "cardError";
}

async function run(aip: string, { card = {}, options = {}, answer, ...row }: Row) {
	const exchanges: readonly Exchange[] = answer ? [[INTERNAL_AUTHENTICATE, answer()]] : [];
	const { t, card: script } = openScripted({
		...options,
		exchanges,
		configuration: { caPublicKeys: [caKey(chain)], ...options.configuration },
		card: cardData(aip, card),
		terminal: { "9F37": UN, ...options.terminal },
	});
	t.staticData = "staticData" in row ? row.staticData : [STATIC_DATA];
	const ended = await offlineDataAuthentication(t);
	expect(ended?.kind).toBe(row.ended);
	expect([tvr(t), tsi(t)]).toEqual([row.tvr, row.tsi ?? "8000"]);
	expect(script.left).toEqual([]);
	return t;
}

const SDA = "4000";
const DDA = "2000";
const signed = (dynamicData = "03112233", un = UN) => signDynamic(chain, dynamicData, bytes(un));

// EMV 4.4 Book 3, 10.3: DDA before SDA, and what both can
// [EMV-ODA-01 EMV-ODA-28]
test.each<[string, string, string, string]>([
	["neither has a method", "0000", "E0F8C0", "8000000000"],
	["the terminal lacks the card's method", SDA, "E0F840", "8000000000"],
	["the card has XDA alone, which this kernel does not have", "8000", "E0F8C8", "8000000000"],
])("%s: not performed", async (_name, aip, capabilities, expected) => {
	await run(aip, {
		options: { configuration: { caPublicKeys: [caKey(chain)], terminalCapabilities: bytes(capabilities) } },
		tvr: expected,
		tsi: "0000",
	});
});

// EMV 4.4 Book 2, 12: a card of elliptic curves is refused like any certificate that does not hold
test("a card that prefers XDA is authenticated by the best method of RSA; an ECC certificate in its place fails", async () => {
	await run("C000", { tvr: "0200000000" });
	const eccCertificate = `12A000000333F1${"AB".repeat(140)}`; // in the clear, as certificates of format 12 are
	await run("C000", { card: { "90": eccCertificate }, tvr: "4200000000" });
	await run("C000", { card: { "90": eccCertificate.slice(0, 2 * chain.ca.modulus.length) }, tvr: "4200000000" });
});

// Book 2, 5
describe("SDA", () => {
	const failed = "4200000000";
	const missing = "6200000000";

	// [EMV-ODA-15 EMV-ODA-16 EMV-ODA-28]
	test("succeeds and gives the data authentication code", async () => {
		const t = await run(SDA, { tvr: "0200000000" });
		expect(formatHex(t.data.card(0x9f45)!)).toBe("DAC0");
	});

	// [EMV-REC-08 EMV-ODA-03 EMV-ODA-04 EMV-ODA-05 EMV-ODA-09 EMV-ODA-16]
	test.each<[string, Row]>([
		["no CA index", { card: { "8F": "" }, tvr: missing }],
		["a CA key that the terminal lacks", { card: { "8F": "F2" }, tvr: failed }],
		["the CA key of another RID", { options: { terminal: { "9F06": "A0000000031010" } }, tvr: failed }],
		["no issuer certificate", { card: { "90": "" }, tvr: missing }],
		["no issuer exponent", { card: { "9F32": "" }, tvr: missing }],
		["no remainder", { card: { "92": "" }, tvr: failed }],
		["no signed static data", { card: { "93": "" }, tvr: missing }],
		["signed static data of another length", { card: { "93": "AA" }, tvr: failed }],
		["a record that is no template 70", { staticData: undefined, tvr: failed }],
		["other static data", { staticData: [bytes("5F2403991231")], tvr: failed }],
		["9F4A although the issuer did not sign the AIP", { card: { "9F4A": "82" }, tvr: failed }],
		["9F4A with another tag", { card: { "9F4A": "5A" }, tvr: failed }],
		["9F4A with two tags", { card: { "9F4A": "8284" }, tvr: failed }],
		["the PAN of another issuer", { card: { "5A": "5413330089020011" }, tvr: failed }],
		["an expired chain", { options: { date: "310101" }, tvr: failed }],
	])("fails: %s", async (_name, row) => {
		await run(SDA, row);
	});

	// [EMV-ODA-04]
	test("9F4A names the AIP: it is signed last", async () => {
		const head = bytes("0301DAC0");
		const withAip = signWithRecovery(nodeCrypto, chain.issuer, head, concat(STATIC_DATA, bytes(SDA)));
		await run(SDA, { card: { "93": formatHex(withAip), "9F4A": "82" }, tvr: "0200000000" });
		await run(SDA, { card: { "93": formatHex(withAip) }, tvr: failed });
	});
});

// Book 2, 6.5
describe("DDA", () => {
	const failed = "0800000000";
	const missing = "2800000000";

	// [EMV-ODA-01 EMV-ODA-18 EMV-ODA-19]
	test.each<[string, () => string]>([
		["format 1", () => `${tlv("80", signed())}9000`],
		["format 2", () => `${tlv("77", `9F4B70${signed()}`)}9000`],
	])("succeeds with %s and gives the ICC dynamic number", async (_name, answer) => {
		const t = await run("6000", { answer, tvr: "0000000000" });
		expect(formatHex(t.data.card(0x9f4c)!)).toBe("112233");
	});

	// [EMV-ODA-17]
	test("without a DDOL of the card the terminal's is used", async () => {
		await run(DDA, { card: { "9F49": "" }, answer: () => `${tlv("80", signed())}9000`, tvr: "0000000000" });
	});

	// [EMV-REC-08 EMV-ODA-03 EMV-ODA-04 EMV-ODA-05 EMV-ODA-17 EMV-ODA-19 EMV-ODA-20]
	test.each<[string, Row]>([
		["no card certificate", { card: { "9F46": "" }, tvr: missing }],
		["no card exponent", { card: { "9F47": "" }, tvr: missing }],
		["no issuer certificate", { card: { "90": "" }, tvr: missing }],
		["no CA key", { card: { "8F": "F2" }, tvr: failed }],
		["other static data", { staticData: [bytes("5F2403991231")], tvr: failed }],
		["a record that is no template 70", { staticData: undefined, tvr: failed }],
		["9F4A with another tag", { card: { "9F4A": "9F37" }, tvr: failed }],
		["a DDOL without the unpredictable number", { card: { "9F49": "9A03" }, tvr: failed }],
		["a malformed DDOL", { card: { "9F49": "9F37" }, tvr: failed }],
		[
			"no DDOL anywhere",
			{ card: { "9F49": "" }, options: { application: { defaultDdol: bytes("9A03") } }, tvr: failed },
		],
		[
			"another unpredictable number signed",
			{ answer: () => `${tlv("80", signed("03112233", "00000000"))}9000`, tvr: failed },
		],
		["a signature of another length", { answer: () => `${tlv("80", signed().slice(2))}9000`, tvr: failed }],
		["a signature of zeros", { answer: () => `${tlv("80", "00".repeat(112))}9000`, tvr: failed }],
		["a dynamic number of 1 byte", { answer: () => `${tlv("80", signed("0111"))}9000`, tvr: failed }],
		["a dynamic number of 9 bytes", { answer: () => `${tlv("80", signed(`09${"11".repeat(9)}`))}9000`, tvr: failed }],
		["a dynamic number longer than the data", { answer: () => `${tlv("80", signed("041122"))}9000`, tvr: failed }],
		["no dynamic data", { answer: () => `${tlv("80", signed(""))}9000`, tvr: failed }],
	])("fails: %s", async (_name, row) => {
		await run(DDA, row);
	});

	// Book 3, 6.5.9.4 and 6.5.9.5
	// [EMV-ODA-18]
	test.each<[string, string]>([
		["an error", "6985"],
		["no signature", "9000"],
		["a template without signature", "77009000"],
		["no TLV", "80059000"],
	])("%s ends the transaction", async (_name, response) => {
		await run(DDA, { answer: () => response, tvr: "0000000000", tsi: "0000", ended: "cardError" });
	});
});

// Book 2, 7.1
describe("the key for an enciphered PIN", () => {
	function recover(changes: Readonly<Record<string, string>>, staticData = [STATIC_DATA]) {
		const { t } = openScripted({ configuration: { caPublicKeys: [caKey(chain)] }, card: cardData("1000", changes) });
		t.staticData = staticData;
		const recovered = pinEnciphermentKey(t);
		return recovered.ok ? formatHex(recovered.value.modulus) : undefined;
	}

	// [EMV-PIN-06]
	test("is the PIN encipherment key, which covers no static data, or else the card's own", () => {
		expect(recover({}, [bytes("00")])).toBe(chain.icc.modulus);
		expect(recover({ "9F2D": "", "9F2E": "", "9F2F": "" })).toBe(chain.icc.modulus);
	});

	// [EMV-PIN-06]
	test("is not found where the chain is broken", () => {
		expect(recover({ "9F2D": "AA" })).toBeUndefined();
		expect(recover({ "9F2E": "" })).toBeUndefined();
		expect(recover({ "9F2D": "" }, [bytes("00")])).toBeUndefined();
		expect(recover({ "90": "" })).toBeUndefined();
	});
});

// [EMV-ODA-11]
describe("Book 2, 5.1.2: certificates that the payment system has withdrawn", () => {
	test.each([
		["this one", { rid: bytes("A000000333"), caPublicKeyIndex: 0xf1, serial: bytes("000001") }, true],
		["of another serial", { rid: bytes("A000000333"), caPublicKeyIndex: 0xf1, serial: bytes("000002") }, false],
		["of another CA key", { rid: bytes("A000000333"), caPublicKeyIndex: 0xf2, serial: bytes("000001") }, false],
		["of another payment system", { rid: bytes("A000000004"), caPublicKeyIndex: 0xf1, serial: bytes("000001") }, false],
	])("%s", async (_name, revoked, isRevoked) => {
		const { t } = openScripted({
			card: cardData("4000", {}),
			configuration: { caPublicKeys: [caKey(chain)], revokedCertificates: [revoked] },
		});
		t.staticData = [STATIC_DATA];
		const reasons: string[] = [];
		Object.assign(t, { why: (decision: { rule: string }) => reasons.push(decision.rule) });
		await offlineDataAuthentication(t);
		expect((t.data.tvr[0]! & 0x40) !== 0).toBe(isRevoked);
		expect(reasons.includes("the issuer certificate has been revoked")).toBe(isRevoked);
	});
});
