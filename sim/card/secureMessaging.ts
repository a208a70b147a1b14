import { concat, equal, wipe } from "../../src/bytes/bytes.js";
import { padMethod2, retailMac } from "../../src/crypto/mac.js";
import type { Crypto } from "../../src/ports.js";
import type { CommandHeader } from "./commandHeader.js";
import { sessionKey } from "./cryptogram.js";
import { decodeTlv, tlv } from "./tlv.js";

/**
 * Secure messaging of issuer scripts (EMV 4.4 Book 2, 9). The card and its issuer build both from here. The class byte
 * names the format (9.2.1): 8C is format 1, data objects of ISO/IEC 7816-4; 84 is format 2, data and MAC without tags.
 */
export const CLA_84_FORMAT_2 = 0x84;
export const CLA_8C_FORMAT_1 = 0x8c;

/** Both master keys of 16 bytes: the card's own, or what the issuer derived for the card (Book 2, A1.4). */
export interface SecureMessagingMasterKeys {
	readonly integrity: Uint8Array;
	readonly confidentiality: Uint8Array;
}

/** The transaction that a script belongs to. */
export interface ScriptTransaction {
	/** 9F36, 2 bytes. */
	readonly atc: Uint8Array;
	/** 9F26 of the first GENERATE AC, 8 bytes: the session keys are derived from it (Book 2, A1.3.1). */
	readonly cryptogram: Uint8Array;
}

/** The issuer's side. @returns the data field of the command: `data`, enciphered where it is secret, and the MAC */
export function protectCommand(
	crypto: Crypto,
	keys: SecureMessagingMasterKeys,
	transaction: ScriptTransaction,
	header: CommandHeader,
	data: Uint8Array,
	isSecret: boolean,
): Uint8Array {
	const body = withSessionKey(crypto, keys.confidentiality, transaction, key =>
		header.cla === CLA_8C_FORMAT_1
			? encodeFormat1(crypto, key, data, isSecret)
			: encodeFormat2(crypto, key, data, isSecret),
	);
	const mac = withSessionKey(crypto, keys.integrity, transaction, key =>
		commandMac(crypto, key, transaction, header, body),
	);
	return concat(body, header.cla === CLA_8C_FORMAT_1 ? tlv(TAG_8E_MAC, mac) : mac);
}

/** The card's side. @returns the plain data; undefined when the MAC or the coding is wrong */
export function unprotectCommand(
	crypto: Crypto,
	keys: SecureMessagingMasterKeys,
	transaction: ScriptTransaction,
	header: CommandHeader,
	field: Uint8Array,
	isSecret: boolean,
): Uint8Array | undefined {
	const isFormat1 = header.cla === CLA_8C_FORMAT_1;
	const macAt = field.length - MAC_LENGTH;
	const bodyEnd = macAt - (isFormat1 ? 2 : 0);
	if (bodyEnd < 0 || (isFormat1 && (field[bodyEnd] !== 0x8e || field[bodyEnd + 1] !== MAC_LENGTH))) return undefined;
	const body = field.subarray(0, bodyEnd);
	const expected = withSessionKey(crypto, keys.integrity, transaction, key =>
		commandMac(crypto, key, transaction, header, body),
	);
	if (!equal(expected, field.subarray(macAt))) return undefined;
	return withSessionKey(crypto, keys.confidentiality, transaction, key => {
		if (isFormat1) return decodeFormat1(crypto, key, body, isSecret);
		return decodeFormat2(crypto, key, body, isSecret);
	});
}

/** CHOICE: of the 4 to 8 bytes that Book 2, 9.2.3 allows, all. */
const MAC_LENGTH = 8;
const TAG_8E_MAC = "8E";
const TAG_81_PLAIN_VALUE = "81";
const TAG_87_CRYPTOGRAM = "87";
/** ISO/IEC 7816-4, 10.2.4: the plain text is padded by method 2. */
const PADDING_INDICATOR = 0x01;

