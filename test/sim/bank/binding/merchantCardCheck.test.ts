import { beforeAll, describe, expect, test } from "vitest";
import { checkMerchantCard } from "../../../../sim/bank/binding/merchantCardCheck.js";
import { cardProfile } from "../../../../sim/card/cardProfiles.js";
import { tlv } from "../../../../sim/card/tlv.js";
import { TEST_MERCHANT } from "../../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../../../sim/world/seededRandom.js";
import { TEST_AGREEMENT_SECRET } from "../../../../sim/world/testBinding.js";
import {
	type DeskRefusal,
	type DeskRequest,
	decodeSealedCard,
	type SealedCard,
} from "../../../../src/binding/deskMessages.js";
import { concat } from "../../../../src/bytes/bytes.js";
import { openSealedBox } from "../../../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../../../src/crypto/x25519.js";
import { decodeIccData } from "../../../../src/host/iccData.js";
import { sealedPinKeys } from "../../../../src/keys/sealedPinKeys.js";
import { caughtRequest } from "../../../flows/alteredDeskLine.js";
import { Attendant } from "../../../flows/attendant.js";
import type { BenchOptions } from "../../../flows/bench.js";
import { BindWorld } from "../../../flows/bindWorld.js";
import { makeSaleWorldOf, withCvmListOf } from "../../../flows/saleWorld.js";

const ONLINE_PIN = "unionpay-online-pin";
const CHIP_PIN = "cda";
const AGREEMENT = { publicKey: x25519PublicKey(TEST_AGREEMENT_SECRET), secretKey: TEST_AGREEMENT_SECRET };

let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	cards = await makeSaleWorldOf([cardProfile(ONLINE_PIN)!, withCvmListOf("plaintext-pin", CHIP_PIN)]);
}, 60_000);

/** A proof that a card has given in a ceremony. */
interface Proof {
	readonly request: DeskRequest;
	readonly card: SealedCard;
}

/** What the desk says to a proof that the real card has given and that was changed before the desk looked at it. */
async function judged(name: string, change: (proof: Proof) => Partial<Proof>): Promise<DeskRefusal | undefined> {
	const w = new BindWorld(cards[name]!);
	new Attendant(w.bench);
	const request = await caughtRequest(w);
	const proof = { request, card: decodeSealedCard(openSealedBox(request.card!.sealed, AGREEMENT)!) };
	const { request: asked, card } = { ...proof, ...change(proof) };
	const { books, clock, desk } = w.bench;
	const bank = { crypto: nodeCrypto, clock: { now: () => clock.now(), utcOffsetMinutes: 480 }, currency: 156 };
	const merchant = {
		...{ ...TEST_MERCHANT, address: "1 Test Road, Shanghai", country: 156, terminals: [] },
		owner: cards[name]!.account.holder!,
	};
	return checkMerchantCard({ ...bank, books, issuer: desk.issuer }, AGREEMENT, asked, card, merchant);
}

/** Field 55 with another value under a tag, or without it. */
function withTag({ card, ...request }: DeskRequest, tag: string, value: Uint8Array | undefined): DeskRequest {
	const objects = new Map(decodeIccData(card!.iccData));
	if (value) objects.set(tag, value);
	else objects.delete(tag);
	const iccData = concat(...[...objects].map(([name, bytes]) => tlv(name, bytes)));
	return { ...request, card: { ...card!, iccData } };
}

const cvmResults = (...bytes: number[]) => Uint8Array.from(bytes);
const pinBlock = (digits: string, pan: string) =>
	sealedPinKeys(new SeededRandom(3), AGREEMENT.publicKey).pinBlock(Uint8Array.from(digits, Number), pan);

