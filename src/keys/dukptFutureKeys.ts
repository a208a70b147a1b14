import { wipe } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { type DukptCounterRange, lowestOne, nextCounter, onesOf } from "./dukptCounter.js";
import { KeyError } from "./keyError.js";

/** What the two kinds of DUKPT have of their own. */
export interface DukptKind {
	readonly counters: DukptCounterRange;
	counter(ksn: Uint8Array): number;
	/** The KSN with this counter in the place of its own. @param ksn of the device, with any counter */
	ksn(ksn: Uint8Array, counter: number): Uint8Array;
	/** The key that is one derivation below `key`. @param ksn with the counter of the new key */
	child(crypto: Crypto, key: Uint8Array, ksn: Uint8Array): Uint8Array;
}

/**
 * What a terminal keeps of a DUKPT initial key (X9.24-1:2009 Annex A, X9.24-3:2017 6.5): for each bit of the counter the key
 * that next has it as its lowest one. None of them leads back to a key that was used, or to the initial key.
 */
export interface FutureKeys {
	/** Of the next transaction; undefined when all are used up. */
	readonly counter: number | undefined;
	/** All of one length, bit 0 first, in one array. The caller wipes it. */
	readonly registers: Uint8Array;
}

/** @param initialKey the caller wipes it @param ksn of the device */
export function firstFutureKeys(crypto: Crypto, kind: DukptKind, initialKey: Uint8Array, ksn: Uint8Array): FutureKeys {
	const registers = new Uint8Array(kind.counters.bits * initialKey.length);
	fill(crypto, kind, registers, initialKey, ksn, 0, kind.counters.bits);
	return { counter: 1, registers };
}

/**
 * Takes the next transaction's key out; the keys that follow it come in its place.
 * @returns the transaction key, which the caller wipes, and what is left; `keys.registers` is that of before, changed
 * @throws {KeyError} when the initial key is used up
 */
export function takeTransactionKey(
	crypto: Crypto,
	kind: DukptKind,
	keys: FutureKeys,
	ksn: Uint8Array,
): { readonly ksn: Uint8Array; readonly key: Uint8Array; readonly rest: FutureKeys } {
	const { counter, registers } = keys;
	if (counter === undefined) throw new KeyError(USED_UP);
	const keyLength = registers.length / kind.counters.bits;
	const bit = Math.log2(lowestOne(counter));
	const register = registers.subarray(bit * keyLength, (bit + 1) * keyLength);
	const key = register.slice();
	wipe(register); // WIPE
	// A key that has as many ones as there may be has none below it: its descendants are no transactions.
	if (onesOf(counter) < kind.counters.mostOnes) fill(crypto, kind, registers, key, ksn, counter, bit);
	return { ksn: kind.ksn(ksn, counter), key, rest: { counter: nextCounter(kind.counters, counter), registers } };
}

export const USED_UP = "the initial key is used up: have the bank load a new one";

/** The keys below `key` that differ from it by one more one, below bit `bits`. */
function fill(
	crypto: Crypto,
	kind: DukptKind,
	registers: Uint8Array,
	key: Uint8Array,
	ksn: Uint8Array,
	counter: number,
	bits: number,
): void {
	for (let bit = 0; bit < bits; bit++) {
		const child = kind.child(crypto, key, kind.ksn(ksn, counter + 2 ** bit));
		registers.set(child, bit * key.length);
		wipe(child); // WIPE
	}
}
