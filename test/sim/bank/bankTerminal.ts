import { Acquirer, type AcquirerOptions } from "../../../sim/bank/acquirer.js";
import { Bank, type BankOptions } from "../../../sim/bank/bank.js";
import type { Books } from "../../../sim/bank/books.js";
import { TEST_BINDING_NUMBER } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../../sim/world/seededRandom.js";
import { concat, equal, uintBytes } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { aesCipher } from "../../../src/crypto/blockCipher.js";
import { cmac, ecbXorMac } from "../../../src/crypto/mac.js";
import { operationProfile } from "../../../src/host/buildMessage.js";
import { envelopeLength } from "../../../src/host/frame.js";
import { decodeMessage, encodeMessage } from "../../../src/host/iso8583/message.js";
import { type MessageKeys, macIsRight } from "../../../src/host/messageMac.js";
import type { MessageValues, OriginalTransaction } from "../../../src/host/messageValues.js";
import { generic87 } from "../../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { operationOf, readValues } from "../../../src/host/readValues.js";
import { encodeRequest, type HostTerminal, wrongEcho } from "../../../src/host/request.js";
import { encodeReversal, reversalOf } from "../../../src/host/reverse.js";
import { encipherCardData } from "../../../src/keys/cardDataCipher.js";
import { deriveAesInitialKey, deriveAesTransactionKey, deriveAesWorkingKey } from "../../../src/keys/dukptAes.js";
import {
	encipherPinBlockFormat4,
	encodePanFieldFormat4,
	encodePinFieldFormat4,
} from "../../../src/keys/pinBlockFormat4.js";
import type { Operation } from "../../../src/operation.js";
import type { SharedKeys } from "../../../src/training/requestKeys.js";
import { bankClock, IMK_HEX, iccData, keys, MAK_HEX, MERCHANT, PAN, PIK_HEX, PIN, pinBlock } from "./bankWorld.js";

export const TMK = parseHex("00112233445566778899AABBCCDDEEFF");
const BDK = parseHex("FEDCBA9876543210F1F1F1F1F1F1F1F1");

/** The terminal's half of one message's keys, with the PIN block of this test's cardholder. */
export interface TerminalKeys extends MessageKeys {
	pinBlock(pin: string, pan: string): Uint8Array;
}

export interface ProfileCase {
	readonly profile: HostProfile;
	readonly keys: SharedKeys;
	/** The keys of a terminal's next message. */
	terminalKeys(device: number): () => TerminalKeys;
}

const sessionCase: ProfileCase = {
	profile: unionPay,
	keys: { tmk: TMK, pik: parseHex(PIK_HEX), mak: parseHex(MAK_HEX) },
	terminalKeys: () => () => sessionKeys(parseHex(MAK_HEX), parseHex(PIK_HEX)),
};

export function sessionKeys(mak: Uint8Array, pik: Uint8Array): TerminalKeys {
	const mac = (data: Uint8Array) => ecbXorMac(nodeCrypto, mak, data);
	return {
		keySerialNumber: undefined,
		mac,
		macIsRight: (data, given) => equal(mac(data), given),
		encipherData: keys.encipherData,
		pinBlock: (pin, pan) => pinBlock(pin, pan, pik),
	};
}

/** A key of its own for each message, derived afresh from the initial key. */
export function dukptKeys(device: number): () => TerminalKeys {
	const initialKeyId = concat(parseHex("12345678"), uintBytes(device, 4));
	const initialKey = deriveAesInitialKey(nodeCrypto, BDK, initialKeyId);
	let counter = 0;
	return () => {
		const ksn = concat(initialKeyId, uintBytes(++counter, 4));
		const transactionKey = deriveAesTransactionKey(nodeCrypto, initialKey, ksn);
		const key = (usage: Parameters<typeof deriveAesWorkingKey>[2]) =>
			deriveAesWorkingKey(nodeCrypto, transactionKey, usage, "AES128", ksn);
		const mac = (usage: "macGeneration" | "macVerification", data: Uint8Array) =>
			cmac(aesCipher(nodeCrypto), key(usage), data).slice(0, 8);
		return {
			keySerialNumber: ksn,
			mac: data => mac("macGeneration", data),
			macIsRight: (data, given) => equal(mac("macVerification", data), given),
			encipherData: plain => encipherCardData(nodeCrypto, "A", key("dataEncryption"), plain),
			pinBlock: (pin, pan) =>
				encipherPinBlockFormat4(
					nodeCrypto,
					key("pinEncryption"),
					encodePinFieldFormat4(new SeededRandom(7), Uint8Array.from(pin, Number)),
					encodePanFieldFormat4(pan),
				),
		};
	};
}

const dukptCase: ProfileCase = { profile: generic87, keys: { bdk: BDK }, terminalKeys: dukptKeys };

export const PROFILE_CASES: readonly (readonly [string, ProfileCase])[] = [
	["unionPay", sessionCase],
	["generic87", dukptCase],
];

export function bankIn(
	{ profile, keys }: ProfileCase,
	books: Books,
	change: Partial<AcquirerOptions & BankOptions> = {},
): Acquirer {
	const bank = new Bank({
		issuerKeys: { issuerMasterKeyAc: parseHex(IMK_HEX) },
		books,
		crypto: nodeCrypto,
		random: new SeededRandom(1),
		clock: bankClock,
		...change,
	});
	return new Acquirer({ profile, merchants: [MERCHANT], keys, bank, ...change });
}