describe.each([ONLINE_PIN, CHIP_PIN])("the proof of the card %s", name => {
	test("holds as the card has given it", async () => {
		expect(await judged(name, () => ({}))).toBeUndefined();
	});

	test.each<[string, (request: DeskRequest) => Partial<DeskRequest>]>([
		["conversation", ({ nonce }) => ({ nonce: nonce.map(byte => byte ^ 1) })],
		["purpose", () => ({ purpose: "refund" })],
		["terminal", ({ signingKey }) => ({ signingKey: signingKey.map(byte => byte ^ 1) })],
		["subject", () => ({ subject: new Uint8Array(32).fill(1) })],
	])("is none for another %s: its number 9F37 is that of this one request", async (_what, change) => {
		const refusal = await judged(name, ({ request }) => ({ request: { ...request, ...change(request) } }));
		expect(refusal).toBe("cardNotGenuine");
	});

	test("is none without the number 9F37, or with the one of the request over another cryptogram", async () => {
		expect(await judged(name, ({ request }) => ({ request: withTag(request, "9F37", undefined) }))).toBe(
			"cardNotGenuine",
		);
		const altered = ({ request }: Proof) => ({ request: withTag(request, "9F26", new Uint8Array(8)) });
		expect(await judged(name, altered)).toBe("cardNotGenuine");
	});

	test("that is no field 55 is malformed", async () => {
		const broken = ({ request }: Proof) => ({
			request: { ...request, card: { ...request.card!, iccData: Uint8Array.of(0x9f) } },
		});
		expect(await judged(name, broken)).toBe("malformed");
	});
});

describe("CVM results of a card whose PIN its chip has checked", () => {
	test.each<[string, Uint8Array | undefined, DeskRefusal | undefined]>([
		["plaintext PIN, successful", cvmResults(0x41, 0x03, 0x02), undefined],
		["enciphered PIN, successful", cvmResults(0x44, 0x03, 0x02), undefined],
		["plaintext PIN and signature, successful", cvmResults(0x43, 0x03, 0x02), undefined],
		["enciphered PIN and signature, successful", cvmResults(0x45, 0x03, 0x02), undefined],
		["plaintext PIN, failed", cvmResults(0x41, 0x03, 0x01), "pinMissing"],
		["plaintext PIN, not known", cvmResults(0x41, 0x03, 0x00), "pinMissing"],
		["online PIN that nobody has sent", cvmResults(0x42, 0x03, 0x00), "pinMissing"],
		["online PIN, called successful", cvmResults(0x42, 0x03, 0x02), "pinMissing"],
		["signature", cvmResults(0x1e, 0x03, 0x00), "pinMissing"],
		["no CVM, successful", cvmResults(0x1f, 0x03, 0x02), "pinMissing"],
		["none performed", cvmResults(0x3f, 0x00, 0x00), "pinMissing"],
		["nothing", undefined, "pinMissing"],
	])("%s", async (_what, results, refusal) => {
		expect(await judged(CHIP_PIN, ({ request }) => ({ request: withTag(request, "9F34", results) }))).toBe(refusal);
	});
});

describe("a PIN that the issuer is to check", () => {
	test.each<[string, (card: SealedCard) => Uint8Array | undefined, DeskRefusal | undefined]>([
		["is right", ({ pan }) => pinBlock("1234", pan), undefined],
		["is wrong", ({ pan }) => pinBlock("1235", pan), "pinWrong"],
		["has a digit more", ({ pan }) => pinBlock("12345", pan), "pinWrong"],
		["is that of another card number", () => pinBlock("1234", "6221268000000000995"), "pinWrong"],
		["is missing", () => undefined, "pinMissing"],
		["is in a box that does not open", () => new Uint8Array(56), "pinMissing"],
	])("%s", async (_what, block, refusal) => {
		expect(await judged(ONLINE_PIN, ({ card }) => ({ card: { ...card, pinBlock: block(card) } }))).toBe(refusal);
	});

	test("in a box that does not open is missing also where the chip has found it right", async () => {
		const withBox = ({ card }: Proof) => ({ card: { ...card, pinBlock: new Uint8Array(56) } });
		expect(await judged(CHIP_PIN, withBox)).toBe("pinMissing");
	});
});