function commandMac(
	crypto: Crypto,
	key: Uint8Array,
	{ atc, cryptogram }: ScriptTransaction,
	{ cla, ins, p1, p2 }: CommandHeader,
	body: Uint8Array,
): Uint8Array {
	// ISO/IEC 7816-4, 10.3.2: header and data objects are padded each for itself.
	if (cla === CLA_8C_FORMAT_1)
		return retailMac(
			crypto,
			key,
			concat(padMethod2(Uint8Array.of(cla, ins, p1, p2)), body.length ? padMethod2(body) : body),
		);
	// CHOICE: Book 2, 9.2.3 leaves the rest of the message to the issuer. By the custom of UnionPay and Visa: Lc, ATC, cryptogram.
	const header = Uint8Array.of(cla, ins, p1, p2, body.length + MAC_LENGTH);
	return retailMac(crypto, key, padMethod2(concat(header, atc, cryptogram, body)));
}

/** Length byte, data, padding, triple DES in ECB mode (EMV 4.4 Book 2, 9.3.2; the coding is UnionPay's and Visa's). */
function encodeFormat2(crypto: Crypto, key: Uint8Array, data: Uint8Array, isSecret: boolean): Uint8Array {
	if (!isSecret) return data;
	const plain = concat(Uint8Array.of(data.length), data);
	const padded = plain.length % 8 ? padMethod2(plain) : plain;
	try {
		return crypto.desEcb(key, padded, "encipher");
	} finally {
		wipe(plain, padded);
	}
}

function decodeFormat2(crypto: Crypto, key: Uint8Array, body: Uint8Array, isSecret: boolean): Uint8Array | undefined {
	if (!isSecret) return body.slice();
	if (body.length === 0 || body.length % 8) return undefined;
	const plain = crypto.desEcb(key, body, "decipher");
	try {
		return plain[0]! < plain.length ? plain.slice(1, 1 + plain[0]!) : undefined;
	} finally {
		wipe(plain);
	}
}

function encodeFormat1(crypto: Crypto, key: Uint8Array, data: Uint8Array, isSecret: boolean): Uint8Array {
	if (!isSecret) return data.length ? tlv(TAG_81_PLAIN_VALUE, data) : data;
	const padded = padMethod2(data);
	try {
		const enciphered = crypto.desCbc(key, new Uint8Array(8), padded, "encipher");
		return tlv(TAG_87_CRYPTOGRAM, Uint8Array.of(PADDING_INDICATOR), enciphered);
	} finally {
		wipe(padded);
	}
}

function decodeFormat1(crypto: Crypto, key: Uint8Array, body: Uint8Array, isSecret: boolean): Uint8Array | undefined {
	const objects = decodeTlv(body);
	if (!isSecret && objects?.length === 0) return new Uint8Array(0);
	const [object, ...others] = objects ?? [];
	if (!object || others.length || object.tag !== (isSecret ? TAG_87_CRYPTOGRAM : TAG_81_PLAIN_VALUE)) return undefined;
	const { value } = object;
	if (!isSecret) return value;
	if (value[0] !== PADDING_INDICATOR || value.length < 9 || value.length % 8 !== 1) return undefined;
	const plain = crypto.desCbc(key, new Uint8Array(8), value.subarray(1), "decipher");
	try {
		const end = plain.lastIndexOf(0x80);
		return end >= 0 && plain.subarray(end + 1).every(byte => byte === 0) ? plain.slice(0, end) : undefined;
	} finally {
		wipe(plain);
	}
}

function withSessionKey<T>(
	crypto: Crypto,
	masterKey: Uint8Array,
	{ cryptogram }: ScriptTransaction,
	use: (key: Uint8Array) => T,
): T {
	const key = sessionKey(crypto, masterKey, cryptogram);
	try {
		return use(key);
	} finally {
		wipe(key);
	}
}
