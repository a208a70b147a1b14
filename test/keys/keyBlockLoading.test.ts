import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { deriveAesInitialKey } from "../../src/keys/dukptAes.js";
import { deriveTdesInitialKey } from "../../src/keys/dukptTdes.js";
import { wrapKeyBlock } from "../../src/keys/keyBlock.js";
import type { NewKeyBlockHeader } from "../../src/keys/keyBlockHeader.js";
import { exportKeyBlock, loadKeyBlock } from "../../src/keys/keyBlockLoading.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { openHostKeys } from "../../src/keys/openHostKeys.js";
import { aesKey, keyIn, openSlots, tdesKey } from "./testKeys.js";

const KBPK = parseHex("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6");
const TDES_KBPK = KBPK.slice(0, 16);
const KEY = parseHex("3F419E1CB7079442AA37474C2EFBF8B8");
const PORTS = { crypto: nodeCrypto, random: new SeededRandom(11) };

type Header = NewKeyBlockHeader & { readonly version: "B" | "D" };
const PIN_HEADER: Header = {
	version: "D",
	keyUsage: "P0",
	algorithm: "A",
	modeOfUse: "E",
	keyVersion: "00",
	exportability: "E",
	optionalBlocks: [],
};

/** A block as the bank makes it. */
function block(change: Partial<Header> = {}, key = KEY): string {
	const header = { ...PIN_HEADER, ...change };
	return wrapKeyBlock(PORTS, header.version === "D" ? KBPK : TDES_KBPK, header, key);
}

function open(version: "B" | "D" = "D") {
	const opened = openSlots();
	opened.slots.load({ kbpk: version === "D" ? aesKey("K1", "B", KBPK) : tdesKey("K1", "B", TDES_KBPK) });
	return opened;
}

// [KEY-BLK-04]
test.each<[string, Partial<Header>, string]>([
	["PIN key", {}, "pin"],
	["PIN key, any use", { modeOfUse: "N" }, "pin"],
	["MAC key", { keyUsage: "M6", modeOfUse: "C" }, "mac"],
	["data key", { keyUsage: "D0", modeOfUse: "B" }, "data"],
	["master key", { keyUsage: "K0", modeOfUse: "D" }, "master"],
	["new KBPK", { keyUsage: "K1", modeOfUse: "B" }, "kbpk"],
	["in a version B block", { version: "B", algorithm: "T" }, "pin"],
	["with a check value in the block", { optionalBlocks: [{ id: "KC", data: `01${kcvHex("A")}` }] }, "pin"],
	["TDES, with its", { algorithm: "T", optionalBlocks: [{ id: "KC", data: `00${kcvHex("T")}` }] }, "pin"],
])("a %s goes where its header says", (_name, change, slot) => {
	const { slots } = open(change.version);
	expect(loadKeyBlock(slots, nodeCrypto, block(change))).toBe(slot);
	expect(slots.kcv(slot as "pin")).toEqual(keyCheckValue(nodeCrypto, change.algorithm === "T" ? "T" : "A", KEY));
});

function kcvHex(algorithm: "T" | "A"): string {
	return formatHex(keyCheckValue(nodeCrypto, algorithm, KEY));
}

test("a DUKPT initial key comes with its key serial number", () => {
	const id = parseHex("1234567890123456");
	const initialKey = deriveAesInitialKey(nodeCrypto, KEY, id);
	const { slots, ports } = open();
	const aes = { keyUsage: "B1", modeOfUse: "X", optionalBlocks: [{ id: "IK", data: formatHex(id) }] };
	expect(loadKeyBlock(slots, nodeCrypto, block(aes, initialKey))).toBe("dukpt");
	const message = openHostKeys(slots, ports, {
		keyScheme: "dukptAes",
		mac: { algorithm: "cmac" },
		pinBlockFormat: 4,
	}).next();
	expect(formatHex(message.keySerialNumber!)).toBe("123456789012345600000001");
	expect(slots.kcv("dukpt")).toEqual(keyCheckValue(nodeCrypto, "A", initialKey));

	const ksn = parseHex("FFFF9876543210E00000");
	const tdes = { ...aes, algorithm: "T", optionalBlocks: [{ id: "KS", data: formatHex(ksn) }] };
	loadKeyBlock(slots, nodeCrypto, block(tdes, deriveTdesInitialKey(nodeCrypto, KEY, ksn)));
	const tdesMessage = openHostKeys(slots, ports, {
		keyScheme: "dukptTdes",
		mac: { algorithm: "cmac" },
		pinBlockFormat: 0,
	});
	expect(formatHex(tdesMessage.next().keySerialNumber!)).toBe("FFFF9876543210E00001");
});

