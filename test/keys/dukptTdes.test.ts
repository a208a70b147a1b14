import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { isUsableCounter, nextCounter } from "../../src/keys/dukptCounter.js";
import {
	deriveTdesInitialKey,
	deriveTdesTransactionKey,
	deriveTdesWorkingKey,
	nextTdesKsn,
	TDES_DUKPT_TRANSACTIONS,
} from "../../src/keys/dukptTdes.js";

const BDK = parseHex("0123456789ABCDEFFEDCBA9876543210");
const INITIAL_KEY = parseHex("6AC292FAA1315B4D858AB3A3D7D5933A");

// ANSI X9.24-1:2009, A.4
// [KEY-DUK-01]
test.each(["FFFF9876543210E00000", "FFFF9876543210EFF800"])("the initial key of the device, with KSN %s", ksn => {
	expect(deriveTdesInitialKey(nodeCrypto, BDK, parseHex(ksn))).toEqual(INITIAL_KEY);
});

// [KEY-DUK-02]
test.each([
	["FFFF9876543210E00001", "042666B49184CFA368DE9628D0397BC9"],
	["FFFF9876543210E00002", "C46551CEF9FD24B0AA9AD834130D3BC7"],
])("the transaction key with KSN %s", (ksn, key) => {
	expect(formatHex(deriveTdesTransactionKey(nodeCrypto, INITIAL_KEY, parseHex(ksn)))).toBe(key);
});

// [KEY-DUK-03]
test("the working keys of the first transaction", () => {
	const key = deriveTdesTransactionKey(nodeCrypto, INITIAL_KEY, parseHex("FFFF9876543210E00001"));
	const working = (purpose: Parameters<typeof deriveTdesWorkingKey>[2]) =>
		formatHex(deriveTdesWorkingKey(nodeCrypto, key, purpose));
	expect(working("pin")).toBe("042666B49184CF5C68DE9628D0397B36");
	expect(working("macRequest")).toBe("042666B4918430A368DE9628D03984C9");
	expect(working("macResponse")).toBe("042666B46E84CFA368DE96282F397BC9");
	expect(working("dataRequest")).toBe("448D3F076D8304036A55A3D7E0055A78");
	const block = nodeCrypto.desEcb(parseHex(working("pin")), parseHex("041274EDCBA9876F"), "encipher");
	expect(formatHex(block)).toBe("1B9C1845EB993A7A");
});

// A.4: the KSNs of the standard's own table
// [KEY-DUK-04]
test.each([
	["FFFF9876543210E00001", "FFFF9876543210E00002"],
	["FFFF9876543210E003FF", "FFFF9876543210E00400"],
	["FFFF9876543210E00FF7", "FFFF9876543210E00FF8"],
	["FFFF9876543210E00FF8", "FFFF9876543210E00FF9"],
	["FFFF9876543210E00FFE", "FFFF9876543210E01000"],
	["FFFF9876543210EFF7FF", "FFFF9876543210EFF800"],
])("after %s comes %s", (ksn, next) => {
	expect(formatHex(nextTdesKsn(parseHex(ksn)))).toBe(next);
});

// [KEY-DUK-04]
test("each of the 2^20 - 1 counters comes once, rising, and the last is the last", () => {
	const range = { bits: 21, mostOnes: 10 };
	let [count, counter] = [0, 0];
	for (let next = nextCounter(range, 0); next !== undefined; next = nextCounter(range, next)) {
		if (next <= counter || !isUsableCounter(range, next)) throw new Error(`${counter} is followed by ${next}`);
		counter = next;
		count++;
	}
	expect([count, counter.toString(16)]).toEqual([TDES_DUKPT_TRANSACTIONS, "1ff800"]);
	expect(count).toBe(1_048_575);
	expect(() => nextTdesKsn(parseHex("FFFF9876543210FFF800"))).toThrow("used up");
});

describe("refused", () => {
	// [KEY-DUK-07]
	test.each(["FFFF9876543210E00000", "FFFF9876543210EFFFFF"])("no transaction has KSN %s", ksn => {
		expect(() => deriveTdesTransactionKey(nodeCrypto, INITIAL_KEY, parseHex(ksn))).toThrow("none of DUKPT");
	});

	// [KEY-DUK-07]
	test("a KSN of 8 bytes, a key of 8 bytes", () => {
		expect(() => nextTdesKsn(new Uint8Array(8))).toThrow("10 bytes");
		expect(() => deriveTdesInitialKey(nodeCrypto, BDK, new Uint8Array(8))).toThrow("10 bytes");
		expect(() => deriveTdesInitialKey(nodeCrypto, new Uint8Array(8), new Uint8Array(10))).toThrow("16 bytes");
	});
});
