import { beforeAll, describe, expect, test } from "vitest";
import { terminalKeySet } from "../../sim/bank/binding/terminalKeySet.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { testAcquirerClaims, testSigner } from "../../sim/world/testBinding.js";
import {
	type BindingCertificate,
	bindingCertificates,
	type RevocationList,
	revocationLists,
} from "../../src/binding/certificates.js";
import { type Challenge, challenges, type DeskAnswer, greetings } from "../../src/binding/deskMessages.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import { screenText } from "../../src/display/screen.js";
import { makeRemoteKeys, type RemoteKey } from "../../src/keys/remoteKeyLoading.js";
import { alterAnswer } from "./alteredDeskLine.js";
import { Attendant } from "./attendant.js";
import { ACQUIRER_SEED, type BenchOptions, MAK, PIK, TMK } from "./bench.js";
import { BindWorld, SERIAL } from "./bindWorld.js";
import { refusedBy } from "./refusedCeremony.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-online-pin";
const ROOT_SEED = 1;
const STRANGER_SEED = 99;
const NOW_SECONDS = Date.UTC(2026, 10, 22, 4) / 1000;
const DAY_SECONDS = 24 * 3600;
const acquirer = testSigner(nodeCrypto, ACQUIRER_SEED);
const stranger = testSigner(nodeCrypto, STRANGER_SEED);
const strangersAgreementKey = x25519PublicKey(new Uint8Array(32).fill(STRANGER_SEED));
const acquirerClaims = testAcquirerClaims(acquirer.publicKey, NOW_SECONDS);

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

type Change = (answer: DeskAnswer, w: BindWorld) => Partial<DeskAnswer>;

/** The certificate of the answer with other claims, or of another signer. */
const certified =
	(change: (claims: BindingCertificate) => Partial<BindingCertificate>, signer = acquirer): Change =>
	({ certificate }) => {
		const claims = bindingCertificates.read(certificate!);
		return { certificate: bindingCertificates.sign({ ...claims, ...change(claims) }, signer) };
	};

/** A list that has these serial numbers on it. */
const revoking =
	(
		serials: (claims: BindingCertificate) => Uint8Array[],
		signer = acquirer,
		more: Partial<RevocationList> = {},
	): Change =>
	({ certificate }) => {
		const revoked = serials(bindingCertificates.read(certificate!));
		const list = { issuer: acquirerClaims.subject, issuedAt: NOW_SECONDS, number: 1, revoked, ...more };
		return { revocations: revocationLists.sign(list, signer) };
	};

interface KeyChange {
	readonly keys?: (keys: RemoteKey[]) => RemoteKey[];
	readonly serial?: string;
	readonly agreementKey?: Uint8Array;
	readonly sequence?: (next: number) => number;
	readonly signer?: typeof acquirer;
}

/** A key message of the acquirer's own making, with something else in it. */
const keyed =
	({
		keys = all => all,
		serial = SERIAL,
		agreementKey,
		sequence = next => next,
		signer = acquirer,
	}: KeyChange): Change =>
	({ keySequence }, { bench }) => {
		const terminal = { serial, agreementKey: agreementKey ?? bench.terminal.identity().publicKeys.agreement };
		const ports = { crypto: nodeCrypto, random: new SeededRandom(4) };
		const { security } = bench.profile;
		const own = terminalKeySet(nodeCrypto, security, { tmk: TMK, pik: PIK, mak: MAK }, TEST_TERMINAL_IDS.commandLine);
		const number = sequence(keySequence!);
		return { keyMessage: makeRemoteKeys(ports, signer.secretKey, terminal, number, keys(own)) };
	};

const withKcv = (slot: RemoteKey["slot"]) => (keys: RemoteKey[]) =>
	keys.map(key => (key.slot === slot ? { ...key, kcv: key.kcv.map(byte => byte ^ 1) } : key));
const licenceOf = (
	{ acquirer: named }: BindingCertificate,
	changes: Partial<BindingCertificate["acquirer"]["licence"]>,
) => ({
	acquirer: { ...named, licence: { ...named.licence, ...changes } },
});

