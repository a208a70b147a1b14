import { compressedNumericBytes } from "../bytes/bcd.js";
import { asciiBytes, concat, equal, uintBytes, xor } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import { encodeTlv } from "../bytes/tlv.js";
import {
	decodeCommand,
	SW_6A83_RECORD_NOT_FOUND,
	SW_6300_AUTHENTICATION_FAILED,
	SW_6983_METHOD_BLOCKED,
	SW_6985_CONDITIONS_NOT_SATISFIED,
	SW_9000_OK,
} from "../card/apdu.js";
import { CardError } from "../card/cardError.js";
import { padMethod2, retailMac } from "../crypto/mac.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_6F_FCI_TEMPLATE,
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_8E_CVM_LIST,
	TAG_9F0D_IAC_DEFAULT,
	TAG_9F0E_IAC_DENIAL,
	TAG_9F0F_IAC_ONLINE,
	TAG_9F07_APPLICATION_USAGE_CONTROL,
	TAG_9F08_APPLICATION_VERSION_CARD,
	TAG_9F17_PIN_TRY_COUNTER,
	TAG_50_APPLICATION_LABEL,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
	TAG_70_READ_RECORD_TEMPLATE,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_84_DF_NAME,
	TAG_A5_FCI_PROPRIETARY_TEMPLATE,
} from "../emv/tags.js";
import type { CardReader, Crypto, Random } from "../ports.js";

/** Proprietary (ISO/IEC 7816-4, 12.3.4: begins with F), so that a training terminal takes no other card and no other terminal these. */
export const TRAINING_AID: Uint8Array = Uint8Array.of(
	...[0xf0, 0x4b, 0x41, 0x53, 0x53, 0x41, 0x54, 0x52, 0x41, 0x49, 0x4e],
);
export const TRAINING_PIN = "1234";
const MOST_PIN_TRIES = 3;

export const TRAINING_CARDS = Object.freeze([
	/** The bank checks its PIN. */
	"genuine",
	/** It checks its PIN by itself, and says how many tries are left. */
	"chipPin",
	/** Genuine, and reported to the bank. */
	"stolen",
	/** Made by somebody who has no keys of the bank. */
	"counterfeit",
	/** Says that it has approved where it was to ask the bank. */
	"hostile",
] as const);
export type TrainingCardKind = (typeof TRAINING_CARDS)[number];

/** What the training bank knows of a card that it has given out. */
export interface TrainingAccount {
	readonly pan: string;
	readonly kind: TrainingCardKind;
	/** 16 bytes, for cryptograms. */
	readonly key: Uint8Array;
}

/** Anew for each training. @returns a card of each kind */
export function makeTrainingAccounts(random: Random): TrainingAccount[] {
	return TRAINING_CARDS.map((kind, i) => ({
		pan: withCheckDigit(`99999900000000${i + 1}`),
		kind,
		key: random.bytes(16),
	}));
}

/** ISO/IEC 7812-1, Annex B. Numbers that begin with 9 are no payment system's. */
function withCheckDigit(digits: string): string {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		const value = Number(digits[digits.length - 1 - i]) * (i % 2 ? 1 : 2);
		sum += value > 9 ? value - 9 : value;
	}
	return digits + String((10 - (sum % 10)) % 10);
}

/** Of both cryptograms, in this order: amounts, country, TVR, currency, date, type, unpredictable number. */
export const CRYPTOGRAM_TAGS = Object.freeze(["9F02", "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37"]);
const CDOL1 = Uint8Array.of(
	...[0x9f, 0x02, 6, 0x9f, 0x03, 6, 0x9f, 0x1a, 2, 0x95, 5, 0x5f, 0x2a, 2, 0x9a, 3, 0x9c, 1, 0x9f, 0x37, 4],
);
const CDOL2 = Uint8Array.of(0x8a, 2, ...CDOL1);
const CDOL1_LENGTH = 29;
/** Cardholder verification, terminal risk management, issuer authentication (EMV 4.4 Book 3, Annex C1). */
const AIP = Uint8Array.of(0x1c, 0x00);
/** Record 1 of file 1 and nothing else; none of it is signed. */
const AFL = Uint8Array.of(0x08, 1, 1, 0);
const ISSUER_APPLICATION_DATA = Uint8Array.of(0x06, 0x01, 0x0a, 0x03, 0xa0, 0x00, 0x00);
/** Online PIN, or else nothing; plaintext PIN by the card, or else the same (Book 3, Annex C3). */
const BANK_CHECKS_PIN = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0x42, 0x03, 0x1f, 0x03);
const CARD_CHECKS_PIN = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0x03, 0x42, 0x03, 0x1f, 0x03);
const CID_TC = 0x40;
const CID_ARQC = 0x80;
const SW_6A82_FILE_NOT_FOUND = 0x6a82;
const SW_6A88_DATA_NOT_FOUND = 0x6a88;
const SW_6D00_INS_NOT_SUPPORTED = 0x6d00;
const SW_63C0_TRIES_LEFT = 0x63c0;

