import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { openHostKeys } from "../../src/keys/openHostKeys.js";
import { type EncipheredKey, loadWorkKeys, type WorkKeys } from "../../src/keys/workKeys.js";
import { keyIn, openSlots, tdesKey } from "./testKeys.js";

const MASTER = parseHex("1A2B3C4D5E6F708192A3B4C5D6E7F801");
const [PIK, MAK, TDK] = [
	parseHex("0123456789ABCDEFFEDCBA9876543210"),
	parseHex("0F1E2D3C4B5A6978"),
	parseHex("1111111111111111222222222222222233333333333333334444444444444444").slice(8, 24),
];

/** As the bank sends it. */
function sent(key: Uint8Array, kcv = keyCheckValue(nodeCrypto, "T", key)): EncipheredKey {
	return { key: nodeCrypto.desEcb(MASTER, key, "encipher"), checkValue: kcv };
}

const KEYS: WorkKeys = { pin: sent(PIK), mac: sent(MAK), data: sent(TDK) };

function open() {
	const opened = openSlots();
	opened.slots.load({ master: tdesKey("K0", "D", MASTER) });
	return opened;
}

// [KEY-STO-07]
test("a sign-in brings PIN, MAC and data key, each for what it is for", () => {
	const { slots, ports } = open();
	loadWorkKeys(slots, nodeCrypto, "ecbXor", KEYS);
	expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(PIK));
	expect(keyIn(slots, "mac", "M0", "V")).toBe(formatHex(MAK));
	expect(keyIn(slots, "data", "D0", "E")).toBe(formatHex(TDK));
	const keys = openHostKeys(slots, ports, {
		keyScheme: "masterSession",
		mac: { algorithm: "ecbXor" },
		pinBlockFormat: 0,
	});
	expect(keys.next().mac(PIK)).toHaveLength(8);
});

test("those that do not come stay", () => {
	const { slots } = open();
	loadWorkKeys(slots, nodeCrypto, "ecbXor", KEYS);
	loadWorkKeys(slots, nodeCrypto, "ecbXor", { pin: sent(TDK) });
	expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(TDK));
	expect(keyIn(slots, "mac", "M0", "V")).toBe(formatHex(MAK));
});

// [KEY-BLK-06]
test.each<[string, WorkKeys, string]>([
	[
		"a wrong check value of the last",
		{ ...KEYS, data: sent(TDK, parseHex("00000000")) },
		"check value of the data key",
	],
	["a short check value", { ...KEYS, mac: sent(MAK, new Uint8Array(0)) }, "check value of the mac key"],
	["half a block", { ...KEYS, pin: { ...sent(PIK), key: new Uint8Array(12) } }, "pin key from the bank has a wrong"],
	["nothing in a key", { ...KEYS, pin: { ...sent(PIK), key: new Uint8Array(0) } }, "wrong length"],
	["no keys", {}, "the bank sent no work keys"],
])("refused, and the old keys stay: %s", (_name, keys, message) => {
	const { slots } = open();
	const old = { pin: sent(TDK), mac: sent(TDK), data: sent(TDK) };
	loadWorkKeys(slots, nodeCrypto, "ecbXor", old);
	expect(() => loadWorkKeys(slots, nodeCrypto, "ecbXor", keys)).toThrow(message);
	expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(TDK));
	expect(keyIn(slots, "mac", "M0", "V")).toBe(formatHex(TDK));
	expect(keyIn(slots, "data", "D0", "E")).toBe(formatHex(TDK));
});

// [KEY-STO-02]
test("at whichever write the power is cut, all three are the old ones or all three the new", () => {
	for (let cut = 0; cut < 8; cut++) {
		const { slots, storage } = open();
		loadWorkKeys(slots, nodeCrypto, "ecbXor", { pin: sent(TDK), mac: sent(TDK), data: sent(TDK) });
		storage.cutAfter(cut);
		try {
			loadWorkKeys(slots, nodeCrypto, "ecbXor", { pin: sent(PIK), mac: sent(PIK), data: sent(PIK) });
		} catch {
			// the power
		}
		storage.restart();
		const again = openSlots(storage).slots;
		const three = [keyIn(again, "pin", "P0", "E"), keyIn(again, "mac", "M0", "G"), keyIn(again, "data", "D0", "E")];
		expect(three).toEqual(Array(3).fill(formatHex(cut < 4 ? TDK : PIK)));
	}
});

// [KEY-STO-07]
test("without a master key none is taken", () => {
	const { slots } = openSlots();
	expect(() => loadWorkKeys(slots, nodeCrypto, "ecbXor", KEYS)).toThrow(/^no master key is loaded: have it loaded by/);
});
