import { concat, readUint, uintBytes, wipe } from "../bytes/bytes.js";
import { aesCipher } from "../crypto/blockCipher.js";
import type { Crypto } from "../ports.js";
import { countCounters, isUsableCounter, nextCounter, onesDescending } from "./dukptCounter.js";
import { type DukptKind, USED_UP } from "./dukptFutureKeys.js";
import { KeyError } from "./keyError.js";

/**
 * AES DUKPT (ANSI X9.24-3:2017, 6): a key of its own for every transaction, out of which no earlier key can be found.
 * A Key Serial Number has 12 bytes: initial key ID (BDK ID and derivation ID, 4 bytes each), then 32 bits of transaction
 * counter. Callers wipe the keys that they get.
 */

/** What a derived key is for (6.3, "Key Usage"). */
export type AesKeyUsage =
	| "keyEncryption"
	| "pinEncryption"
	| "macGeneration"
	| "macVerification"
	| "macBothWays"
	| "dataEncryption"
	| "dataDecryption"
	| "dataBothWays";

/** The kind of the derived key (6.3, "Key Type"). */
export type DerivedKeyType = "TDES2" | "TDES3" | "AES128" | "AES192" | "AES256";

const USAGE_INDICATORS: Readonly<Record<AesKeyUsage | "keyDerivation" | "initialKey", number>> = Object.freeze({
	keyEncryption: 0x0002,
	pinEncryption: 0x1000,
	macGeneration: 0x2000,
	macVerification: 0x2001,
	macBothWays: 0x2002,
	dataEncryption: 0x3000,
	dataDecryption: 0x3001,
	dataBothWays: 0x3002,
	keyDerivation: 0x8000,
	initialKey: 0x8001,
});

const KEY_TYPES: Readonly<Record<DerivedKeyType, { readonly indicator: number; readonly length: number }>> =
	Object.freeze({
		TDES2: Object.freeze({ indicator: 0x0000, length: 16 }),
		TDES3: Object.freeze({ indicator: 0x0001, length: 24 }),
		AES128: Object.freeze({ indicator: 0x0002, length: 16 }),
		AES192: Object.freeze({ indicator: 0x0003, length: 24 }),
		AES256: Object.freeze({ indicator: 0x0004, length: 32 }),
	});

const KSN_LENGTH = 12;
const INITIAL_KEY_ID_LENGTH = 8;
const COUNTERS = Object.freeze({ bits: 32, mostOnes: 16 });
const DERIVATION_VERSION = 0x01;
const BLOCK_LENGTH = 16;
// 6.5.3: the counter of the key update, which has too many ones for a transaction
const UPDATE_COUNTER = 0xffff_ffff;

/** What a terminal derives its transaction keys by. */
export const AES_DUKPT: DukptKind = Object.freeze({
	counters: COUNTERS,
	counter: counterOf,
	ksn: withCounter,
	child: (crypto: Crypto, key: Uint8Array, ksn: Uint8Array) =>
		deriveKey(crypto, key, "keyDerivation", ownType(key), deviceAndCounter(ksn, counterOf(ksn))),
});

/** How many transactions one initial key serves. */
export const AES_DUKPT_TRANSACTIONS = countCounters(COUNTERS);

/** The initial key of a device (6.4). @param bdk 16, 24 or 32 bytes @param initialKeyId 8 bytes */
export function deriveAesInitialKey(crypto: Crypto, bdk: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
	if (initialKeyId.length !== INITIAL_KEY_ID_LENGTH) throw new KeyError("an initial key ID has 8 bytes");
	return deriveKey(crypto, bdk, "initialKey", ownType(bdk), initialKeyId);
}

/** The key of one transaction, of which the working keys are made (6.5). @throws {KeyError} on a counter that DUKPT does not use */
export function deriveAesTransactionKey(crypto: Crypto, initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
	if (!isUsableCounter(COUNTERS, counterOf(ksn))) throw new KeyError("the transaction counter is none of DUKPT");
	return keyAtCounter(crypto, initialKey, ksn);
}

/**
 * The key for one purpose in the transaction (6.5).
 * @throws {KeyError} when the key would be stronger than what it is derived from (6.3)
 */
