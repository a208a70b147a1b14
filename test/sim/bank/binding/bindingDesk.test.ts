import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../../sim/world/nodeCrypto.js";
import { testSigner } from "../../../../sim/world/testBinding.js";
import type { DeskRefusal, DeskRequest } from "../../../../src/binding/deskMessages.js";
import { decodeCbor, encodeCbor } from "../../../../src/bytes/cbor.js";
import { x25519PublicKey } from "../../../../src/crypto/x25519.js";
import type { Attestation } from "../../../../src/keys/attestation.js";
import { signRecord } from "../../../../src/keys/signedRecord.js";
import { answerToAltered, caughtRequest } from "../../../flows/alteredDeskLine.js";
import { Attendant } from "../../../flows/attendant.js";
import type { BenchOptions } from "../../../flows/bench.js";
import { BindWorld, SERIAL } from "../../../flows/bindWorld.js";
import { makeSaleWorld } from "../../../flows/saleWorld.js";

const CARD = "unionpay-online-pin";
/** Of a signed record: the signature comes first. */
const SIGNATURE_LENGTH = 64;
const OTHER_SERIAL = "KASSA-OTHER";
let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** The merchant has two terminals, the one of the bench and another. */
function worldOfTwo(): BindWorld {
	const terminals = [
		{ terminalId: TEST_TERMINAL_IDS.commandLine, serial: SERIAL },
		{ terminalId: TEST_TERMINAL_IDS.panel, serial: OTHER_SERIAL },
	];
	const w = new BindWorld(world, { merchant: { terminals } });
	new Attendant(w.bench);
	return w;
}

describe("a request under the terminal's own signature", () => {
	test.each<[string, (request: DeskRequest) => Partial<DeskRequest>, DeskRefusal | undefined]>([
		["as it is", () => ({}), undefined],
		["with another nonce than that of the challenge", () => ({ nonce: new Uint8Array(16) }), "stale"],
		["in the name of another terminal of the merchant's", () => ({ serial: OTHER_SERIAL }), "stale"],
	])("%s", async (_what, change, refusal) => {
		const w = worldOfTwo();
		expect(await answerToAltered(w, change)).toBe(refusal);
		expect(w.registry.bindings()).toHaveLength(refusal ? 0 : 1);
	});

	test("that was caught, and comes in a later conversation, is stale", async () => {
		const w = worldOfTwo();
		const earlier = await caughtRequest(w);
		expect(await answerToAltered(w, () => earlier)).toBe("stale");
		expect(w.registry.bindings()).toEqual([]);
	});

	test.each([
		[5 * 60_000, undefined],
		[5 * 60_000 + 1, "stale"],
	])("that comes %i ms after the challenge: %s", async (afterMs, refusal) => {
		const w = worldOfTwo();
		const late = (): Partial<DeskRequest> => {
			w.bench.clock.set(w.bench.clock.now() + afterMs);
			return {};
		};
		expect(await answerToAltered(w, late)).toBe(refusal);
		expect(w.registry.bindings()).toHaveLength(refusal ? 0 : 1);
	});
});

test("an activation code of another terminal binds nothing, and counts as a wrong one; its own terminal can still use it", async () => {
	const w = worldOfTwo();
	const code = w.desk.issueCode(TEST_TERMINAL_IDS.panel);
	expect(await w.bench.terminal.bind(code)).toMatchObject({ done: false, code: "codeWrong" });
	expect(w.registry.bindings()).toEqual([]);
	expect(w.registry.wrongCodes(SERIAL)).toMatchObject({ wrong: 1 });
	const own = new BindWorld(world, {
		merchant: { terminals: [{ terminalId: TEST_TERMINAL_IDS.panel, serial: SERIAL }] },
		registry: w.registry,
	});
	new Attendant(own.bench);
	expect(await own.bench.terminal.bind(code)).toMatchObject({ done: true });
});

describe("an attestation", () => {
	const stranger = testSigner(nodeCrypto, 99);
	const strangersKey = x25519PublicKey(new Uint8Array(32).fill(99));

	/** What this terminal attests, with some of it changed, and signed again. */
	function attested(
		{ attestation }: DeskRequest,
		changes: Partial<Attestation>,
		sign: (payload: Uint8Array) => Uint8Array,
	): Partial<DeskRequest> {
		const told = decodeCbor(attestation!.subarray(SIGNATURE_LENGTH)) as unknown as Attestation;
		return { attestation: sign(encodeCbor({ ...told, ...changes })) };
	}

	test.each<[string, Partial<Attestation>]>([
		["of another serial", { serial: OTHER_SERIAL }],
		["of another signing key", { signingKey: stranger.publicKey }],
		["of another agreement key", { agreementKey: strangersKey }],
	])("%s than the request's is not taken", async (_what, changes) => {
		const w = worldOfTwo();
		const identity = w.bench.terminal.identity();
		const sign = (payload: Uint8Array) => identity.sign("attestation 1", payload);
		expect(await answerToAltered(w, request => attested(request, changes, sign))).toBe("malformed");
		expect(w.registry.bindings()).toEqual([]);
		w.bench.removeCard();
		expect(await answerToAltered(w, request => attested(request, {}, sign))).toBeUndefined();
	});

	test("does not let the bank's keys go to a key that the terminal has not attested", async () => {
		const w = worldOfTwo();
		expect(await answerToAltered(w, () => ({ agreementKey: strangersKey }))).toBe("malformed");
		expect(w.registry.bindings()).toEqual([]);
	});

	test("under another key than the one that asks, or that is missing, is not taken", async () => {
		const w = worldOfTwo();
		const named = () => ({ signingKey: stranger.publicKey });
		expect(await answerToAltered(w, named, stranger)).toBe("malformed");
		w.bench.removeCard();
		const signed = (request: DeskRequest) => ({
			...named(),
			...attested(request, {}, payload => signRecord(nodeCrypto, "attestation 1", payload, stranger.secretKey)),
		});
		expect(await answerToAltered(w, signed, stranger)).toBe("malformed");
		w.bench.removeCard();
		expect(await answerToAltered(w, () => ({ attestation: undefined }))).toBe("malformed");
		expect(w.registry.bindings()).toEqual([]);
	});
});
