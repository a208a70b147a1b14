import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	AES_DUKPT_TRANSACTIONS,
	deriveAesInitialKey,
	deriveAesTransactionKey,
	deriveAesUpdateKey,
	deriveAesWorkingKey,
	nextAesKsn,
} from "../../src/keys/dukptAes.js";

// ANSI X9.24-3:2017, supplement
const BDK = "FEDCBA9876543210F1F1F1F1F1F1F1F1";
const ID = parseHex("1234567890123456");
const INITIAL_KEY = parseHex("1273671EA26AC29AFA4D1084127652A1");
const FIRST = parseHex("123456789012345600000001");

// [KEY-DUK-01]
test.each([
	[BDK, "1273671EA26AC29AFA4D1084127652A1"],
	[BDK + BDK, "CE9CE0C101D1138F97FB6CAD4DF045A7083D4EAE2D35A31789D01CCF0949550F"],
])("the initial key under BDK %s", (bdk, key) => {
	expect(formatHex(deriveAesInitialKey(nodeCrypto, parseHex(bdk), ID))).toBe(key);
});

// [KEY-DUK-02]
test.each([
	["123456789012345600000001", "4F21B565BAD9835E112B6465635EAE44"],
	["123456789012345600000002", "2F34D68DE10F68D38091A73B9E7C437C"],
])("the transaction key with KSN %s", (ksn, key) => {
	expect(formatHex(deriveAesTransactionKey(nodeCrypto, INITIAL_KEY, parseHex(ksn)))).toBe(key);
});

// [KEY-DUK-03]
test("the working keys of the first transaction", () => {
	const key = deriveAesTransactionKey(nodeCrypto, INITIAL_KEY, FIRST);
	const working = (usage: Parameters<typeof deriveAesWorkingKey>[2], type = "AES128" as const) =>
		formatHex(deriveAesWorkingKey(nodeCrypto, key, usage, type, FIRST));
	expect(working("pinEncryption")).toBe("AF8CB133A78F8DC2D1359F18527593FB");
	expect(working("macGeneration")).toBe("A2DC23DE6FDE0824A2BC321E08E4B8B7");
	expect(working("dataEncryption")).toBe("A35C412EFD41FDB98B69797C02DCD08F");
	const all = ["macVerification", "macBothWays", "dataDecryption", "dataBothWays", "keyEncryption"] as const;
	expect(new Set(all.map(usage => working(usage))).size).toBe(all.length);
});

test("the key that a new initial key travels under (6.5.3)", () => {
	expect(formatHex(deriveAesUpdateKey(nodeCrypto, INITIAL_KEY, ID, "AES128"))).toBe("9A9770AEE1ACD1B13473D0463A1883B9");
});

// [KEY-DUK-04]
test.each([
	["123456789012345600000001", "123456789012345600000002"],
	["12345678901234560000FFFF", "123456789012345600010000"],
	["12345678901234560001FFFE", "123456789012345600020000"],
	["1234567890123456FFFE8000", "1234567890123456FFFF0000"],
])("after %s comes %s", (ksn, next) => {
	expect(formatHex(nextAesKsn(parseHex(ksn)))).toBe(next);
});

// [KEY-DUK-04]
test("an initial key serves all counters with at most 16 ones, and no more", () => {
	expect(AES_DUKPT_TRANSACTIONS).toBe(2_448_023_842);
	expect(() => nextAesKsn(parseHex("1234567890123456FFFF0000"))).toThrow("used up");
});

describe("refused", () => {
	// [KEY-DUK-07]
	test.each(["123456789012345600000000", "12345678901234560001FFFF"])("no transaction has KSN %s", ksn => {
		expect(() => deriveAesTransactionKey(nodeCrypto, INITIAL_KEY, parseHex(ksn))).toThrow("none of DUKPT");
	});

	// [KEY-DUK-08]
	test("a working key stronger than the transaction key", () => {
		expect(() => deriveAesWorkingKey(nodeCrypto, INITIAL_KEY, "pinEncryption", "AES256", FIRST)).toThrow(
			"not stronger",
		);
	});

	// [KEY-DUK-07]
	test("wrong lengths", () => {
		expect(() => nextAesKsn(new Uint8Array(10))).toThrow("12 bytes");
		expect(() => deriveAesInitialKey(nodeCrypto, new Uint8Array(17), ID)).toThrow("16, 24 or 32");
		expect(() => deriveAesInitialKey(nodeCrypto, parseHex(BDK), new Uint8Array(4))).toThrow("8 bytes");
	});
});
