import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { equal, latin1Text } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { aesCipher } from "../../src/crypto/blockCipher.js";
import { cmac } from "../../src/crypto/mac.js";
import { answerFrame, encodeFrame, FrameReader } from "../../src/host/frame.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import { encodeWithMac, type MessageKeys, macIsRight } from "../../src/host/messageMac.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { openValues } from "../../src/host/protectedCardData.js";
import { operationOf, readValues } from "../../src/host/readValues.js";
import { replyMessage } from "../../src/host/replyMessage.js";
import { encodeRequest, request } from "../../src/host/request.js";
import { reversalOf, reverse } from "../../src/host/reverse.js";
import { decipherCardData, encipherCardData } from "../../src/keys/cardDataCipher.js";
import { deriveAesInitialKey, deriveAesTransactionKey, deriveAesWorkingKey } from "../../src/keys/dukptAes.js";
import type { HostSocket } from "../../src/ports.js";
import type { RequestKeys } from "../../src/training/requestKeys.js";
import { scriptedLink } from "./scriptedHost.js";

const BDK = parseHex("FEDCBA9876543210F1F1F1F1F1F1F1F1");
const INITIAL_KEY_ID = "1234567890123456";
const terminal = { terminalId: "TERM0001", merchantId: "MERCHANT0000001", bindingNumber: "202600000001" };
const SALE: MessageValues = {
	stan: 42,
	batch: 3,
	amountMinor: 1999,
	currency: 978,
	pan: "4111111111111111",
	expiryYymm: "2912",
	panSequence: 0,
	track2: "4111111111111111D29122010000000000000",
	posEntryMode: "chip",
	pinBlock: new Uint8Array(16).fill(0xa5),
	iccData: parseHex("9F2608A1B2C3D4E5F6071882023C00"),
	localDate: "1122",
	localTime: "101112",
	transmissionDateTime: "1122091112",
};

/** AES DUKPT: requests under the generation key, answers under the verification key of one transaction. */
function dukpt(counter: number, isHost = false): MessageKeys & Pick<RequestKeys, "decipherData"> {
	const keySerialNumber = parseHex(INITIAL_KEY_ID + counter.toString(16).padStart(8, "0"));
	const initialKey = deriveAesInitialKey(nodeCrypto, BDK, parseHex(INITIAL_KEY_ID));
	const transactionKey = deriveAesTransactionKey(nodeCrypto, initialKey, keySerialNumber);
	const mac = (usage: "macGeneration" | "macVerification") => (data: Uint8Array) =>
		cmac(
			aesCipher(nodeCrypto),
			deriveAesWorkingKey(nodeCrypto, transactionKey, usage, "AES128", keySerialNumber),
			data,
		).slice(0, 8);
	const dataKey = deriveAesWorkingKey(nodeCrypto, transactionKey, "dataEncryption", "AES128", keySerialNumber);
	const [out, back] = isHost
		? [mac("macVerification"), mac("macGeneration")]
		: [mac("macGeneration"), mac("macVerification")];
	return {
		keySerialNumber,
		mac: out,
		macIsRight: (data, received) => equal(back(data), received),
		encipherData: plain => encipherCardData(nodeCrypto, "A", dataKey, plain),
		decipherData: enciphered => decipherCardData(nodeCrypto, "A", dataKey, enciphered, false),
	};
}

/** A host of this profile with no more than its data: finds its keys by the serial number in the message, and answers. */
function host(answer: MessageValues, seen: MessageValues[]): HostSocket {
	return {
		connect: async () => {
			const reader = new FrameReader(generic87.frame);
			const answers: Uint8Array[] = [];
			return {
				send: async bytes => {
					reader.push(bytes);
					const frame = reader.next()!;
					const message = decodeMessage(generic87.message, frame.message);
					const kind = operationOf(generic87, message)!;
					const read = readValues(generic87, kind, message);
					const keys = dukpt(Number.parseInt(formatHex(read.keySerialNumber!).slice(16), 16), true);
					expect(macIsRight(generic87, message, frame.message, keys)).toBe(true);
					const values = openValues(read, keys.decipherData);
					seen.push({ ...values, text: `${kind.operation}${kind.isReversal ? " reversal" : ""}` });
					const reply = encodeWithMac(generic87, replyMessage(generic87, kind, message, answer), keys);
					answers.push(encodeFrame(generic87.frame, answerFrame(frame, reply)));
				},
				receive: async () => answers.shift(),
				close: () => {},
			};
		},
	};
}

test("a sale there and back under AES DUKPT, its reversal with the original data elements", async () => {
	const seen: MessageValues[] = [];
	const { link } = scriptedLink(
		generic87,
		host({ responseCode: "00", authorisationCode: "A1B2C3", retrievalReference: "REF000000042" }, seen),
	);
	const reply = await request(link, terminal, "sale", SALE, dukpt(1), 5_000);
	expect(reply).toMatchObject({
		kind: "answered",
		approved: true,
		authorisationCode: "A1B2C3",
		retrievalReference: "REF000000042",
		hostDate: "1122",
		hostTime: "101112",
	});
	const data = reversalOf(generic87, "sale", SALE, new Uint8Array(0));
	expect(await reverse(link, terminal, data, "noResponse", dukpt(2), 5_000)).toBe("acknowledged");
	expect(seen[0]).toMatchObject({ ...SALE, text: "sale" });
	expect(seen[1]).toMatchObject({
		text: "sale reversal",
		stan: 42,
		amountMinor: 1999,
		reversalReason: "noResponse",
		keySerialNumber: parseHex(`${INITIAL_KEY_ID}00000002`),
		original: { messageType: "0200", stan: 42, transmissionDateTime: "1122091112" },
	});
});

test("on the wire: length, no TPDU, ASCII; a 16-byte PIN block; the MAC in field 64, with field 90 in field 128", () => {
	const frame = encodeRequest(generic87, terminal, "sale", SALE, dukpt(1));
	expect(latin1Text(frame.subarray(2, 6))).toBe("0200");
	expect((frame[0]! << 8) | frame[1]!).toBe(frame.length - 2);
	const { fields } = decodeMessage(generic87.message, frame.subarray(2));
	expect(fields).toMatchObject({ 4: "000000001999", 52: SALE.pinBlock });
	expect(latin1Text(frame)).not.toContain(SALE.pan);
	expect(formatHex(frame)).not.toContain(SALE.pan);
	const card = openValues({ protectedCardData: fields[61] as Uint8Array }, dukpt(1).decipherData);
	expect(card).toEqual({ pan: SALE.pan, track2: SALE.track2 });
	expect([fields[64]?.length, fields[128]]).toEqual([8, undefined]);
	const values = { ...SALE, original: { stan: 41, transmissionDateTime: "1122091000", operation: "sale" as const } };
	const voided = decodeMessage(
		generic87.message,
		encodeRequest(generic87, terminal, "saleVoid", values, dukpt(2)).subarray(2),
	);
	expect(voided.fields[90]).toBe("020000004111220910000000000000000000000000");
	expect([voided.fields[64], voided.fields[128]?.length]).toEqual([undefined, 8]);
});

// [HST-MAC-02]
test("an answer under another transaction's key is none", async () => {
	const seen: MessageValues[] = [];
	const { link } = scriptedLink(generic87, host({ responseCode: "00" }, seen));
	const crossed: MessageKeys = { ...dukpt(1), macIsRight: dukpt(2).macIsRight };
	expect(await request(link, terminal, "sale", SALE, crossed, 5_000)).toEqual({
		kind: "noValidReply",
		reason: "wrongMac",
	});
	expect(seen.length).toBe(1);
});