/** Under the acquirer's own signature all of them, and to this very request. */
const WRONG: readonly (readonly [what: string, change: Change, says: string])[] = [
	["no certificate", () => ({ certificate: undefined }), "certificate or keys are missing"],
	["no keys", () => ({ keyMessage: undefined }), "certificate or keys are missing"],
	["no number of the keys", () => ({ keySequence: undefined }), "certificate or keys are missing"],
	[
		"a certificate that somebody else has signed",
		certified(() => ({}), stranger),
		"signed by somebody who is not known here",
	],
	[
		"a certificate that the bank root has signed",
		certified(() => ({}), testSigner(nodeCrypto, ROOT_SEED)),
		"signed by somebody who is not known here",
	],
	[
		"a certificate with an altered signature",
		({ certificate }) => ({
			certificate: certificate!.map((byte, at) => (at === certificate!.length - 1 ? byte ^ 1 : byte)),
		}),
		"signature",
	],
	[
		"a certificate of another issuer",
		certified(() => ({ issuer: "Somebody else" })),
		"issuer must be the subject of the acquirer certificate",
	],
	["a certificate that has expired", certified(() => ({ expires: NOW_SECONDS })), "expires is in the past"],
	[
		"a certificate that does not count yet",
		certified(() => ({ notBefore: NOW_SECONDS + DAY_SECONDS })),
		"notBefore is in the future",
	],
	[
		"a certificate of another terminal",
		certified(({ terminal }) => ({ terminal: { ...terminal, serial: "OTHER" } })),
		"terminal is another one",
	],
	[
		"a certificate of another signing key",
		certified(({ terminal }) => ({ terminal: { ...terminal, signingKey: stranger.publicKey } })),
		"terminal is another one",
	],
	[
		"a certificate of another agreement key",
		certified(({ terminal }) => ({ terminal: { ...terminal, agreementKey: strangersAgreementKey } })),
		"terminal.agreementKey is another one",
	],
	[
		"a licence that has ended",
		certified(claims => licenceOf(claims, { notAfter: NOW_SECONDS })),
		"acquirer.licence: expires is in the past",
	],
	[
		"a licence that has not begun",
		certified(claims => licenceOf(claims, { notBefore: NOW_SECONDS + DAY_SECONDS })),
		"acquirer.licence: notBefore is in the future",
	],
	[
		"fees that do not count yet",
		certified(({ fees }) => ({ fees: { ...fees, from: NOW_SECONDS + DAY_SECONDS } })),
		"fees.from is in the future",
	],
	[
		"another card than the one in the slot",
		certified(({ settlementCard }) => ({ settlementCard: { ...settlementCard, masked: "622126*********0033" } })),
		"settlementCard is not the card in the slot",
	],
	["a list that revokes the certificate", revoking(({ serialNumber }) => [serialNumber]), "serialNumber is revoked"],
	["a list that revokes the acquirer", revoking(() => [acquirerClaims.serialNumber]), "serialNumber is revoked"],
	["a list that somebody else has signed", revoking(() => [], stranger), "signed by somebody who is not known here"],
	[
		"a list of another issuer",
		revoking(() => [], acquirer, { issuer: "Somebody else" }),
		"issuer must be the subject of the acquirer certificate",
	],
	["a master key with another check value", keyed({ keys: withKcv("master") }), "check value"],
	["a MAC key with another check value", keyed({ keys: withKcv("mac") }), "check value"],
	[
		"a master key for another use",
		keyed({ keys: keys => keys.map(key => (key.slot === "master" ? { ...key, usage: "P0" } : key)) }),
		"takes no key for P0",
	],
	[
		"a MAC key of another length",
		keyed({ keys: keys => keys.map(key => (key.slot === "mac" ? { ...key, key: key.key.slice(0, 7) } : key)) }),
		"the mac key must be 8, 16, 24 bytes",
	],
	["no key at all", keyed({ keys: () => [] }), "cannot be read"],
	["keys for another terminal", keyed({ serial: "OTHER" }), "is for the terminal OTHER"],
	[
		"keys that are sealed to somebody else",
		keyed({ agreementKey: strangersAgreementKey }),
		"not for this terminal's keys",
	],
	["keys that somebody else has signed", keyed({ signer: stranger }), "not from the bank"],
	[
		"keys with a later number than the answer says",
		keyed({ sequence: next => next + 1 }),
		"keySequence is not that of the key message",
	],
];

const worldOf = () => {
	const w = new BindWorld(world);
	new Attendant(w.bench);
	return w;
};

describe("an answer of the acquirer's with", () => {
	test.each(WRONG)("%s leaves a terminal as it came from manufacture", async (_what, change, says) => {
		const w = worldOf();
		alterAnswer(w, answer => change(answer, w));
		const refused = await refusedBy(w, w.code());
		expect(refused).toMatchObject({ code: "bankNotTrusted" });
		expect(refused.reason).toContain(says);
		expect(w.bench.screenNames()).not.toContain("confirm"); // nobody was asked to agree to it
		expect(w.bench.terminal.binding.kept).toBeUndefined();
	});

	test("any of that leaves a bound terminal with the binding and the keys that it has", async () => {
		const w = worldOf();
		const { bench } = w;
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
		bench.removeCard();
		const { kept } = bench.terminal.binding;
		for (const [what, change, says] of [
			...WRONG,
			["keys that were loaded before", keyed({ sequence: next => next - 1 }), "used before"] as const,
		]) {
			alterAnswer(w, answer => change(answer, w));
			const refused = await bench.terminal.bind(w.code());
			expect(refused, what).toMatchObject({ done: false, code: "bankNotTrusted" });
			expect(refused.reason, what).toContain(says);
			expect(bench.terminal.binding.kept, what).toEqual(kept);
			bench.removeCard();
		}
		expect(screenText(bench.screens.at(-1)!)).toContain("Bank not trusted");
		bench.restart();
		new Attendant(bench);
		expect(bench.terminal.binding.kept).toEqual(kept);
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
	}, 60_000);

	test("nothing wrong binds", async () => {
		const w = worldOf();
		alterAnswer(w, answer => ({
			...certified(() => ({}))(answer, w),
			...keyed({})(answer, w),
			...revoking(() => [])(answer, w),
		}));
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
		w.bench.removeCard();
		expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
	});
});

describe("a greeting under the acquirer's signature", () => {
	/** The desk's greeting with another challenge in it. */
	function greetedWith(w: BindWorld, changes: Partial<Challenge>): void {
		let received = 0;
		w.line.toTerminal = frame => {
			if (received++ > 0) return frame;
			const [certificate, challenge] = greetings.decode(frame);
			return greetings.encode(certificate, challenges.sign({ ...challenges.read(challenge), ...changes }, acquirer));
		};
	}

	test("whose challenge is for another terminal: the card is not asked for", async () => {
		const w = worldOf();
		greetedWith(w, { serial: "OTHER" });
		const refused = await refusedBy(w, w.code());
		expect(refused).toMatchObject({
			code: "bankNotTrusted",
			reason: "binding challenge: serial is that of another terminal",
		});
		expect(w.bench.screenNames()).not.toContain("insertCard");
	});

	test("whose challenge is this terminal's binds", async () => {
		const w = worldOf();
		greetedWith(w, {});
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
	});
});
