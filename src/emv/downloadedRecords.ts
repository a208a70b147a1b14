import { compressedNumericText } from "../bytes/bcd.js";
import { formatHex } from "../bytes/hex.js";
import { TlvError, tlvObjects } from "../bytes/tlv.js";
import type { Crypto } from "../ports.js";
import type { ApplicationConfiguration, CaPublicKey, ExceptionCard } from "./configuration.js";
import { decodeApplicationEntry, decodeCaPublicKeyEntry } from "./decodeConfiguration.js";
import { ConfigurationError } from "./jsonObject.js";

/** What acquirers that follow UnionPay put into records that terminals fetch, beside EMV's own tags. */
const TAG_9F06_AID = 0x9f06;
const TAG_9F22_CA_PUBLIC_KEY_INDEX = 0x9f22;
const TAG_9F08_APPLICATION_VERSION = 0x9f08;
const TAG_9F1B_FLOOR_LIMIT = 0x9f1b;
const TAG_DF01_SELECTION_INDICATOR = 0xdf01;
const TAG_DF02_MODULUS = 0xdf02;
const TAG_DF03_CHECKSUM = 0xdf03;
const TAG_DF04_EXPONENT = 0xdf04;
const TAG_DF05_EXPIRY = 0xdf05;
const TAG_DF11_TAC_DEFAULT = 0xdf11;
const TAG_DF12_TAC_ONLINE = 0xdf12;
const TAG_DF13_TAC_DENIAL = 0xdf13;
const TAG_DF14_DEFAULT_DDOL = 0xdf14;
const TAG_DF15_THRESHOLD = 0xdf15;
const TAG_DF16_MAXIMUM_TARGET_PERCENT = 0xdf16;
const TAG_DF17_TARGET_PERCENT = 0xdf17;

/** A card number of a list of hot cards, filled with F. */
const HOT_CARD_BYTES = 10;

/** The application of a downloaded record. @throws {ConfigurationError} naming what is wrong with it */
export function decodeAidRecord(record: Uint8Array): ApplicationConfiguration {
	const hex = hexOf(record, "aid");
	const number = (tag: number) => {
		const text = hex(tag);
		return text === undefined ? 0 : Number.parseInt(text, 16);
	};
	// Percentages are packed digits.
	const percent = (tag: number) => Number(hex(tag) ?? 0);
	return decodeApplicationEntry(
		{
			aid: hex(TAG_9F06_AID),
			partialSelection: hex(TAG_DF01_SELECTION_INDICATOR) === "00",
			applicationVersion: hex(TAG_9F08_APPLICATION_VERSION),
			tacDenial: hex(TAG_DF13_TAC_DENIAL),
			tacOnline: hex(TAG_DF12_TAC_ONLINE),
			tacDefault: hex(TAG_DF11_TAC_DEFAULT),
			floorLimitMinor: number(TAG_9F1B_FLOOR_LIMIT),
			randomSelection: {
				thresholdMinor: number(TAG_DF15_THRESHOLD),
				targetPercent: percent(TAG_DF17_TARGET_PERCENT),
				maximumTargetPercent: percent(TAG_DF16_MAXIMUM_TARGET_PERCENT),
			},
			defaultDdol: hex(TAG_DF14_DEFAULT_DDOL),
		},
		"aid",
	);
}

/** The CA public key of a downloaded record; its checksum must be right. @throws {ConfigurationError} naming what is wrong */
export function decodeCaKeyRecord(record: Uint8Array, crypto: Crypto): CaPublicKey {
	const hex = hexOf(record, "caKey");
	const exponent = hex(TAG_DF04_EXPONENT);
	const expiry = hex(TAG_DF05_EXPIRY);
	return decodeCaPublicKeyEntry(
		{
			rid: hex(TAG_9F06_AID),
			index: hex(TAG_9F22_CA_PUBLIC_KEY_INDEX),
			modulus: hex(TAG_DF02_MODULUS),
			exponent: exponent && Number.parseInt(exponent, 16),
			checksum: hex(TAG_DF03_CHECKSUM),
			...(expiry && { expiry: expiry.slice(-6) }), // YYYYMMDD, or YYMMDD
		},
		"caKey",
		crypto,
	);
}

/** The card numbers of an answer, one after another. @throws {ConfigurationError} when they are none */
export function decodeHotCards(records: Uint8Array): ExceptionCard[] {
	if (records.length % HOT_CARD_BYTES) throw new ConfigurationError("hotCards: end within a card number");
	const cards: ExceptionCard[] = [];
	for (let at = 0; at < records.length; at += HOT_CARD_BYTES) {
		const pan = compressedNumericText(records.subarray(at, at + HOT_CARD_BYTES));
		if (!/^[0-9]{8,19}$/.test(pan)) throw new ConfigurationError("hotCards: hold what is no card number");
		cards.push({ pan, panSequence: undefined });
	}
	return cards;
}

/** The last card of an answer, as it came: the next answer goes on behind it. */
export function lastHotCard(records: Uint8Array): Uint8Array {
	return records.slice(-HOT_CARD_BYTES);
}

/** Keys of records stand one behind the other, each with its AID or RID first. @throws {ConfigurationError} when they do not */
export function splitRecordKeys(keys: Uint8Array): Uint8Array[] {
	const starts: number[] = [];
	const objects = objectsOf(keys, "keys");
	for (const { tag, start } of objects) if (tag === TAG_9F06_AID) starts.push(start);
	if (keys.length && starts[0] !== 0) throw new ConfigurationError("keys: must begin with 9F06");
	return starts.map((start, i) => keys.slice(start, starts[i + 1]));
}

function hexOf(record: Uint8Array, path: string): (tag: number) => string | undefined {
	const objects = objectsOf(record, path);
	return tag => {
		const found = objects.find(object => object.tag === tag);
		return found && formatHex(found.value);
	};
}

interface FoundObject {
	readonly tag: number;
	/** Of its tag. */
	readonly start: number;
	readonly value: Uint8Array;
}

function objectsOf(bytes: Uint8Array, path: string): FoundObject[] {
	try {
		const flat = tlvObjects(bytes);
		const found: FoundObject[] = [];
		let start = 0;
		for (let i = 0; i < flat.length; i += 3) {
			const [tag, at, length] = [flat[i]!, flat[i + 1]!, flat[i + 2]!];
			found.push({ tag, start, value: bytes.subarray(at, at + length) });
			start = at + length;
		}
		return found;
	} catch (error) {
		if (error instanceof TlvError) throw new ConfigurationError(`${path}: ${error.message}`);
		throw error;
	}
}