describe("refused, and nothing is stored:", () => {
	// [KEY-BLK-04]
	test.each<[string, Partial<Header>, RegExp]>([
		["a key for something the terminal does not do", { keyUsage: "C0", modeOfUse: "N" }, /takes no key for C0/],
		["a PIN verification key", { keyUsage: "V1", modeOfUse: "V" }, /takes no key for V1/],
		["an HMAC key", { algorithm: "H" }, /algorithm H/],
		["a PIN key that may only decipher", { modeOfUse: "D" }, /takes no key of mode of use D/],
		["a MAC key that may only verify", { keyUsage: "M6", modeOfUse: "V" }, /takes no key of mode of use V/],
		["a component", { keyVersion: "c1" }, /holds a component/],
		["an exportability that is none", { exportability: "Q" }, /exportability/],
		["a check value of another key", { optionalBlocks: [{ id: "KC", data: "010000000000" }] }, /check value/],
		["a check value of another method", { optionalBlocks: [{ id: "KC", data: `00${kcvHex("T")}` }] }, /another method/],
		["a check value that is none", { optionalBlocks: [{ id: "KC", data: "0X" }] }, /not hexadecimal/],
		["a DUKPT key without serial number", { keyUsage: "B1", modeOfUse: "X" }, /lacks the key serial number/],
		[
			"a DUKPT key with a short serial number",
			{ keyUsage: "B1", modeOfUse: "X", optionalBlocks: [{ id: "IK", data: "1234" }] },
			/must be 12 bytes/,
		],
	])("%s", (_name, change, message) => {
		const { slots } = open();
		loadKeyBlock(slots, nodeCrypto, block());
		const before = [slots.generation("pin"), slots.generation("mac"), slots.generation("dukpt")];
		expect(() => loadKeyBlock(slots, nodeCrypto, block(change))).toThrow(message);
		expect([slots.generation("pin"), slots.generation("mac"), slots.generation("dukpt")]).toEqual(before);
	});

	// [KEY-BLK-02]
	test("a block with any character changed, left out or put in", () => {
		const { slots } = open();
		const good = block({ optionalBlocks: [{ id: "KC", data: `01${kcvHex("A")}` }] });
		for (let at = 0; at < good.length; at++) {
			for (const other of ["0", "1", "A", "E", "N"]) {
				if (good[at] === other) continue;
				const bad = good.slice(0, at) + other + good.slice(at + 1);
				expect(() => loadKeyBlock(slots, nodeCrypto, bad), bad).toThrow();
			}
			expect(() => loadKeyBlock(slots, nodeCrypto, good.slice(0, at) + good.slice(at + 1))).toThrow();
			expect(() => loadKeyBlock(slots, nodeCrypto, `${good.slice(0, at)}0${good.slice(at)}`)).toThrow();
		}
		expect(slots.has("pin")).toBe(false);
		loadKeyBlock(slots, nodeCrypto, good);
	});

	test("another KBPK, a KBPK of the other algorithm, none", () => {
		const { slots } = openSlots();
		expect(() => loadKeyBlock(slots, nodeCrypto, block())).toThrow("no kbpk key is loaded");
		slots.load({
			kbpk: aesKey(
				"K1",
				"B",
				KBPK.map(byte => byte ^ 1),
			),
		});
		expect(() => loadKeyBlock(slots, nodeCrypto, block())).toThrow("protected by another key");
		slots.load({ kbpk: tdesKey("K1", "B", TDES_KBPK) });
		expect(() => loadKeyBlock(slots, nodeCrypto, block())).toThrow("not of the algorithm of the key block");
		expect(slots.has("pin")).toBe(false);
	});

	// [KEY-BLK-06]
	test("a check value that the sender states apart and that differs", () => {
		const { slots } = open();
		expect(() => loadKeyBlock(slots, nodeCrypto, block(), parseHex("0102030405"))).toThrow("check value");
		loadKeyBlock(slots, nodeCrypto, block(), keyCheckValue(nodeCrypto, "A", KEY));
		expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(KEY));
	});
});

describe("export", () => {
	// [KEY-BLK-05]
	test("a key that may leave comes back from its block, use and all", () => {
		const { slots } = open();
		loadKeyBlock(slots, nodeCrypto, block({ exportability: "E" }));
		const exported = exportKeyBlock(slots, PORTS, "pin");
		slots.erase("pin");
		expect(loadKeyBlock(slots, nodeCrypto, exported)).toBe("pin");
		expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(KEY));
	});

	// [KEY-BLK-05]
	test("a key that must not leave does not, and an empty slot has none", () => {
		const { slots } = open();
		loadKeyBlock(slots, nodeCrypto, block({ exportability: "N" }));
		expect(() => exportKeyBlock(slots, PORTS, "pin")).toThrow(/^the pin key must not leave the terminal$/);
		expect(() => exportKeyBlock(slots, PORTS, "mac")).toThrow("no mac key");
	});
});
