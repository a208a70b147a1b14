import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { AES_DUKPT, deriveAesTransactionKey } from "../../src/keys/dukptAes.js";
import { isUsableCounter, onesDescending } from "../../src/keys/dukptCounter.js";
import {
	type DukptKind,
	type FutureKeys,
	firstFutureKeys,
	takeTransactionKey,
} from "../../src/keys/dukptFutureKeys.js";
import { deriveTdesTransactionKey, TDES_DUKPT } from "../../src/keys/dukptTdes.js";

const INITIAL_KEY = parseHex("6AC292FAA1315B4D858AB3A3D7D5933A");

/** The future keys of a terminal that is at `counter`, built from the initial key alone. */
function at(kind: DukptKind, derive: typeof deriveAesTransactionKey, ksn: Uint8Array, counter: number): FutureKeys {
	const { registers } = firstFutureKeys(nodeCrypto, kind, INITIAL_KEY, ksn);
	const lowest = Math.log2(onesDescending(kind.counters, counter).at(-1)!);
	for (let bit = 0; bit < kind.counters.bits; bit++) {
		// The next transaction with this lowest one, from here on.
		const step = 2 ** bit;
		const next = bit === lowest ? counter : Math.floor(counter / (2 * step)) * 2 * step + step;
		if (next >= counter && isUsableCounter(kind.counters, next))
			registers.set(derive(nodeCrypto, INITIAL_KEY, kind.ksn(ksn, next)), bit * INITIAL_KEY.length);
	}
	return { counter, registers };
}

// [KEY-DUK-02]
test.each([
	["TDES", TDES_DUKPT, deriveTdesTransactionKey, parseHex("FFFF9876543210E00000"), 0x1ff800],
	["AES", AES_DUKPT, deriveAesTransactionKey, parseHex("123456789012345600000000"), 0xffff0000],
] as const)(
	"%s: from any counter on, each key is the one that the initial key leads to",
	(_name, kind, derive, ksn, last) => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: last }), from => {
				let counter = from;
				while (!isUsableCounter(kind.counters, counter)) counter--;
				let keys = at(kind, derive, ksn, counter);
				for (let n = 0; n < 40 && keys.counter !== undefined; n++) {
					const taken = takeTransactionKey(nodeCrypto, kind, keys, ksn);
					expect(formatHex(taken.key)).toBe(formatHex(derive(nodeCrypto, INITIAL_KEY, taken.ksn)));
					keys = taken.rest;
				}
			}),
			{ numRuns: 60 },
		);
	},
);

// [KEY-DUK-04]
test.each([
	["TDES", TDES_DUKPT, deriveTdesTransactionKey, parseHex("FFFF9876543210E00000"), 0x1ff800],
	["AES", AES_DUKPT, deriveAesTransactionKey, parseHex("123456789012345600000000"), 0xffff0000],
] as const)("%s: the last transaction is the last", (_name, kind, derive, ksn, last) => {
	const taken = takeTransactionKey(nodeCrypto, kind, at(kind, derive, ksn, last), ksn);
	expect(taken.rest.counter).toBeUndefined();
	expect(() => takeTransactionKey(nodeCrypto, kind, taken.rest, ksn)).toThrow(
		/^the initial key is used up: have the bank load a new one$/,
	);
});
