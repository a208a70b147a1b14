import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Acquirer } from "../../sim/bank/acquirer.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { maskPan } from "../../src/bytes/pan.js";
import { aesCipher } from "../../src/crypto/blockCipher.js";
import { cmac } from "../../src/crypto/mac.js";
import { formatMessage } from "../../src/host/iso8583/formatMessage.js";
import { binaryField, decodeMessage } from "../../src/host/iso8583/message.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { decodeHostProfile } from "../../src/host/profiles/lintHostProfile.js";
import { encodeRequest } from "../../src/host/request.js";
import { encipherCardData } from "../../src/keys/cardDataCipher.js";
import { deriveAesInitialKey, deriveAesTransactionKey, deriveAesWorkingKey } from "../../src/keys/dukptAes.js";
import { BDK, type BenchOptions, INITIAL_KEY_ID, SaleBench } from "./bench.js";
import { BALANCE_MINOR, makeSaleWorld } from "./saleWorld.js";

const FIELD = 61;

let options: BenchOptions;
let b: SaleBench;
/** What left the terminal, message after message without frames. */
let sent: Uint8Array[];
/** The card's number, with which the track begins, in each way to write it. */
let secrets: string[];

beforeAll(async () => {
	const world = await makeSaleWorld("unionpay-online-pin");
	options = { ...world["unionpay-online-pin"]!, crypto: nodeCrypto, profile: generic87 };
});

beforeEach(() => {
	b = new SaleBench(options);
	sent = [];
	const { acquirer } = b;
	const handle = acquirer.handle.bind(acquirer);
	acquirer.handle = bytes => {
		sent.push(bytes.slice());
		return handle(bytes);
	};
	const { pan } = options.account;
	secrets = [pan, formatHex(asciiBytes(pan)), formatHex(Uint8Array.from(pan, Number))];
});

const clear = () => sent.filter(bytes => secrets.some(secret => formatHex(bytes).includes(secret)));
const types = () => sent.map(bytes => decodeMessage(generic87.message, bytes).messageType);

describe("with generic87, PAN and track 2 under the DUKPT data key", () => {
	test("a sale is approved, and no byte that leaves the terminal shows the card", async () => {
		const result = await b.sale(1_234);
		expect(result.outcome).toBe("approved");
		expect(b.books.card(options.account.pan)!.balanceMinor).toBe(BALANCE_MINOR - 1_234);
		expect(types()).toEqual(["0200"]);
		expect(clear()).toEqual([]);
		expect(binaryField(decodeMessage(generic87.message, sent[0]!), FIELD)!.length % 16).toBe(0);
	});

	test("nor does a reversal, nor the upload of a batch", async () => {
		b.bank.failNext("silent");
		expect((await b.sale(2_000)).status).toBe("pending");
		b.removeCard();
		expect((await b.terminal.serve({ service: "deliver" })).done).toBe(true);
		await b.sale(300);
		b.removeCard();
		(b.acquirer as Acquirer).bank.disputeTotals = true;
		expect((await b.terminal.serve({ service: "settle" })).reason).toBe("settled after an upload: the totals differed");
		expect(types()).toEqual(["0200", "0400", "0200", "0500", "0320", "0320"]);
		expect(clear()).toEqual([]);
		expect(b.books.card(options.account.pan)!.balanceMinor).toBe(BALANCE_MINOR - 300);
	});

	test("logs and journal say no more than the masked number", async () => {
		await b.sale(1_234);
		const said = [
			...b.log,
			...sent.map(bytes => formatMessage(generic87.message, decodeMessage(generic87.message, bytes))),
		];
		for (const line of said) expect(line).not.toContain(options.account.pan.slice(6, -4));
		expect(said.at(-1)).toContain(`${FIELD} protectedCardData=[`);
		expect(JSON.stringify(b.entries)).toContain(maskPan(options.account.pan));
		for (const name of b.disk.names())
			for (const secret of secrets) expect(formatHex(b.disk.read(name, 0, b.disk.size(name)!))).not.toContain(secret);
	});

	test("an enciphered field that was altered on the line is refused, and nothing is booked", async () => {
		const { acquirer } = b;
		const handle = acquirer.handle.bind(acquirer);
		acquirer.handle = bytes => {
			const message = decodeMessage(generic87.message, bytes);
			const enciphered = formatHex(binaryField(message, FIELD)!);
			const at = formatHex(bytes).indexOf(enciphered) / 2;
			const altered = bytes.slice();
			altered[at]! ^= 1;
			return handle(altered);
		};
		const result = await b.sale(1_234);
		expect([result.status, result.bank?.responseCode]).toEqual(["declined", generic87.reversal.reasons.macError]);
		expect(b.books.card(options.account.pan)!.balanceMinor).toBe(BALANCE_MINOR);
	});
});

describe("the bank, when the MAC is right but the enciphered field is not", () => {
	const ksn = concat(INITIAL_KEY_ID, Uint8Array.of(0, 0, 0, 9));
	const key = (usage: "macGeneration" | "macVerification" | "dataEncryption") => {
		const initialKey = deriveAesInitialKey(nodeCrypto, BDK, INITIAL_KEY_ID);
		const transactionKey = deriveAesTransactionKey(nodeCrypto, initialKey, ksn);
		return deriveAesWorkingKey(nodeCrypto, transactionKey, usage, "AES128", ksn);
	};
	const mac = (data: Uint8Array) => cmac(aesCipher(nodeCrypto), key("macGeneration"), data).slice(0, 8);
	const values = { stan: 9, batch: 1, amountMinor: 100, currency: 156, posEntryMode: "manual" } as const;
	const times = { localTime: "101112", localDate: "1122", transmissionDateTime: "1122021112" };
	const who = { terminalId: "KASSA002", merchantId: "898310000000001", bindingNumber: "202600000001" };
	const saleWith = (encipherData: (plain: Uint8Array) => Uint8Array) => {
		const keys = { keySerialNumber: ksn, mac, macIsRight: () => true, encipherData };
		const { pan } = options.account;
		const frame = encodeRequest(generic87, who, "sale", { ...values, ...times, pan }, keys);
		const answer = b.acquirer.handle(frame.slice(2));
		return decodeMessage(generic87.message, answer.bytes).fields[39];
	};
	const encipher = (plain: Uint8Array) => encipherCardData(nodeCrypto, "A", key("dataEncryption"), plain);

	test("the right one tells the card, any other is a format error", () => {
		expect(saleWith(encipher)).not.toBe("30");
	});

	test.each([
		["another key", (plain: Uint8Array) => encipherCardData(nodeCrypto, "A", key("macGeneration"), plain)],
		["half a block", (plain: Uint8Array) => encipher(plain).slice(0, 8)],
		["no data objects", () => encipher(Uint8Array.of(0x5a, 0x7f, 1))],
		["in the clear", (plain: Uint8Array) => plain],
	])("%s: a format error", (_what, encipherData) => {
		expect(saleWith(encipherData)).toBe("30");
	});
});

test("under session keys, before the bank has given a data key: the terminal signs in first", async () => {
	const file = new URL("../host/profiles/ebcdicHost.json", import.meta.url);
	const profile = decodeHostProfile(JSON.parse(readFileSync(file, "utf8")));
	const own = new SaleBench({ ...options, profile });
	expect(await own.sale(100)).toMatchObject({ outcome: "approved", online: true });
	own.removeCard();
	expect(await own.sale(100)).toMatchObject({ outcome: "approved", online: true });
	expect(own.bank.received).toEqual(["0800", "0200", "0200"]);
});
