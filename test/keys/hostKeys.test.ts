import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { aesCipher, tdesCipher } from "../../src/crypto/blockCipher.js";
import { cmac, ecbXorMac, padMethod1, retailMac } from "../../src/crypto/mac.js";
import { decipherCardData } from "../../src/keys/cardDataCipher.js";
import {
	deriveAesInitialKey,
	deriveAesTransactionKey,
	deriveAesWorkingKey,
	nextAesKsn,
} from "../../src/keys/dukptAes.js";
import { loadDukptKey } from "../../src/keys/dukptKeys.js";
import {
	deriveTdesInitialKey,
	deriveTdesTransactionKey,
	deriveTdesWorkingKey,
	nextTdesKsn,
} from "../../src/keys/dukptTdes.js";
import type { KeySchemeSpec } from "../../src/keys/hostKeys.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeyError } from "../../src/keys/keyError.js";
import type { KeySlots } from "../../src/keys/keySlots.js";
import { openHostKeys } from "../../src/keys/openHostKeys.js";
import { decodePinBlockFormat0, decodePinBlockFormat3 } from "../../src/keys/pinBlock.js";
import {
	decipherPinBlockFormat4,
	decodePinFieldFormat4,
	encodePanFieldFormat4,
} from "../../src/keys/pinBlockFormat4.js";
import type { Crypto } from "../../src/ports.js";
import { aesKey, openSlots, tdesKey } from "./testKeys.js";

const PAN = "4111111111111111";
const DIGITS = Uint8Array.of(1, 2, 3, 4);
const KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const DATA = asciiBytes("4123456789012345D17112010000123400000");

const SESSION: KeySchemeSpec = { keyScheme: "masterSession", mac: { algorithm: "ecbXor" }, pinBlockFormat: 0 };
const TDES: KeySchemeSpec = { keyScheme: "dukptTdes", mac: { algorithm: "retail" }, pinBlockFormat: 0 };
const AES: KeySchemeSpec = { keyScheme: "dukptAes", mac: { algorithm: "cmac" }, pinBlockFormat: 4 };

// X9.24-1:2009, A.4 and X9.24-3:2017, supplement
const TDES_BDK = KEY;
const TDES_KSN = parseHex("FFFF9876543210E00000");
const AES_BDK = parseHex("FEDCBA9876543210F1F1F1F1F1F1F1F1");
const AES_ID = parseHex("1234567890123456");

function load(
	slots: KeySlots,
	keyScheme: "dukptTdes" | "dukptAes",
	ksn = keyScheme === "dukptAes" ? AES_ID : TDES_KSN,
) {
	const [algorithm, initialKey] =
		keyScheme === "dukptAes"
			? (["A", deriveAesInitialKey(nodeCrypto, AES_BDK, ksn.slice(0, 8))] as const)
			: (["T", deriveTdesInitialKey(nodeCrypto, TDES_BDK, ksn)] as const);
	const kcv = keyCheckValue(nodeCrypto, algorithm, initialKey);
	loadDukptKey(slots, nodeCrypto, keyScheme, { initialKey, ksn, kcv, exportability: "N" });
	return { initialKey, kcv };
}

