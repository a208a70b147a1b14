import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { generateFirstAc, generateSecondAc } from "../../src/emv/generateAc.js";
import type { CryptogramType } from "../../src/emv/transaction.js";
import { bytes, type Exchange, openScripted, tlv, tsi, tvr } from "./scriptedCard.js";
import { makeTestChain, publicKey, signDynamic, type TestChain } from "./testChain.js";

let chain: TestChain;
beforeAll(async () => {
	chain = await makeTestChain();
});

const UN = "A1B2C3D4";
const PDOL_DATA = "0156";
const AMOUNT = "000000000100";
const AC = "1122334455667788";
const CID: Readonly<Record<CryptogramType, string>> = { AAC: "00", TC: "40", ARQC: "80" };
const HEAD = "9F36020007";
const TAIL = "9F100706010A03A02000";

interface Signed {
	/** What the hash covers of the transaction before the answer. */
	readonly covered?: string;
	/** The objects of the answer beside the signature, in the card's order. */
	readonly objects?: readonly string[];
	/** Cryptogram information inside the signature. */
	readonly cid?: string;
}

/** A GENERATE AC answer with its signature between the card's other objects. */
function signed(
	given: CryptogramType,
	{ covered = PDOL_DATA + AMOUNT, objects, cid = CID[given] }: Signed = {},
): string {
	const own = objects ?? [HEAD, `9F2701${CID[given]}`, TAIL];
	const hash = formatHex(nodeCrypto.sha1(concat(bytes(covered), ...own.map(bytes))));
	const signature = tlv("9F4B", signDynamic(chain, `03112233${cid}${AC}${hash}`, bytes(UN)));
	return `${tlv("77", own[0]!, signature, ...own.slice(1))}9000`;
}

async function first(asked: CryptogramType, response: string, more: readonly Exchange[] = []) {
	const p1 = (Number.parseInt(CID[asked], 16) | 0x10).toString(16).toUpperCase();
	const { t, card } = openScripted({
		exchanges: [[`80AE${p1}00 06 ${AMOUNT} 00`, response], ...more],
		card: { "8C": "9F0206", "8D": "8A02" },
		terminal: { "9F37": UN },
	});
	t.sent.pdol = bytes(PDOL_DATA);
	t.cdaKey = publicKey(chain.icc);
	t.requestedCryptogram = asked;
	const ended = await generateFirstAc(t);
	expect(card.left).toEqual([]);
	return { t, ended: ended?.kind };
}

// EMV 4.4 Book 2, 6.6.2
describe("a signature that holds", () => {
	// [EMV-ODA-21 EMV-ODA-22]
	test.each<[string, readonly string[]]>([
		["in one order", [HEAD, "9F270180", TAIL]],
		["in another", ["9F270180", TAIL, HEAD]],
		["with an unknown and a constructed object", ["9F270180", HEAD, "DF7F01AA", "BF0C03DF0101"]],
	])("gives the cryptogram and the dynamic number, the objects %s", async (_name, objects) => {
		const { t, ended } = await first("ARQC", signed("ARQC", { objects }));
		expect([ended, t.cryptogram, tvr(t), tsi(t)]).toEqual([undefined, "ARQC", "0000000000", "A000"]);
		expect(formatHex(t.data.card(0x9f26)!)).toBe(AC);
		expect(formatHex(t.data.card(0x9f4c)!)).toBe("112233");
	});

	// [EMV-ODA-21]
	test("covers CDOL2 as well at the second GENERATE AC", async () => {
		for (const [covered, ended] of [
			[`${PDOL_DATA}${AMOUNT}3030`, undefined],
			[`${PDOL_DATA}${AMOUNT}`, "declined"],
		] as const) {
			const { t } = await first("ARQC", signed("ARQC"), []);
			const { t: second } = openScripted({
				exchanges: [["80AE5000 02 3030 00", signed("TC", { covered })]],
				card: { "8D": "8A02" },
				terminal: { "9F37": UN, "8A": "3030" },
			});
			Object.assign(second, { cdaKey: t.cdaKey, sent: { ...t.sent } });
			expect((await generateSecondAc(second, "TC"))?.kind).toBe(ended);
		}
	});
});

describe("a signature that does not hold", () => {
	const REASONS: [string, Signed][] = [
		["over other data of the PDOL", { covered: `0840${AMOUNT}` }],
		["over another amount", { covered: `${PDOL_DATA}000000000001` }],
		["with another cryptogram information inside", { cid: "00" }],
	];

	// [EMV-ODA-21 EMV-ODA-22 EMV-ODA-24]
	test.each(REASONS)("of a TC, %s: declined, and the card is asked no more", async (_name, what) => {
		const { t, ended } = await first("TC", signed("TC", what));
		expect([ended, tvr(t), tsi(t)]).toEqual(["declined", "0400000000", "A000"]);
		expect(t.data.card(0x9f26)).toBeUndefined();
	});

	// [EMV-ODA-22 EMV-ODA-23]
	test.each(REASONS)("of an ARQC, %s: the card is asked for an AAC at once", async (_name, what) => {
		const aac: Exchange = ["80AE0000 02 5A31 00", `${tlv("80", "00", "0007", AC)}9000`];
		const { t, ended } = await first("ARQC", signed("ARQC", what), [aac]);
		expect([ended, t.cryptogram, tvr(t)]).toEqual(["declined", "AAC", "0400000000"]);
	});
});

// [EMV-ODA-27 EMV-ODA-28]
test.each<[string, string]>([
	["format 1", `${tlv("80", "00", "0007", AC)}9000`],
	["format 2", `${tlv("77", "9F270100", HEAD, `9F2608${AC}`)}9000`],
])("an AAC in %s has no signature: CDA has not failed", async (_name, response) => {
	const { t, ended } = await first("TC", response);
	expect([ended, t.cryptogram, tvr(t), tsi(t)]).toEqual([undefined, "AAC", "0000000000", "2000"]);
});