/** EMV 4.4 Book 2, 8.1, over what the card was told, its profile and its counter. @returns 8 bytes */
export function trainingCryptogram(crypto: Crypto, key: Uint8Array, told: Uint8Array, atc: Uint8Array): Uint8Array {
	return retailMac(crypto, key, padMethod2(concat(told, AIP, atc)));
}

/** EMV 4.4 Book 2, 8.2.1 (method 1). @param responseCode 2 bytes @returns tag 91: 8 bytes and the code */
export function trainingAnswer(
	crypto: Crypto,
	key: Uint8Array,
	arqc: Uint8Array,
	responseCode: Uint8Array,
): Uint8Array {
	const padded = new Uint8Array(8);
	padded.set(responseCode);
	return concat(crypto.desEcb(key, xor(arqc, padded), "encipher"), responseCode);
}

/** What a card keeps without power. */
interface CardMemory {
	atc: number;
	pinTries: number;
}

/** A reader with cards that are in nobody's hand: they answer in whole APDUs, and a key of the keypad puts them in. */
export class TrainingReader implements CardReader {
	onChange: ((present: boolean) => void) | undefined;
	readonly #crypto: Crypto;
	readonly #random: Random;
	readonly #memories = new Map<string, CardMemory>();
	#account: TrainingAccount | undefined;
	#arqc: Uint8Array | undefined;
	#issuerFailed = false;

	constructor(crypto: Crypto, random: Random) {
		this.#crypto = crypto;
		this.#random = random;
	}

	get present(): boolean {
		return this.#account !== undefined;
	}

	insert(account: TrainingAccount): void {
		if (this.present) this.remove();
		this.#account = account;
		this.onChange?.(true);
	}

	remove(): void {
		if (!this.present) return;
		this.#account = undefined;
		this.onChange?.(false);
	}

	async activate(): Promise<Uint8Array> {
		if (!this.#account) throw new CardError("removed", "no card is in the slot");
		this.#arqc = undefined;
		this.#issuerFailed = false;
		return Uint8Array.of(0x3b, 0x60, 0x00, 0x00);
	}

	async transmit(command: Uint8Array): Promise<Uint8Array> {
		const account = this.#account;
		if (!account) throw new CardError("removed", "no card is in the slot");
		const { ins, p1, p2, data = new Uint8Array(0) } = decodeCommand(command);
		const { sw = SW_9000_OK, body = [] } = this.#answer(account, ins, (p1 << 8) | p2, data);
		return concat(...body, uintBytes(sw, 2));
	}

	async deactivate(): Promise<void> {}

	#answer(account: TrainingAccount, ins: number, p1p2: number, data: Uint8Array): CardAnswer {
		const memory = this.#memory(account);
		switch (ins) {
			case 0xa4: // SELECT
				if (!equal(data, TRAINING_AID)) return { sw: SW_6A82_FILE_NOT_FOUND };
				return { body: [encodeTlv(TAG_6F_FCI_TEMPLATE, fileControl())] };
			case 0xa8: // GET PROCESSING OPTIONS
				memory.atc++;
				return { body: [encodeTlv(TAG_80_RESPONSE_FORMAT_1, concat(AIP, AFL))] };
			case 0xb2: // READ RECORD
				if (p1p2 !== 0x010c) return { sw: SW_6A83_RECORD_NOT_FOUND };
				return { body: [encodeTlv(TAG_70_READ_RECORD_TEMPLATE, record(account))] };
			case 0xca: // GET DATA
				if (p1p2 !== TAG_9F17_PIN_TRY_COUNTER) return { sw: SW_6A88_DATA_NOT_FOUND };
				return { body: [encodeTlv(TAG_9F17_PIN_TRY_COUNTER, Uint8Array.of(memory.pinTries))] };
			case 0x20: // VERIFY
				return this.#verify(memory, data);
			case 0x82: // EXTERNAL AUTHENTICATE
				return this.#authenticateIssuer(account, data);
			case 0xae: // GENERATE AC
				return this.#generate(account, memory, p1p2 >> 8, data);
			default:
				return { sw: SW_6D00_INS_NOT_SUPPORTED };
		}
	}