describe("master/session", () => {
	test("the same keys for every message, each for what it is for", () => {
		const { slots, ports } = openSlots();
		slots.load({ pin: tdesKey("P0", "E", KEY), mac: tdesKey("M0", "C", KEY), data: tdesKey("D0", "E", KEY) });
		const keys = openHostKeys(slots, ports, SESSION);
		const message = keys.next();
		expect(message.keySerialNumber).toBeUndefined();
		const mac = message.mac(DATA);
		expect(mac).toEqual(ecbXorMac(nodeCrypto, KEY, DATA));
		expect(keys.next().macIsRight(DATA, mac)).toBe(true);
		expect(
			message.macIsRight(
				DATA,
				mac.map((byte, i) => (i === 7 ? byte ^ 1 : byte)),
			),
		).toBe(false);
		expect(message.macIsRight(DATA, mac.slice(0, 3))).toBe(false);
		const clear = nodeCrypto.desEcb(KEY, message.pinBlock(DIGITS, PAN), "decipher");
		expect(decodePinBlockFormat0(clear, PAN)).toEqual(DIGITS);
		const [first, second] = [message.encipherData(DATA), message.encipherData(DATA)];
		expect(first).not.toEqual(second);
		expect(decipherCardData(nodeCrypto, "T", KEY, first, true)).toEqual(DATA);
	});

	test("under AES: CMAC, PIN block format 4", () => {
		const { slots, ports } = openSlots();
		slots.load({ pin: aesKey("P0", "E", KEY), mac: aesKey("M6", "C", KEY) });
		const message = openHostKeys(slots, ports, { ...SESSION, mac: { algorithm: "cmac" }, pinBlockFormat: 4 }).next();
		expect(message.mac(DATA)).toEqual(cmac(aesCipher(nodeCrypto), KEY, DATA).slice(0, 8));
		const field = decipherPinBlockFormat4(nodeCrypto, KEY, message.pinBlock(DIGITS, PAN), encodePanFieldFormat4(PAN));
		expect(decodePinFieldFormat4(field)).toEqual(DIGITS);
	});

	// [PIN-BLK-02]
	test("format 3 makes another block each time", () => {
		const { slots, ports } = openSlots();
		slots.load({ pin: tdesKey("P0", "E", KEY) });
		const message = openHostKeys(slots, ports, { ...SESSION, pinBlockFormat: 3 }).next();
		const blocks = [message.pinBlock(DIGITS, PAN), message.pinBlock(DIGITS, PAN)];
		expect(blocks[0]).not.toEqual(blocks[1]);
		for (const block of blocks)
			expect(decodePinBlockFormat3(nodeCrypto.desEcb(KEY, block, "decipher"), PAN)).toEqual(DIGITS);
	});

	// [PIN-BLK-07]
	test("refused: a format or a MAC that does not go with the key, a key for another MAC, no key", () => {
		const { slots, ports, events } = openSlots();
		slots.load({ pin: aesKey("P0", "E", KEY), mac: aesKey("M0", "C", KEY) });
		expect(() => openHostKeys(slots, ports, SESSION).next().pinBlock(DIGITS, PAN)).toThrow(
			"format 0 does not go with AES",
		);
		expect(() => openHostKeys(slots, ports, SESSION).next().mac(DATA)).toThrow("made with triple DES only");
		const retail = openHostKeys(slots, ports, { ...SESSION, mac: { algorithm: "retail" } }).next();
		expect(() => retail.mac(DATA)).toThrow(KeyError);
		expect(events.at(-1)).toMatchObject({ kind: "misused", slot: "mac", usage: "M3" });
		expect(() => retail.encipherData(DATA)).toThrow("no data key is loaded: sign in at the bank first");
	});
});

describe("TDES DUKPT", () => {
	test("the first transactions have the keys of the standard's own sample", () => {
		const { slots, ports } = openSlots();
		load(slots, "dukptTdes");
		const keys = openHostKeys(slots, ports, TDES);
		const first = keys.next();
		expect(formatHex(first.keySerialNumber!)).toBe("FFFF9876543210E00001");
		expect(formatHex(first.pinBlock(DIGITS, "4012345678909"))).toBe("1B9C1845EB993A7A");
		expect(formatHex(keys.next().keySerialNumber!)).toBe("FFFF9876543210E00002");
	});

	test("request and answer are authenticated with different keys, both the host's", () => {
		const { slots, ports } = openSlots();
		const { initialKey } = load(slots, "dukptTdes");
		const message = openHostKeys(slots, ports, TDES).next();
		const key = deriveTdesTransactionKey(nodeCrypto, initialKey, message.keySerialNumber!);
		const macUnder = (purpose: "macRequest" | "macResponse") =>
			retailMac(nodeCrypto, deriveTdesWorkingKey(nodeCrypto, key, purpose), padMethod1(DATA));
		expect(message.mac(DATA)).toEqual(macUnder("macRequest"));
		expect(message.macIsRight(DATA, macUnder("macResponse"))).toBe(true);
		expect(message.macIsRight(DATA, macUnder("macRequest"))).toBe(false);
		const dataKey = deriveTdesWorkingKey(nodeCrypto, key, "dataRequest");
		expect(decipherCardData(nodeCrypto, "T", dataKey, message.encipherData(DATA), false)).toEqual(DATA);
		expect(tdesCipher(nodeCrypto).cbc(dataKey, new Uint8Array(8), message.encipherData(DATA), "decipher")).toHaveLength(
			40,
		);
	});
});

