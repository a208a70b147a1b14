import { readFileSync } from "node:fs";
import { encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { BindingError } from "../../src/binding/bindingError.js";
import {
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
	feeOffers,
	revocationLists,
	type Signed,
} from "../../src/binding/certificates.js";
import {
	isRevoked,
	openAcquirerCertificate,
	openBindingCertificate,
	openRevocationList,
} from "../../src/binding/chain.js";
import { coseSign1, unverified } from "../../src/binding/cose.js";
import {
	answerFrames,
	challenges,
	deskAnswers,
	deskRequests,
	greetings,
	hellos,
	PURPOSES,
	REFUSALS,
	requestFrames,
	sealedCard,
} from "../../src/binding/deskMessages.js";
import { erasureCertificates } from "../../src/binding/erasure.js";
import { type CborValue, decodeDeterministic, encodeDeterministic } from "../../src/bytes/cbor.js";
import {
	ACQUIRER,
	acquirerClaims,
	bindingClaims,
	NOW,
	NOW_SECONDS,
	ROOT,
	SERIAL,
	signedAcquirer,
	signedBinding,
	TERMINAL,
	testSigner,
	YEAR_SECONDS,
} from "./certificateWorld.js";

const SELF = { serial: SERIAL, signingKey: TERMINAL.publicKey };
const acquirer = acquirerClaims();
const open = (message: Uint8Array, terminal = SELF, now = NOW) =>
	openBindingCertificate(nodeCrypto, acquirer, message, terminal, now);

test("the chain from the root to the binding comes back as it was signed", () => {
	expect(openAcquirerCertificate(nodeCrypto, ROOT.publicKey, signedAcquirer(), NOW)).toEqual(acquirer);
	expect(open(signedBinding())).toEqual(bindingClaims());
});

test("a certificate is in the one form of RFC 8949, 4.2.1", () => {
	const { payload } = unverified(signedBinding());
	expect(payload).toEqual(new Uint8Array(cborgEncode(decodeDeterministic(payload), rfc8949EncodeOptions)));
});

test("every byte altered is refused", () => {
	const message = signedBinding();
	for (let at = 0; at < message.length; at++) {
		const altered = message.slice();
		altered[at]! ^= 1 << (at % 8);
		expect(() => open(altered), `byte ${at}`).toThrow(BindingError);
	}
	expect(() => open(message.slice(0, -1))).toThrow(BindingError);
});

describe("refuses", () => {
	test("a bank with another root", () => {
		const stranger = testSigner(66);
		expect(() => openAcquirerCertificate(nodeCrypto, ROOT.publicKey, signedAcquirer({}, stranger), NOW)).toThrow(
			"acquirer certificate: the message is signed by somebody who is not known here",
		);
		const posing = { ...stranger, kid: ROOT.kid };
		expect(() => openAcquirerCertificate(nodeCrypto, ROOT.publicKey, signedAcquirer({}, posing), NOW)).toThrow(
			"acquirer certificate: the signature of the message is wrong",
		);
	});

	test("a binding of another acquirer, and one that the root has signed itself", () => {
		expect(() => open(signedBinding({}, testSigner(67)))).toThrow(
			"binding certificate: the message is signed by somebody",
		);
		expect(() => open(signedBinding({}, ROOT))).toThrow("binding certificate: the message is signed by somebody");
		expect(() => open(signedBinding({ issuer: "Another acquirer" }))).toThrow("issuer must be the subject");
	});

	test("a stolen certificate on another terminal", () => {
		expect(() => open(signedBinding(), { ...SELF, serial: "OTHER" })).toThrow("terminal is another one");
		expect(() => open(signedBinding(), { ...SELF, signingKey: ROOT.publicKey })).toThrow("terminal is another one");
	});

	test("what was signed for another purpose", () => {
		const offer = feeOffers.sign(
			{ issuer: acquirer.subject, subject: "202600000001", issuedAt: NOW_SECONDS, fees: bindingClaims().fees },
			ACQUIRER,
		);
		expect(() => open(offer)).toThrow("binding certificate: the signature of the message is wrong");
	});

	const licence = bindingClaims().acquirer.licence;
	test.each<[string, Partial<BindingCertificate>, string]>([
		["before its time", { notBefore: NOW_SECONDS + 1 }, "binding certificate: notBefore is in the future"],
		["after its time", { expires: NOW_SECONDS }, "binding certificate: expires is in the past"],
		[
			"with a licence that has ended",
			{ acquirer: { ...bindingClaims().acquirer, licence: { ...licence, notAfter: NOW_SECONDS } } },
			"binding certificate: acquirer.licence: expires is in the past",
		],
		[
			"with a licence to come",
			{ acquirer: { ...bindingClaims().acquirer, licence: { ...licence, notBefore: NOW_SECONDS + 9 } } },
			"binding certificate: acquirer.licence: notBefore is in the future",
		],
		[
			"with fees to come",
			{ fees: { ...bindingClaims().fees, from: NOW_SECONDS + 1 } },
			"binding certificate: fees.from is in the future",
		],
	])("a certificate %s", (_what, changes, why) => {
		expect(() => open(signedBinding(changes))).toThrow(why);
	});

	test("an acquirer certificate out of its time", () => {
		const at = (now: number) => () => openAcquirerCertificate(nodeCrypto, ROOT.publicKey, signedAcquirer(), now);
		expect(at(NOW - YEAR_SECONDS * 1000 - 1)).toThrow("acquirer certificate: notBefore is in the future");
		expect(at(NOW + 5 * YEAR_SECONDS * 1000)).toThrow("acquirer certificate: expires is in the past");
	});
});

describe("the decoder names the claim", () => {
	const claims = () => bindingCertificates.codec.encode(bindingClaims()) as Map<number, CborValue>;
	const within = (label: number, change: (map: Map<number, CborValue>) => void) => (map: Map<number, CborValue>) =>
		change(map.get(label) as Map<number, CborValue>);
	const inRule = (change: (map: Map<number, CborValue>) => void) =>
		within(-70014, map => change((map.get(3) as Map<number, CborValue>[])[0]!));
	test.each<[string, (map: Map<number, CborValue>) => void, string]>([
		["no issuer", map => map.delete(1), "binding certificate: issuer is missing"],
		["an issuer of another kind", map => map.set(1, 7), "binding certificate: issuer must be 1 to 40 ASCII characters"],
		["a short binding number", map => map.set(2, "1"), "binding certificate: subject must be 12 digits"],
		["a time before 2017", map => map.set(4, 1), "binding certificate: expires must be a whole number from 1500000000"],
		["a short serial number", map => map.set(7, new Uint8Array(7)), "serialNumber must be 8 to 16 bytes"],
		["a claim nobody knows", map => map.set(99, 1), "binding certificate: the claim 99 is not known"],
		["no terminal", map => map.delete(-70010), "binding certificate: terminal is missing"],
		["a terminal of no kind", map => map.set(-70010, []), "binding certificate: terminal must be a map"],
		["a short key", within(-70010, map => map.set(2, new Uint8Array(31))), "terminal.signingKey must be 32 bytes"],
		["a merchant number", within(-70011, map => map.set(1, "1")), "merchant.merchantId must be 15 letters and digits"],
		["a merchant's name", within(-70011, map => map.set(2, "")), "merchant.name must be 1 to 40 ASCII characters"],
		["a category", within(-70011, map => map.set(3, "58121")), "merchant.categoryCode must be 4 digits"],
		["no address", within(-70011, map => map.delete(4)), "merchant.address is missing"],
		["a country", within(-70011, map => map.set(5, 1000)), "merchant.country must be a whole number from 1 to 999"],
		["more than a merchant has", within(-70011, map => map.set(9, 1)), "merchant.the claim 9 is not known"],
		["a whole card number", within(-70012, map => map.set(2, "6221261000000018")), "settlementCard.masked must be the"],
		[
			"a licence without a number",
			within(-70013, map => (map.get(2) as Map<number, CborValue>).delete(1)),
			"acquirer.licence.number is missing",
		],
		["nobody to call", within(-70013, map => map.set(3, "")), "acquirer.support must be 1 to 120 characters"],
		["no fee rule", within(-70014, map => map.set(3, [])), "fees.rules must be a list of 1 to 16"],
		[
			"a rate above all",
			within(-70014, map => (map.get(3) as Map<number, CborValue>[])[0]!.set(3, 1_000_001)),
			"fees.rules[0].ratePpm must be a whole number from 0 to 1000000",
		],
		["a terminal's serial number", within(-70010, map => map.set(1, "A B")), "terminal.serial must be 1 to 20 ASCII"],
		["a terminal number", within(-70011, map => map.set(6, "0000001")), "merchant.terminalId must be 8 letters"],
		["an address of 121 characters", within(-70011, map => map.set(4, "a".repeat(121))), "merchant.address must be 1"],
		["a card of nobody's", within(-70012, map => map.set(1, "")), "settlementCard.issuer must be 1 to 120"],
		["a long token", within(-70012, map => map.set(3, new Uint8Array(9))), "settlementCard.token must be 8 bytes"],
		["an acquirer without a name", within(-70013, map => map.set(1, "")), "acquirer.name must be 1 to 120"],
		["a rule's kind", inRule(map => map.set(1, "")), "fees.rules[0].kind must be 1 to 16 ASCII characters"],
		["a rule's prefix", inRule(map => map.set(2, ["62x"])), "fees.rules[0].prefixes[0] must be 1 to 6 digits"],
		["a negative fee", inRule(map => map.set(4, -1)), "fees.rules[0].fixedMinor must be a whole number from 0"],
		["a least fee", inRule(map => map.set(5, 1e9)), "fees.rules[0].minimumMinor must be a whole number from 0"],
		["a most fee", inRule(map => map.set(6, 1e9)), "fees.rules[0].capMinor must be a whole number from 0"],
		["a schedule without a number", within(-70014, map => map.set(1, 0)), "fees.version must be a whole number"],
		["a credit after 61 days", within(-70014, map => map.set(4, 61)), "fees.creditDays must be a whole number from 0"],
		[
			"no amount at all",
			within(-70015, map => map.set(1, 0)),
			"limits.perTransactionMinor must be a whole number from 1",
		],
		["an amount of ten digits", within(-70015, map => map.set(1, 1e9)), "limits.perTransactionMinor must be a whole"],
		[
			"a refund below nothing",
			within(-70015, map => map.set(2, -1)),
			"limits.refundMinor must be a whole number from 0",
		],
		[
			"a refund of ten digits",
			within(-70015, map => map.set(2, 1e9)),
			"limits.refundMinor must be a whole number from",
		],
		[
			"a proof of what needs the line",
			within(-70015, map => map.set(3, ["refund", "bind"])),
			"limits.offlineProofs[1] must be refund, release or exportBackup",
		],
		["no offline proof", within(-70015, map => map.set(3, [])), "limits.offlineProofs must be a list of 1 to 3"],
		["more than limits have", within(-70015, map => map.set(4, 1)), "limits.the claim 4 is not known"],
		["no function", map => map.set(-70016, []), "functions must be a list of 1 to 40"],
		["functions of no kind", map => map.set(-70016, [1]), "functions[0] must be a name of an operation"],
	])("%s", (_what, change, why) => {
		const map = claims();
		change(map);
		expect(() => open(coseSign1(encodeDeterministic(map), ACQUIRER, bindingCertificates.context))).toThrow(why);
	});

	/** Every claim of the certificate with the maps that it lies in, those that may be absent included. */
	function* claimsOf(codec: unknown, path: readonly number[] = [], names = ""): Generator<[string, number[], boolean]> {
		type Claims = Readonly<Record<string, readonly [number, unknown, string?]>>;
		for (const [name, [label, each, presence]] of Object.entries((codec as { claims?: Claims }).claims ?? {})) {
			const at = [...path, label];
			yield [names + name, at, presence === "optional"];
			yield* claimsOf(each, at, `${names}${name}.`);
		}
	}

	test.each([...claimsOf(bindingCertificates.codec)])(
		"%s, when it is missing or of another kind",
		(name, path, isOptional) => {
			const opened = (change: (map: Map<number, CborValue>, label: number) => void) => () => {
				const whole = claims();
				const map = path.slice(0, -1).reduce((m, label) => m.get(label) as Map<number, CborValue>, whole);
				change(map, path.at(-1)!);
				return open(coseSign1(encodeDeterministic(whole), ACQUIRER, bindingCertificates.context));
			};
			if (isOptional) expect(opened((map, label) => map.delete(label))).not.toThrow();
			else expect(opened((map, label) => map.delete(label))).toThrow(`${name} is missing`);
			for (const value of [true, null])
				expect(opened((map, label) => map.set(label, value))).toThrow(`${name} must be`);
		},
	);

	test("a payload in another form", () => {
		const map = claims();
		const message = coseSign1(new Uint8Array([0xbf, 0xff]), ACQUIRER, bindingCertificates.context);
		expect(() => open(message)).toThrow("binding certificate: the CBOR item has no definite length");
		expect(() => open(coseSign1(encodeDeterministic([map]), ACQUIRER, bindingCertificates.context))).toThrow(
			"binding certificate must be a map",
		);
	});

	test("nobody signs what nobody would take", () => {
		expect(() => signedBinding({ subject: "1" })).toThrow("must be 12 digits");
	});
});

test("a revocation list counts when it is newer and of the acquirer", () => {
	const list = (number: number, signer = ACQUIRER, issuer = acquirer.subject) =>
		revocationLists.sign({ issuer, issuedAt: NOW_SECONDS, number, revoked: [new Uint8Array(8).fill(2)] }, signer);
	const taken = openRevocationList(nodeCrypto, acquirer, list(2), 1);
	expect(isRevoked(taken, bindingClaims())).toBe(true);
	expect(isRevoked(taken, bindingClaims({ serialNumber: new Uint8Array(8).fill(3) }))).toBe(false);
	expect(() => openRevocationList(nodeCrypto, acquirer, list(2), 2)).toThrow("number must be higher");
	expect(() => openRevocationList(nodeCrypto, acquirer, list(3, testSigner(9)), 2)).toThrow("not known here");
	expect(() => openRevocationList(nodeCrypto, acquirer, list(3, ACQUIRER, "Another"), 2)).toThrow("issuer must be");
});

test("docs/binding.cddl has every claim with its label, and no other", () => {
	const cddl = readFileSync(new URL("../../docs/binding.cddl", import.meta.url), "utf8");
	const written = (rule: string) => {
		const body = new RegExp(`^${rule} = \\{([^}]*)\\}`, "m").exec(cddl)?.[1] ?? "";
		return [...body.matchAll(/^\s*(\??)\s*(-?\d+) => .*; (\w+)$/gm)].map(([, optional, label, name]) => [
			name,
			Number(label),
			optional === "?",
		]);
	};
	const inCode = (codec: unknown) =>
		Object.entries((codec as { claims: Record<string, [number, unknown, string?]> }).claims).map(
			([name, [label, , presence]]) => [name, label, presence === "optional"],
		);
	const all: [string, unknown][] = [];
	const walk = (rule: string, codec: unknown) => {
		all.push([rule, codec]);
		for (const [name, [, each]] of Object.entries((codec as { claims: Record<string, [number, unknown]> }).claims))
			if ((each as { claims?: unknown }).claims) walk(name === "fees" ? "fee-schedule" : kebab(name), each);
	};
	for (const each of [
		acquirerCertificates,
		bindingCertificates,
		revocationLists,
		feeOffers,
		challenges,
		deskRequests,
		deskAnswers,
		erasureCertificates,
	] as unknown as Signed<unknown>[])
		walk(kebab(each.what.replaceAll(" ", "-")), each.codec);
	walk("sealed-card", sealedCard);
	expect(all.length).toBeGreaterThan(15);
	for (const [rule, codec] of all) expect(written(rule), rule).toEqual(inCode(codec));
	const named = (rule: string) => {
		const text = new RegExp(`^${rule} = ((?:"\\w+"[ /\\s]*)+)`, "m").exec(cddl)?.[1] ?? "";
		return [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name);
	};
	expect(named("purpose")).toEqual(PURPOSES);
	expect(named("refusal")).toEqual(REFUSALS);
	for (const [rule, frame] of Object.entries({ hello: hellos.encode("S"), greeting: greetings.encode(ONE, ONE) }))
		expect((decodeDeterministic(frame) as unknown[])[0]).toBe(new RegExp(`^${rule} = \\["(\\w+)"`, "m").exec(cddl)![1]);
	for (const [rule, frame] of Object.entries({ "request-frame": requestFrames, "answer-frame": answerFrames }))
		expect((decodeDeterministic(frame.encode(ONE)) as unknown[])[0]).toBe(
			new RegExp(`^${rule} = \\["(\\w+)"`, "m").exec(cddl)![1],
		);
});

const ONE = Uint8Array.of(1);

function kebab(name: string): string {
	return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