const TIMES = { localTime: "101112", localDate: "1122", transmissionDateTime: "1122021112" };
const NEVER_SENT: OriginalTransaction = { operation: "sale", transmissionDateTime: "1122000000", amountMinor: 1 };

/** Every transaction of a test card has a counter of its own, in whichever terminal. */
export const chip = { atc: 100 };

/** A terminal at the other end of the bank's messages: numbers them, makes them, reads the answers. */
export class BankTerminal {
	readonly #acquirer: Acquirer;
	readonly terminal: HostTerminal;
	#stan = 0;
	readonly #sent = new Map<string, OriginalTransaction>();
	batch = 1;
	nextKeys: () => TerminalKeys;
	/** As they came, of the last exchange. */
	lastRequest: Uint8Array = new Uint8Array(0);
	lastValues: MessageValues = {};

	constructor(acquirer: Acquirer, { terminalKeys }: ProfileCase, terminalId = "TERM0001", device = 1) {
		this.#acquirer = acquirer;
		this.terminal = { merchantId: MERCHANT.merchantId, terminalId, bindingNumber: TEST_BINDING_NUMBER };
		this.nextKeys = terminalKeys(device);
	}

	/** A transaction of the test card with this amount; `change` as in the message. */
	card(operation: Operation, amountMinor: number, change: MessageValues = {}, pin?: string): MessageValues {
		const keys = this.nextKeys();
		const pan = change.pan ?? PAN;
		return this.ask(
			operation,
			{
				amountMinor,
				currency: 156,
				pan,
				expiryYymm: "3012",
				panSequence: 1,
				posEntryMode: "chip",
				iccData: iccData(amountMinor, ++chip.atc, {}, { pan }),
				...(pin !== undefined && { pinBlock: keys.pinBlock(pin, pan) }),
				...change,
			},
			keys,
		);
	}

	sale(amountMinor: number, change: MessageValues = {}): MessageValues {
		return this.card("sale", amountMinor, change, PIN);
	}

	/** What names an earlier transaction in a message. */
	original(stan: number, batch = this.batch): OriginalTransaction {
		const { operation, transmissionDateTime, amountMinor } = this.#sent.get(`${batch} ${stan}`) ?? NEVER_SENT;
		return { batch, stan, date: "1122", operation, transmissionDateTime, amountMinor };
	}

	/** About an earlier transaction, without the card's chip. */
	about(operation: Operation, stan: number, amountMinor: number, change: MessageValues = {}): MessageValues {
		return this.card(operation, amountMinor, {
			...{ iccData: undefined, posEntryMode: "manual" as const },
			original: this.original(stan),
			...change,
		});
	}

	ask(operation: Operation, values: MessageValues = {}, keys: TerminalKeys = this.nextKeys()): MessageValues {
		const { profile } = this.#acquirer;
		const { localTime, localDate } = { localTime: "101112", localDate: "1122" };
		this.lastValues = {
			...{ stan: ++this.#stan, batch: this.batch, localTime, localDate },
			...{ transmissionDateTime: `1122${String(21_112 + this.#stan).padStart(6, "0")}`, currency: 156 },
			...values,
		};
		const frame = encodeRequest(profile, this.terminal, operation, this.lastValues, keys);
		const { transmissionDateTime, amountMinor, stan, batch } = this.lastValues;
		this.#sent.set(`${batch} ${stan}`, { operation, transmissionDateTime, amountMinor });
		return this.#exchange(frame, keys, operationProfile(profile, operation).mac !== false);
	}

	/** The message of a request without card, not sent. */
	encode(operation: Operation): Uint8Array {
		const { profile } = this.#acquirer;
		const values = { stan: ++this.#stan, batch: this.batch, ...TIMES };
		return this.#unframed(encodeRequest(profile, this.terminal, operation, values, this.nextKeys()));
	}

	#unframed(frame: Uint8Array): Uint8Array {
		const { profile } = this.#acquirer;
		return frame.slice(profile.frame.length.bytes + envelopeLength(profile.frame));
	}

	/** Takes back what `values` asked for. */
	reverse(operation: Operation, values: MessageValues): MessageValues {
		const { profile } = this.#acquirer;
		const keys = this.nextKeys();
		const data = reversalOf(profile, operation, values, new Uint8Array(0));
		return this.#exchange(encodeReversal(profile, this.terminal, data, "noResponse", keys), keys, true);
	}

	/** The last request once more, byte for byte. */
	repeat(): string | undefined {
		const { profile } = this.#acquirer;
		const reply = decodeMessage(profile.message, this.#acquirer.handle(this.lastRequest).bytes);
		return readValues(profile, { ...operationOf(profile, reply)!, isReply: true }, reply).responseCode;
	}

	#exchange(frame: Uint8Array, keys: TerminalKeys, withMac: boolean): MessageValues {
		const { profile } = this.#acquirer;
		const message = this.#unframed(frame);
		this.lastRequest = message;
		const request = decodeMessage(profile.message, message);
		const kind = operationOf(profile, request)!;
		const bytes = this.#acquirer.handle(message).bytes;
		const reply = decodeMessage(profile.message, bytes);
		if (withMac && !macIsRight(profile, reply, bytes, keys)) throw new Error("the answer's MAC is wrong");
		const wrong = wrongEcho(profile, request, reply);
		if (wrong) throw new Error(wrong);
		if (encodeMessage(profile.message, reply).length !== bytes.length) throw new Error("not the same message again");
		return readValues(profile, { ...kind, isReply: true }, reply);
	}
}