describe("AES DUKPT", () => {
	// [KEY-DUK-03]
	test("every purpose has its own key, the host's", () => {
		const { slots, ports } = openSlots();
		const { initialKey } = load(slots, "dukptAes");
		const message = openHostKeys(slots, ports, AES).next();
		const ksn = message.keySerialNumber!;
		expect(formatHex(ksn)).toBe("123456789012345600000001");
		const key = deriveAesTransactionKey(nodeCrypto, initialKey, ksn);
		const working = (usage: "pinEncryption" | "macGeneration" | "macVerification" | "dataEncryption") =>
			deriveAesWorkingKey(nodeCrypto, key, usage, "AES128", ksn);
		const macUnder = (key: Uint8Array) => cmac(aesCipher(nodeCrypto), key, DATA).slice(0, 8);
		expect(message.mac(DATA)).toEqual(macUnder(working("macGeneration")));
		expect(message.macIsRight(DATA, macUnder(working("macVerification")))).toBe(true);
		expect(message.macIsRight(DATA, macUnder(working("macGeneration")))).toBe(false);
		const block = message.pinBlock(DIGITS, PAN);
		const field = decipherPinBlockFormat4(nodeCrypto, working("pinEncryption"), block, encodePanFieldFormat4(PAN));
		expect(decodePinFieldFormat4(field)).toEqual(DIGITS);
		const enciphered = message.encipherData(DATA);
		expect(decipherCardData(nodeCrypto, "A", working("dataEncryption"), enciphered, false)).toEqual(DATA);
	});

	test("with a key of 256 bits the working keys are as strong", () => {
		const { slots, ports } = openSlots();
		const bdk = new Uint8Array(32).fill(3);
		const initialKey = deriveAesInitialKey(nodeCrypto, bdk, AES_ID);
		const kcv = keyCheckValue(nodeCrypto, "A", initialKey);
		loadDukptKey(slots, nodeCrypto, "dukptAes", { initialKey, ksn: AES_ID, kcv, exportability: "N" });
		const message = openHostKeys(slots, ports, AES).next();
		const ksn = message.keySerialNumber!;
		const key = deriveAesTransactionKey(nodeCrypto, initialKey, ksn);
		const macKey = deriveAesWorkingKey(nodeCrypto, key, "macGeneration", "AES256", ksn);
		expect(message.mac(DATA)).toEqual(cmac(aesCipher(nodeCrypto), macKey, DATA).slice(0, 8));
	});

	// Counted: X9.24-3 promises a receiver 16 derivations at most, and one for the working key.
	test("a working key costs a receiver at most 17 block operations, a terminal one", () => {
		let blocks = 0;
		const counting: Crypto = {
			...nodeCrypto,
			aesEcb(key, data, direction) {
				blocks += data.length / 16;
				return nodeCrypto.aesEcb(key, data, direction);
			},
		};
		const initialKey = deriveAesInitialKey(nodeCrypto, AES_BDK, AES_ID);
		const worst = parseHex("1234567890123456FFFF0000");
		const key = deriveAesTransactionKey(counting, initialKey, worst);
		deriveAesWorkingKey(counting, key, "pinEncryption", "AES128", worst);
		expect(blocks).toBe(17);

		const { slots } = openSlots();
		load(slots, "dukptAes");
		const message = openHostKeys(slots, { crypto: counting, random: openSlots().random }, AES).next();
		blocks = 0;
		message.encipherData(new Uint8Array(0));
		expect(blocks).toBe(1); // CBC is counted elsewhere
	});
});

