import { concat, readUint, uintBytes, wipe, xor } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import { tdesCipher } from "../crypto/blockCipher.js";
import type { Crypto } from "../ports.js";
import { countCounters, isUsableCounter, nextCounter, onesDescending } from "./dukptCounter.js";
import { type DukptKind, USED_UP } from "./dukptFutureKeys.js";
import { KeyError } from "./keyError.js";

/**
 * TDES DUKPT (ANSI X9.24-1:2009, Annex A): a key of its own for every transaction, out of which no earlier key can be
 * found. A Key Serial Number has 10 bytes: key set and device, then 21 bits of transaction counter. Keys have 16 bytes;
 * callers wipe what they get.
 */

export type TdesWorkingKey = "pin" | "macRequest" | "macResponse" | "dataRequest" | "dataResponse";

const KSN_LENGTH = 10;
const COUNTERS = Object.freeze({ bits: 21, mostOnes: 10 });
const DEVICE_BITS_OF_COUNTER_BYTE = 0xe0;

// A.4.1: which bits make a second key of the first one, in each half
const KEY_VARIANT = "C0C0C0C000000000C0C0C0C000000000";
// A.4.1 and table A-1
const WORKING_KEY_VARIANTS: Readonly<Record<TdesWorkingKey, string>> = Object.freeze({
	pin: "00000000000000FF00000000000000FF",
	macRequest: "000000000000FF00000000000000FF00",
	macResponse: "00000000FF00000000000000FF000000",
	dataRequest: "0000000000FF00000000000000FF0000",
	dataResponse: "000000FF00000000000000FF00000000",
});

/** What a terminal derives its transaction keys by. */
export const TDES_DUKPT: DukptKind = Object.freeze({
	counters: COUNTERS,
	counter: counterOf,
	ksn: withCounter,
	child: (crypto: Crypto, key: Uint8Array, ksn: Uint8Array) => nonReversibleKey(crypto, key, ksn.subarray(2)),
});

/** How many transactions one initial key serves. */
export const TDES_DUKPT_TRANSACTIONS = countCounters(COUNTERS);

/** The initial key of the device that the KSN names; its counter does not matter (A.6). @param bdk 16 bytes */
export function deriveTdesInitialKey(crypto: Crypto, bdk: Uint8Array, ksn: Uint8Array): Uint8Array {
	checkLengths(bdk, ksn);
	const serial = withCounter(ksn, 0).subarray(0, 8);
	const variant = xor(bdk, parseHex(KEY_VARIANT));
	const { ecb } = tdesCipher(crypto);
	try {
		return concat(ecb(bdk, serial, "encipher"), ecb(variant, serial, "encipher"));
	} finally {
		wipe(variant); // WIPE
	}
}

/** The key of one transaction, of which the working keys are made (A.3). @throws {KeyError} on a counter that DUKPT does not use */
export function deriveTdesTransactionKey(crypto: Crypto, initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
	checkLengths(initialKey, ksn);
	const counter = counterOf(ksn);
	if (!isUsableCounter(COUNTERS, counter)) throw new KeyError("the transaction counter is none of DUKPT");
	let key: Uint8Array = initialKey.slice();
	let reached = 0;
	for (const one of onesDescending(COUNTERS, counter)) {
		reached += one;
		const next = nonReversibleKey(crypto, key, withCounter(ksn, reached).subarray(2));
		wipe(key); // WIPE
		key = next;
	}
	return key;
}

/** The key for one purpose in the transaction (A.4.1). */
export function deriveTdesWorkingKey(crypto: Crypto, transactionKey: Uint8Array, purpose: TdesWorkingKey): Uint8Array {
	const variant = xor(transactionKey, parseHex(WORKING_KEY_VARIANTS[purpose]));
	if (purpose !== "dataRequest" && purpose !== "dataResponse") return variant;
	try {
		// A.4.1, figure A-2: a data key also goes through a one-way step, each half under the whole variant
		return tdesCipher(crypto).ecb(variant, variant, "encipher");
	} finally {
		wipe(variant); // WIPE
	}
}

/** The KSN of the next transaction (A.3, "New Key"). @throws {KeyError} when the initial key is used up */
export function nextTdesKsn(ksn: Uint8Array): Uint8Array {
	if (ksn.length !== KSN_LENGTH) throw new KeyError("a key serial number has 10 bytes");
	const next = nextCounter(COUNTERS, counterOf(ksn));
	if (next === undefined) throw new KeyError(USED_UP);
	return withCounter(ksn, next);
}

/** A.3, "Non-reversible Key Generation Process". @param register the 8 rightmost bytes of the KSN */
function nonReversibleKey(crypto: Crypto, key: Uint8Array, register: Uint8Array): Uint8Array {
	const variant = xor(key, parseHex(KEY_VARIANT));
	try {
		return concat(oneWayHalf(crypto, variant, register), oneWayHalf(crypto, key, register));
	} finally {
		wipe(variant); // WIPE
	}
}

/** Single DES under the left half between two XORs with the right half. */
function oneWayHalf(crypto: Crypto, key: Uint8Array, register: Uint8Array): Uint8Array {
	const right = key.subarray(8);
	const masked = xor(register, right);
	const enciphered = tdesCipher(crypto).ecb(key.subarray(0, 8), masked, "encipher");
	try {
		return xor(enciphered, right);
	} finally {
		wipe(masked, enciphered); // WIPE
	}
}

function counterOf(ksn: Uint8Array): number {
	return readUint(ksn, 7, 3) % 2 ** COUNTERS.bits;
}

function withCounter(ksn: Uint8Array, counter: number): Uint8Array {
	const result = ksn.slice();
	result.set(uintBytes(counter, 3), 7);
	result[7]! |= ksn[7]! & DEVICE_BITS_OF_COUNTER_BYTE;
	return result;
}

function checkLengths(key: Uint8Array, ksn: Uint8Array): void {
	if (key.length !== 16) throw new KeyError("a key of TDES DUKPT has 16 bytes");
	if (ksn.length !== KSN_LENGTH) throw new KeyError("a key serial number has 10 bytes");
}