export function deriveAesWorkingKey(
	crypto: Crypto,
	transactionKey: Uint8Array,
	usage: AesKeyUsage,
	type: DerivedKeyType,
	ksn: Uint8Array,
): Uint8Array {
	const isAes = type.startsWith("AES");
	if (isAes && KEY_TYPES[type].length > transactionKey.length)
		throw new KeyError("a working key is not stronger than the transaction key");
	return deriveKey(crypto, transactionKey, usage, type, deviceAndCounter(ksn, counterOf(ksn)));
}

/** The key under which a new initial key travels to the device (6.5.3). @param initialKeyId 8 bytes */
export function deriveAesUpdateKey(
	crypto: Crypto,
	initialKey: Uint8Array,
	initialKeyId: Uint8Array,
	type: DerivedKeyType,
): Uint8Array {
	if (initialKeyId.length !== INITIAL_KEY_ID_LENGTH) throw new KeyError("an initial key ID has 8 bytes");
	const ksn = concat(initialKeyId, uintBytes(UPDATE_COUNTER, 4));
	const key = keyAtCounter(crypto, initialKey, ksn);
	try {
		return deriveAesWorkingKey(crypto, key, "keyEncryption", type, ksn);
	} finally {
		wipe(key); // WIPE
	}
}

/** The KSN of the next transaction (6.5.2). @throws {KeyError} when the initial key is used up */
export function nextAesKsn(ksn: Uint8Array): Uint8Array {
	const next = nextCounter(COUNTERS, counterOf(ksn));
	if (next === undefined) throw new KeyError(USED_UP);
	return withCounter(ksn, next);
}

/** One derivation for each one of the counter, from the highest down. */
function keyAtCounter(crypto: Crypto, initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
	let key: Uint8Array = initialKey.slice();
	let reached = 0;
	for (const one of onesDescending(COUNTERS, counterOf(ksn))) {
		reached += one;
		const next = deriveKey(crypto, key, "keyDerivation", ownType(key), deviceAndCounter(ksn, reached));
		wipe(key); // WIPE
		key = next;
	}
	return key;
}

/** 6.3, "Derive Key": as many blocks of enciphered derivation data as the key needs. @param context 8 bytes */
function deriveKey(
	crypto: Crypto,
	from: Uint8Array,
	usage: keyof typeof USAGE_INDICATORS,
	type: DerivedKeyType,
	context: Uint8Array,
): Uint8Array {
	const { indicator, length } = KEY_TYPES[type];
	const blocks: Uint8Array[] = [];
	for (let block = 1; blocks.length * BLOCK_LENGTH < length; block++)
		blocks.push(
			concat(
				Uint8Array.of(DERIVATION_VERSION, block),
				uintBytes(USAGE_INDICATORS[usage], 2),
				uintBytes(indicator, 2),
				uintBytes(8 * length, 2),
				context,
			),
		);
	const enciphered = aesCipher(crypto).ecb(from, concat(...blocks), "encipher");
	try {
		return enciphered.slice(0, length);
	} finally {
		wipe(enciphered); // WIPE
	}
}

/** 6.3: below an initial key the derivation ID stands for the device. */
function deviceAndCounter(ksn: Uint8Array, counter: number): Uint8Array {
	return concat(ksn.subarray(4, INITIAL_KEY_ID_LENGTH), uintBytes(counter, 4));
}

function withCounter(ksn: Uint8Array, counter: number): Uint8Array {
	return concat(ksn.subarray(0, INITIAL_KEY_ID_LENGTH), uintBytes(counter, 4));
}

function counterOf(ksn: Uint8Array): number {
	if (ksn.length !== KSN_LENGTH) throw new KeyError("a key serial number has 12 bytes");
	return readUint(ksn, INITIAL_KEY_ID_LENGTH, 4);
}

/** The type that an AES key of this length has. */
export function ownType(key: Uint8Array): DerivedKeyType {
	switch (key.length) {
		case 16:
			return "AES128";
		case 24:
			return "AES192";
		case 32:
			return "AES256";
		default:
			throw new KeyError("an AES key has 16, 24 or 32 bytes");
	}
}