describe.each([
	["dukptTdes", TDES, nextTdesKsn, deriveTdesTransactionKey, TDES_KSN] as const,
	["dukptAes", AES, nextAesKsn, deriveAesTransactionKey, parseHex("123456789012345600000000")] as const,
])("%s", (keyScheme, spec, nextKsn, deriveTransactionKey, firstKsn) => {
	const macOf = (initialKey: Uint8Array, ksn: Uint8Array) => {
		const key = deriveTransactionKey(nodeCrypto, initialKey, ksn);
		return keyScheme === "dukptTdes"
			? retailMac(nodeCrypto, deriveTdesWorkingKey(nodeCrypto, key, "macRequest"), padMethod1(DATA))
			: cmac(aesCipher(nodeCrypto), deriveAesWorkingKey(nodeCrypto, key, "macGeneration", "AES128", ksn), DATA).slice(
					0,
					8,
				);
	};

	test("300 transactions: the KSNs come in the standard's order, and the host finds each key", () => {
		const { slots, ports } = openSlots();
		const { initialKey } = load(slots, keyScheme);
		const keys = openHostKeys(slots, ports, spec);
		let expected = firstKsn;
		for (let n = 0; n < 300; n++) {
			expected = nextKsn(expected);
			const message = keys.next();
			expect(formatHex(message.keySerialNumber!)).toBe(formatHex(expected));
			expect(message.mac(DATA)).toEqual(macOf(initialKey, expected));
		}
	});

	// [KEY-DUK-05]
	test("no key is used twice, at whichever write the power is cut, however often", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(4)), { minLength: 1, maxLength: 6 }), lives => {
				const storage = new MemoryDisk();
				const { initialKey } = load(openSlots(storage).slots, keyScheme);
				const used = new Set<string>();
				for (const [transactions, cut] of lives) {
					const { slots, ports } = openSlots(storage);
					const keys = openHostKeys(slots, ports, spec);
					storage.cutAfter(cut);
					try {
						for (let n = 0; n < transactions; n++) {
							const message = keys.next();
							const ksn = message.keySerialNumber!;
							if (used.has(formatHex(ksn))) throw new RangeError(`${formatHex(ksn)} was used twice`);
							used.add(formatHex(ksn));
							expect(message.mac(DATA)).toEqual(macOf(initialKey, ksn));
						}
					} catch (error) {
						if (error instanceof RangeError || !(error instanceof Error) || error.name !== "PowerCut") throw error;
					}
					storage.restart();
				}
			}),
			{ numRuns: 40 },
		);
	});

	// [KEY-DUK-06]
	test("what the medium holds leads to no key that was used: each register is the key of a later transaction", () => {
		const { slots, ports } = openSlots();
		const { initialKey } = load(slots, keyScheme);
		const keys = openHostKeys(slots, ports, spec);
		const used: string[] = [formatHex(initialKey)];
		for (let n = 0; n < 100; n++)
			used.push(formatHex(deriveTransactionKey(nodeCrypto, initialKey, keys.next().keySerialNumber!)));
		const content = slots.use("dukpt", "B1", "X", key => formatHex(key));
		for (const key of used) expect(content).not.toContain(key);
	});

	test("the keys of a message are gone when eight more are under way, and when all keys are", () => {
		const { slots, ports } = openSlots();
		load(slots, keyScheme);
		const keys = openHostKeys(slots, ports, spec);
		const [first, second] = [keys.next(), keys.next()];
		for (let n = 0; n < 7; n++) keys.next();
		expect(() => first.mac(DATA)).toThrow("the keys of this message are gone");
		second.mac(DATA);
		slots.zeroise({ cause: "case", at: 0 });
		expect(() => second.pinBlock(DIGITS, PAN)).toThrow("the keys of this message are gone");
		expect(() => keys.next()).toThrow("the keys were erased");
	});

	test("a new initial key counts from the next message on, an erased one no more", () => {
		const { slots, ports } = openSlots();
		load(slots, keyScheme);
		const keys = openHostKeys(slots, ports, spec);
		for (let n = 0; n < 3; n++) keys.next();
		const other = firstKsn.slice();
		other[5]! ^= 0x10;
		const { initialKey } = load(slots, keyScheme, other);
		expect(keys.next().mac(DATA)).toEqual(macOf(initialKey, nextKsn(other)));
		slots.erase("dukpt");
		expect(() => keys.next()).toThrow(/^no dukpt key is loaded: have the bank load it$/);
	});

	test("refused: a wrong check value, length, serial number; the slot keeps what it had", () => {
		const { slots, ports } = openSlots();
		const { initialKey, kcv } = load(slots, keyScheme);
		const good = { initialKey, ksn: firstKsn, kcv, exportability: "N" } as const;
		for (const bad of [
			{ ...good, kcv: kcv.map(byte => byte ^ 1) },
			{ ...good, kcv: kcv.slice(0, 2) },
			{ ...good, initialKey: initialKey.map(byte => byte ^ 2) },
			{ ...good, initialKey: initialKey.slice(1) },
			{ ...good, ksn: firstKsn.slice(1) },
		])
			expect(() => loadDukptKey(slots, nodeCrypto, keyScheme, bad)).toThrow(KeyError);
		expect(openHostKeys(slots, ports, spec).next().mac(DATA)).toEqual(macOf(initialKey, nextKsn(firstKsn)));
	});
});

// [PIN-BLK-07]
test("an initial key of the other kind, a PIN block format of the other cipher", () => {
	const { slots, ports } = openSlots();
	load(slots, "dukptTdes");
	expect(() => openHostKeys(slots, ports, AES).next()).toThrow("the other kind of DUKPT");
	expect(() => openHostKeys(slots, ports, { ...AES, pinBlockFormat: 0 })).toThrow("format 0 does not go with dukptAes");
	expect(() => openHostKeys(slots, ports, { ...TDES, pinBlockFormat: 4 })).toThrow(
		"format 4 does not go with dukptTdes",
	);
});