	/** EMV 4.4 Book 3, 6.5.12: a plaintext PIN block. */
	#verify(memory: CardMemory, block: Uint8Array): CardAnswer {
		if (memory.pinTries === 0) return { sw: SW_6983_METHOD_BLOCKED };
		const right = parseHex(`2${TRAINING_PIN.length}${TRAINING_PIN}`.padEnd(16, "F"));
		memory.pinTries = equal(block, right) ? MOST_PIN_TRIES : memory.pinTries - 1;
		return equal(block, right) ? {} : { sw: SW_63C0_TRIES_LEFT | memory.pinTries };
	}

	#authenticateIssuer({ key }: TrainingAccount, data: Uint8Array): CardAnswer {
		if (!this.#arqc) return { sw: SW_6985_CONDITIONS_NOT_SATISFIED };
		const expected = trainingAnswer(this.#crypto, key, this.#arqc, data.slice(8));
		this.#issuerFailed = !equal(expected, data);
		return this.#issuerFailed ? { sw: SW_6300_AUTHENTICATION_FAILED } : {};
	}

	/** Asks the bank first and then does what the bank says, unless the bank was none. */
	#generate(account: TrainingAccount, { atc }: CardMemory, asked: number, data: Uint8Array): CardAnswer {
		const isFirst = this.#arqc === undefined;
		const told = isFirst ? data : data.slice(2);
		if (told.length !== CDOL1_LENGTH) return { sw: SW_6985_CONDITIONS_NOT_SATISFIED };
		const counter = uintBytes(atc, 2);
		const key = account.kind === "counterfeit" ? this.#random.bytes(16) : account.key;
		const cryptogram = trainingCryptogram(this.#crypto, key, told, counter);
		const first = account.kind === "hostile" ? CID_TC : Math.min(asked & 0xc0, CID_ARQC) === 0 ? 0 : CID_ARQC;
		const second = this.#issuerFailed ? 0 : asked & CID_TC;
		if (isFirst) this.#arqc = cryptogram;
		const body = concat(Uint8Array.of(isFirst ? first : second), counter, cryptogram, ISSUER_APPLICATION_DATA);
		return { body: [encodeTlv(TAG_80_RESPONSE_FORMAT_1, body)] };
	}

	#memory({ pan }: TrainingAccount): CardMemory {
		let memory = this.#memories.get(pan);
		if (!memory) {
			memory = { atc: 0, pinTries: MOST_PIN_TRIES };
			this.#memories.set(pan, memory);
		}
		return memory;
	}
}

interface CardAnswer {
	readonly sw?: number;
	readonly body?: readonly Uint8Array[];
}

function fileControl(): Uint8Array {
	const proprietary = encodeTlv(TAG_50_APPLICATION_LABEL, asciiBytes("TRAINING"));
	return concat(encodeTlv(TAG_84_DF_NAME, TRAINING_AID), encodeTlv(TAG_A5_FCI_PROPRIETARY_TEMPLATE, proprietary));
}

/** 31 December 2049; everything online (EMV 4.4 Book 3, 10.7). */
function record({ pan, kind }: TrainingAccount): Uint8Array {
	const everything = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff);
	return concat(
		encodeTlv(TAG_5A_APPLICATION_PAN, compressedNumericBytes(pan)),
		encodeTlv(TAG_57_TRACK_2_EQUIVALENT_DATA, compressedNumericBytes(`${pan}D4912220`)),
		encodeTlv(TAG_5F24_APPLICATION_EXPIRATION_DATE, Uint8Array.of(0x49, 0x12, 0x31)),
		encodeTlv(TAG_5F34_PAN_SEQUENCE_NUMBER, Uint8Array.of(1)),
		encodeTlv(TAG_9F07_APPLICATION_USAGE_CONTROL, Uint8Array.of(0xff, 0xc0)),
		encodeTlv(TAG_9F08_APPLICATION_VERSION_CARD, Uint8Array.of(0x00, 0x30)),
		encodeTlv(TAG_8C_CDOL1, CDOL1),
		encodeTlv(TAG_8D_CDOL2, CDOL2),
		encodeTlv(TAG_8E_CVM_LIST, kind === "chipPin" ? CARD_CHECKS_PIN : BANK_CHECKS_PIN),
		encodeTlv(TAG_9F0D_IAC_DEFAULT, everything),
		encodeTlv(TAG_9F0E_IAC_DENIAL, new Uint8Array(5)),
		encodeTlv(TAG_9F0F_IAC_ONLINE, everything),
	);
}
