import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { KeyError, KeySlots, keyCheckValue } from "../../src/keys/keySlots.js";
import { MasterSession } from "../../src/keys/masterSession.js";
import { Seal } from "../../src/keys/seal.js";

const KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const OTHER = parseHex("11111111111111112222222222222222");
const KCV = parseHex("08D7B4");
const DEVICE_KEY = new Uint8Array(32).fill(7);

function open(storage = new MemoryDisk(), deviceKey = DEVICE_KEY) {
	const slots = new KeySlots({ storage, crypto: nodeCrypto, random: new SeededRandom(5) }, deviceKey);
	return { storage, slots };
}

/** The key in the slot, copied before it is wiped. */
function keyIn(slots: KeySlots): string {
	return slots.use("pin", "P0", key => formatHex(key));
}

test("the check value of the key 0123…3210, which payShield manuals print: 08D7B4", () => {
	expect(formatHex(keyCheckValue(nodeCrypto, KEY).subarray(0, 3))).toBe("08D7B4");
});

test("a key comes back after a restart, and only enciphered does it lie on the medium", () => {
	const { storage, slots } = open();
	slots.load("pin", "P0", KEY, KCV);
	storage.restart();
	expect(keyIn(open(storage).slots)).toBe(formatHex(KEY));
	const file = formatHex(storage.read("key-pin", 0, storage.size("key-pin")!));
	expect(file).not.toContain(formatHex(KEY.subarray(0, 8)));
});

test("the clear key is wiped when the operation is over, also when it fails", () => {
	const { slots } = open();
	slots.load("pin", "P0", KEY, KCV);
	const kept: Uint8Array[] = [];
	slots.use("pin", "P0", key => kept.push(key));
	expect(() =>
		slots.use("pin", "P0", key => {
			kept.push(key);
			throw new Error("failed");
		}),
	).toThrow("failed");
	expect(kept.map(formatHex)).toEqual(["00".repeat(16), "00".repeat(16)]);
});

describe("load refuses, and the slot keeps what it had:", () => {
	test.each<[string, Uint8Array, Uint8Array, RegExp]>([
		["a wrong check value", OTHER, KCV, /^the check value of the pin key differs: ask the bank to send the key again$/],
		["a check value of 2 bytes", OTHER, keyCheckValue(nodeCrypto, OTHER).subarray(0, 2), /check value/],
		["a check value of 5 bytes", OTHER, new Uint8Array(5), /check value/],
		["no check value", OTHER, new Uint8Array(0), /check value/],
		["a key of 15 bytes", OTHER.subarray(1), KCV, /^the pin key must be 8, 16 or 32 bytes$/],
		["no key", new Uint8Array(0), KCV, /must be/],
	])("%s", (_name, key, kcv, message) => {
		const { slots } = open();
		slots.load("pin", "P0", KEY, KCV);
		expect(() => slots.load("pin", "P0", key, kcv)).toThrow(KeyError);
		expect(() => slots.load("pin", "P0", key, kcv)).toThrow(message);
		expect(keyIn(slots)).toBe(formatHex(KEY));
	});

	test("anything, when the power is cut at any operation", () => {
		for (let n = 0; n < 3; n++) {
			const { storage, slots } = open();
			slots.load("pin", "P0", KEY, KCV);
			storage.cutAfter(n);
			let isLoaded = true;
			try {
				slots.load("pin", "P0", OTHER, keyCheckValue(nodeCrypto, OTHER));
			} catch {
				isLoaded = false;
			}
			storage.restart();
			expect(keyIn(open(storage).slots)).toBe(formatHex(isLoaded ? OTHER : KEY));
		}
	});
});

describe("use refuses with one sentence:", () => {
	const loaded = () => {
		const { storage, slots } = open();
		slots.load("pin", "P0", KEY, KCV);
		return { storage, slots };
	};
	const never = () => {
		throw new Error("the operation must not run");
	};

	test("an empty slot", () => {
		expect(() => open().slots.use("mac", "M0", never)).toThrow(/^no mac key is loaded: sign in at the bank first$/);
	});

	test("another usage", () => {
		expect(() => loaded().slots.use("pin", "M0", never)).toThrow(/^the pin key must not be used for M0$/);
	});

	test("the key of another device", () => {
		const { storage } = loaded();
		const other = open(storage, new Uint8Array(32).fill(8)).slots;
		expect(() => other.use("pin", "P0", never)).toThrow(
			/^the pin key is damaged or of another device: have the keys loaded again$/,
		);
	});

	test("any damaged byte, any shorter file", () => {
		const { storage } = loaded();
		const size = storage.size("key-pin")!;
		for (let at = 0; at < size; at++) {
			storage.flip("key-pin", at);
			expect(() => open(storage).slots.use("pin", "P0", never), `byte ${at}`).toThrow(KeyError);
			storage.flip("key-pin", at);
		}
		for (let length = size - 1; length >= 0; length--) {
			storage.truncate("key-pin", length);
			expect(() => open(storage).slots.use("pin", "P0", never), `${length} bytes`).toThrow(KeyError);
		}
	});

	test("a device key of another length", () => {
		expect(() => open(new MemoryDisk(), new Uint8Array(31))).toThrow(KeyError);
	});
});

test("the work keys do what they are for, and nothing else", () => {
	const { slots } = open();
	const session = new MasterSession(slots, nodeCrypto);
	slots.load("pin", "P0", KEY, KCV);
	slots.load("mac", "M0", OTHER, keyCheckValue(nodeCrypto, OTHER));
	const block = parseHex("041261AAAAEDCBA9");
	expect(session.encipherPinBlock(block)).toEqual(nodeCrypto.desEcb(KEY, block, "encipher"));
	expect(session.mac(asciiBytes("0200"))).toHaveLength(8);
	slots.load("mac", "P0", OTHER, keyCheckValue(nodeCrypto, OTHER));
	expect(() => session.mac(asciiBytes("0200"))).toThrow(KeyError);
});

describe("seal", () => {
	test("opens what it closed, after a restart too, and each time looks different", () => {
		const { storage, slots } = open();
		const seal = new Seal(slots, new SeededRandom(9));
		const plain = asciiBytes("6221261000000018");
		const [first, second] = [seal.close(plain), seal.close(plain)];
		expect(first).toHaveLength(plain.length + 40);
		expect(first).not.toEqual(second);
		storage.restart();
		const again = new Seal(open(storage).slots, new SeededRandom(10));
		expect(again.open(first)).toEqual(plain);
	});

	test("does not open what was changed, cut off or sealed elsewhere", () => {
		const { slots } = open();
		const seal = new Seal(slots, new SeededRandom(9));
		const sealed = seal.close(asciiBytes("6221261000000018"));
		for (let at = 0; at < sealed.length; at++)
			expect(seal.open(sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)))).toBeUndefined();
		for (let length = 0; length < sealed.length; length++)
			expect(seal.open(sealed.subarray(0, length))).toBeUndefined();
		const otherKey = new KeySlots(
			{ storage: new MemoryDisk(), crypto: nodeCrypto, random: new SeededRandom(77) },
			DEVICE_KEY,
		);
		expect(new Seal(otherKey, new SeededRandom(1)).open(sealed)).toBeUndefined();
	});

	test("links sales of one card and of no other", () => {
		const seal = new Seal(open().slots, new SeededRandom(9));
		const link = seal.link(nodeCrypto, "6221261000000018");
		expect(link).toHaveLength(8);
		expect(seal.link(nodeCrypto, "6221261000000018")).toEqual(link);
		expect(seal.link(nodeCrypto, "6221261000000026")).not.toEqual(link);
	});
});
