import { beforeAll, describe, expect, test } from "vitest";
import type { DownloadRecord, Downloads } from "../../sim/bank/downloads.js";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import { TEST_BINDING_NUMBER, TEST_MERCHANT, TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes, concat, latin1Text } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { encodeTlv, findTlv } from "../../src/bytes/tlv.js";
import { ConfigurationError } from "../../src/emv/jsonObject.js";
import { FrameReader } from "../../src/host/frame.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { decodeBody } from "../../src/management/messageKinds.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { aidRecord, caKeyRecords, dataObject } from "./downloadRecords.js";
import { makeSaleWorldOf, oneRound } from "./saleWorld.js";

/** Merchant name, number and category are the certificate's: whatever else comes to the device cannot change them. */

const CARD = "unionpay-credit";
const INS_GET_PROCESSING_OPTIONS = 0xa8;
const EVIL = { name: "EVIL CASINO 777", merchantId: "666666666666666", categoryCode: "7995", terminalId: "EVIL0001" };
/** EMV 4.4 Book 3, Annex A1: 9F15, 9F16, 9F1C and 9F4E with the lengths of the test merchant's. */
const PDOL = "9F15029F160F9F1C089F4E0F";
const EVIL_OBJECTS = concat(
	...[dataObject(0x9f15, EVIL.categoryCode), encodeTlv(0x9f16, asciiBytes(EVIL.merchantId))],
	...[encodeTlv(0x9f1c, asciiBytes(EVIL.terminalId)), encodeTlv(0x9f4e, asciiBytes(EVIL.name))],
);
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	const profile = cardProfile(CARD)!;
	const applications = profile.applications.map(each => ({ ...each, pdol: PDOL }));
	world = (await makeSaleWorldOf([{ ...profile, applications }]))[CARD]!;
});

const withMore = ({ key, record }: DownloadRecord): DownloadRecord => ({ key, record: concat(record, EVIL_OBJECTS) });

/** What the card, the bank and the receipt get to see of the merchant in a sale. */
async function seenOf(b: SaleBench) {
	const { profile } = b;
	const toCard: Uint8Array[] = [];
	const toBank: string[][] = [];
	b.wrapCommands = card => ({
		atr: card.atr,
		nullBytes: card.nullBytes,
		reset: () => card.reset(),
		findCommand: header => card.findCommand(header),
		execute(header, data) {
			if (header.ins === INS_GET_PROCESSING_OPTIONS) toCard.push(data.slice());
			return card.execute(header, data);
		},
	});
	b.wrapSocket = socket => ({
		connect: async (...args) => {
			const connection = await socket.connect(...args);
			return {
				receive: ms => connection.receive(ms),
				close: () => connection.close(),
				send: bytes => {
					const frames = new FrameReader(profile.frame);
					frames.push(bytes);
					const { fields } = decodeMessage(profile.message, frames.next()!.message);
					toBank.push([41, 42, 59].map(number => String(fields[number])));
					return connection.send(bytes);
				},
			};
		},
	});
	b.restart();
	new Attendant(b);
	expect(await b.sale(1_000)).toMatchObject({ outcome: "approved", online: true });
	b.removeCard();
	const { lines } = await b.terminal.serve({ service: "reprint" });
	return { toCard, toBank, receipt: lines.join("\n") };
}

async function expectUnchanged(b: SaleBench): Promise<void> {
	const { toCard, toBank, receipt } = await seenOf(b);
	expect(toCard).toHaveLength(1);
	const { merchantId, categoryCode, name } = TEST_MERCHANT;
	const terminalId = TEST_TERMINAL_IDS.commandLine;
	const related = findTlv(toCard[0]!, 0x83)!; // EMV 4.4 Book 3, 6.5.8.3: command template
	expect(formatHex(related.slice(0, 2))).toBe(categoryCode);
	expect(latin1Text(related.slice(2))).toBe(merchantId + terminalId + name);
	expect(toBank.length).toBeGreaterThan(0);
	for (const fields of toBank) expect(fields).toEqual([terminalId, merchantId, TEST_BINDING_NUMBER]);
	for (const own of [name, merchantId, terminalId]) expect(receipt).toContain(own);
	for (const evil of Object.values(EVIL)) expect(receipt).not.toContain(evil);
}

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s: name, number and category stay the certificate's", (_, profile) => {
	const ways: readonly (readonly [string, () => Partial<Downloads>])[] = [
		["nothing was loaded", () => ({})],
		[
			"parameters that name another merchant",
			() => ({
				parameters: `MERCHANT_NAME=${EVIL.name};MERCHANT_ID=${EVIL.merchantId};MCC=7995;9F4E=00;TERMINAL_ID=EVIL0001`,
			}),
		],
		[
			"AID records with 9F15, 9F16, 9F1C and 9F4E",
			() => ({ aids: [aidRecord("A000000333010101"), aidRecord("A000000333010102")].map(withMore) }),
		],
		["CA key records with them", () => ({ caKeys: caKeyRecords(world.configuration).map(withMore) })],
	];
	test.each(ways)("%s", async (_way, downloads) => {
		const none: Downloads = { parameters: undefined, aids: [], caKeys: [], hotCards: [] };
		const b = new SaleBench({ ...world, crypto: nodeCrypto, profile, downloads: { ...none, ...downloads() } });
		expect(await b.terminal.serve({ service: "download" })).toMatchObject({ done: true });
		await expectUnchanged(b);
	});
});

describe("a configuration file that names a merchant is refused by the name of the member:", () => {
	const members = Object.entries({ ...EVIL, merchant: EVIL, merchantName: EVIL.name, mcc: "7995", "9F4E": "00" });
	test.each(members)("%s", (name, value) => {
		const configuration = world.configuration as { applications: object[] };
		const started = (changed: object) => () =>
			new SaleBench({ ...world, crypto: nodeCrypto, configuration: { ...configuration, ...changed } }).terminal;
		expect(started({ [name]: value })).toThrow(ConfigurationError);
		expect(started({ [name]: value })).toThrow(`${name}: is not a member`);
		const applications = configuration.applications.map(each => ({ ...each, [name]: value }));
		expect(started({ applications })).toThrow(`applications[0].${name}: is not a member`);
	});

	test("and so is the link's", () => {
		for (const [name, value] of Object.entries(EVIL))
			expect(decodeBody("configuration", new Map([[name, value]]))).toBe(
				`a message "configuration" has no such ${name}`,
			);
	});
});
