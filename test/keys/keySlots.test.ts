import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { SLOT_NAMES } from "../../src/keys/keyAttributes.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeyError } from "../../src/keys/keyError.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import type { ReceivedKey } from "../../src/keys/newKey.js";
import { aesKey, DEVICE_KEY, keyIn, openSlots, tdesKey } from "./testKeys.js";

const KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const OTHER = parseHex("11111111111111112222222222222222");
const PIN = tdesKey("P0", "E", KEY);
const OTHER_PIN = tdesKey("P0", "E", OTHER);
const MAC = tdesKey("M0", "C", KEY);
const OTHER_MAC = tdesKey("M0", "C", OTHER);

const pinIn = (slots: KeySlots) => keyIn(slots, "pin", "P0", "E");
const never = () => {
	throw new Error("the operation must not run");
};

/** Every file of the store, as it lies on the medium. */
function filesOf(storage: MemoryDisk): Map<string, Uint8Array> {
	const names = ["key-root", ...SLOT_NAMES.flatMap(slot => Array.from({ length: 9 }, (_, n) => `key-${slot}.${n}`))];
	const there = names.filter(name => storage.size(name) !== undefined);
	return new Map(there.map(name => [name, storage.read(name, 0, storage.size(name)!)]));
}

// [KEY-STO-01]
test("a key comes back after a restart, and only enciphered does it lie on the medium", () => {
	const { storage, slots } = openSlots();
	slots.load({ pin: PIN });
	storage.restart();
	expect(pinIn(openSlots(storage).slots)).toBe(formatHex(KEY));
	for (const file of filesOf(storage).values()) expect(formatHex(file)).not.toContain(formatHex(KEY.subarray(0, 8)));
});

test("a slot tells the check value of its key, and nothing of an empty slot", () => {
	const { slots } = openSlots();
	slots.load({ pin: PIN, data: aesKey("D0", "E", OTHER) });
	expect(formatHex(slots.kcv("pin")!)).toBe("08D7B4"); // as payShield manuals print it
	expect(slots.kcv("data")).toEqual(keyCheckValue(nodeCrypto, "A", OTHER));
	expect(slots.kcv("mac")).toBeUndefined();
});

// [KEY-STO-03]
test("the clear key is wiped when the operation is over, also when it fails", () => {
	const { slots } = openSlots();
	slots.load({ pin: PIN });
	const kept: Uint8Array[] = [];
	slots.use("pin", "P0", "E", key => kept.push(key));
	expect(() =>
		slots.use("pin", "P0", "E", key => {
			kept.push(key);
			throw new Error("failed");
		}),
	).toThrow("failed");
	expect(kept.map(formatHex)).toEqual(["00".repeat(16), "00".repeat(16)]);
});

describe("load refuses, and the slots keep what they had:", () => {
	const kcv = PIN.kcv;
	// [KEY-BLK-06]
	test.each<[string, ReceivedKey, RegExp]>([
		["a wrong check value", { ...OTHER_PIN, kcv }, /^the check value of the pin key differs: ask the bank/],
		["a check value of 2 bytes", { ...OTHER_PIN, kcv: OTHER_PIN.kcv.slice(0, 2) }, /check value/],
		["a check value of 9 bytes", { ...OTHER_PIN, kcv: new Uint8Array(9) }, /check value/],
		["no check value", { ...OTHER_PIN, kcv: new Uint8Array(0) }, /check value/],
		["the check value of the other method", { ...aesKey("P0", "E", KEY), kcv }, /check value/],
		["a key of 15 bytes", { ...OTHER_PIN, key: OTHER.subarray(1) }, /^the pin key must be 8, 16, 24 bytes$/],
		["no key", { ...OTHER_PIN, key: new Uint8Array(0) }, /must be/],
		["a key for something else", tdesKey("D0", "E", OTHER), /^the pin slot takes no key for D0 of algorithm T$/],
	])("%s", (_name, key, message) => {
		const { slots, storage } = openSlots();
		slots.load({ pin: PIN, mac: MAC });
		const before = filesOf(storage);
		expect(() => slots.load({ mac: OTHER_MAC, pin: key })).toThrow(KeyError);
		expect(() => slots.load({ mac: OTHER_MAC, pin: key })).toThrow(message);
		expect(filesOf(storage)).toEqual(before);
		expect(pinIn(slots)).toBe(formatHex(KEY));
		expect(keyIn(slots, "mac", "M0", "G")).toBe(formatHex(KEY));
	});
});

// [KEY-STO-02]
test("several keys are loaded all or none, at whichever write the power is cut, and nothing is left over", () => {
	const loaded: boolean[] = [];
	for (let cut = 0; ; cut++) {
		const { storage, slots } = openSlots();
		slots.load({ pin: PIN, mac: MAC });
		storage.cutAfter(cut);
		let isCut = false;
		try {
			slots.load({ pin: OTHER_PIN, mac: OTHER_MAC });
		} catch {
			isCut = true;
		}
		storage.restart();
		const again = openSlots(storage).slots;
		const pin = pinIn(again);
		expect(keyIn(again, "mac", "M0", "G"), `cut at ${cut}`).toBe(pin);
		expect([...filesOf(storage).keys()].sort()).toHaveLength(3);
		loaded.push(pin === formatHex(OTHER));
		if (!isCut) break;
	}
	// Two files, then the one write that makes them count, then two removals.
	expect(loaded).toEqual([false, false, false, true, true, true]);
});

describe("work keys belong to the master key that they came under:", () => {
	const MASTER = tdesKey("K0", "D", KEY);
	const DATA = tdesKey("D0", "E", KEY);

	test("none is wanted without a master key, or with one whose work keys are there", () => {
		const { slots } = openSlots();
		expect(slots.wantsWorkKeys).toBe(false);
		slots.load({ master: MASTER, mac: MAC });
		expect(slots.wantsWorkKeys).toBe(false);
	});

	test("at whichever write the power is cut, the old master key has its work keys and the new one has none", () => {
		const outcomes: boolean[] = [];
		for (let cut = 0; ; cut++) {
			const { storage, slots } = openSlots();
			slots.load({ master: MASTER, pin: PIN, mac: MAC, data: DATA });
			storage.cutAfter(cut);
			let isCut = false;
			try {
				slots.load({ master: tdesKey("K0", "D", OTHER) });
			} catch {
				isCut = true;
			}
			storage.restart();
			const again = openSlots(storage).slots;
			const isNew = keyIn(again, "master", "K0", "D") === formatHex(OTHER);
			const has = (["pin", "mac", "data"] as const).map(slot => again.has(slot));
			expect(has, `cut at ${cut}`).toEqual([!isNew, !isNew, !isNew]);
			expect(again.wantsWorkKeys).toBe(isNew);
			expect(filesOf(storage).size).toBe(isNew ? 2 : 5);
			outcomes.push(isNew);
			if (!isCut) break;
		}
		// The new file, then the one write that counts, then four removals.
		expect(outcomes).toEqual([false, false, true, true, true, true, true]);
	});

	test("those that come with it stay, the others are told to be erased", () => {
		const { slots, events } = openSlots();
		slots.load({ master: MASTER, pin: PIN, mac: MAC, data: DATA });
		slots.load({ master: MASTER, mac: OTHER_MAC });
		expect(keyIn(slots, "mac", "M0", "G")).toBe(formatHex(OTHER));
		expect([slots.has("pin"), slots.has("data"), slots.wantsWorkKeys]).toEqual([false, false, false]);
		expect(events.slice(-3)).toEqual([
			{ kind: "loaded", slots: ["master", "mac"] },
			{ kind: "erased", slot: "pin" },
			{ kind: "erased", slot: "data" },
		]);
	});

	test("a doubt about them outlasts a start, and new ones or a word end it", () => {
		const { storage, slots } = openSlots();
		slots.load({ master: MASTER, mac: MAC });
		slots.doubtWorkKeys(true);
		const again = openSlots(storage).slots;
		expect([again.wantsWorkKeys, again.has("mac")]).toEqual([true, true]);
		again.load({ mac: OTHER_MAC });
		expect(again.wantsWorkKeys).toBe(false);
		again.doubtWorkKeys(true);
		again.doubtWorkKeys(false);
		expect(openSlots(storage).slots.wantsWorkKeys).toBe(false);
	});

	test("nothing is written where there is nothing to doubt, or nothing new", () => {
		const { storage, slots } = openSlots();
		slots.load({ master: MASTER });
		const before = storage.operations;
		slots.doubtWorkKeys(true);
		slots.doubtWorkKeys(false);
		expect(storage.operations).toBe(before);
	});
});

describe("use refuses with one sentence:", () => {
	const withPin = () => {
		const opened = openSlots();
		opened.slots.load({ pin: PIN });
		return opened;
	};

	test("an empty slot", () => {
		const { slots } = openSlots();
		expect(() => slots.use("mac", "M0", "G", never)).toThrow(/^no mac key is loaded: sign in at the bank first$/);
		expect(() => slots.use("kbpk", "K1", "B", never)).toThrow(/^no kbpk key is loaded: have it loaded by/);
	});

	// [KEY-BLK-04]
	test.each([
		["another usage", "M0", "E", "misused"],
		["another mode of use", "P0", "D", "misused"],
	] as const)("%s, and it is recorded", (_name, usage, modeOfUse, kind) => {
		const { slots, events, storage } = withPin();
		expect(() => slots.use("pin", usage, modeOfUse, never)).toThrow(`the pin key must not be used for ${usage}`);
		expect(events.at(-1)).toEqual({ kind, slot: "pin", usage, modeOfUse });
		expect(openSlots(storage).slots.misuses).toBe(1);
	});

	// [KEY-STO-01]
	test("the key of another device, at once", () => {
		const { storage } = withPin();
		expect(() => openSlots(storage, new Uint8Array(32).fill(8))).toThrow(
			/^the key store is damaged or of another device: have the keys loaded again$/,
		);
	});

	// [KEY-STO-01]
	test("any damaged byte, any shorter file", () => {
		const { storage } = withPin();
		for (const name of ["key-root", "key-pin.1"]) {
			const size = storage.size(name)!;
			for (let at = 0; at < size; at++) {
				storage.flip(name, at);
				expect(() => pinIn(openSlots(storage).slots), `${name} byte ${at}`).toThrow(KeyError);
				storage.flip(name, at);
			}
			const whole = storage.read(name, 0, size);
			for (let length = size - 1; length >= 0; length--) {
				storage.truncate(name, length);
				expect(() => pinIn(openSlots(storage).slots), `${name}, ${length} bytes`).toThrow(KeyError);
			}
			storage.replace(name, whole);
		}
		expect(pinIn(openSlots(storage).slots)).toBe(formatHex(KEY));
	});

	// [KEY-STO-01]
	test("an older file in the place of the newer one, and a file of another slot", () => {
		const { storage, slots, events } = withPin();
		const older = storage.read("key-pin.1", 0, storage.size("key-pin.1")!);
		slots.load({ pin: OTHER_PIN });
		const newer = storage.read("key-pin.2", 0, storage.size("key-pin.2")!);
		storage.replace("key-pin.2", older);
		expect(() => pinIn(slots)).toThrow("damaged");
		expect(events.at(-1)).toEqual({ kind: "damaged", slot: "pin" });
		storage.replace("key-pin.2", newer);
		slots.load({ data: tdesKey("D0", "E", KEY) });
		slots.load({ data: tdesKey("D0", "E", KEY) });
		storage.replace("key-data.2", newer);
		expect(() => keyIn(slots, "data", "D0", "E")).toThrow("damaged");
	});

	test("slots without a root, and nothing is made in their place", () => {
		const { storage } = withPin();
		const before = storage.names().sort();
		storage.remove("key-root");
		expect(() => openSlots(storage)).toThrow(
			/^the root of the key store is missing: put it back, or have the terminal made anew$/,
		);
		expect(["key-root", ...storage.names()].sort()).toEqual(before);
	});

	test("an older root file: the keys that came after it are not there", () => {
		const { storage, slots } = withPin();
		const root = storage.read("key-root", 0, storage.size("key-root")!);
		slots.load({ pin: OTHER_PIN });
		storage.replace("key-root", root);
		expect(() => pinIn(openSlots(storage).slots)).toThrow("damaged");
	});

	test("a device key of another length", () => {
		expect(() => openSlots(new MemoryDisk(), new Uint8Array(31))).toThrow(KeyError);
	});
});

describe("erase", () => {
	test("takes one key, and only that, at whichever write the power is cut", () => {
		const erased: boolean[] = [];
		for (let cut = 0; cut < 3; cut++) {
			const { storage, slots } = openSlots();
			slots.load({ pin: PIN, mac: MAC });
			storage.cutAfter(cut);
			try {
				slots.erase("pin");
			} catch {
				// the power
			}
			storage.restart();
			const again = openSlots(storage).slots;
			expect(keyIn(again, "mac", "M0", "G")).toBe(formatHex(KEY));
			expect(filesOf(storage).has("key-pin.1")).toBe(again.has("pin"));
			erased.push(!again.has("pin"));
		}
		expect(erased).toEqual([false, true, true]);
	});

	test("is told, and an erased key cannot be put back with its file", () => {
		const { storage, slots, events } = openSlots();
		slots.load({ pin: PIN });
		const file = storage.read("key-pin.1", 0, storage.size("key-pin.1")!);
		slots.erase("pin");
		expect(events.at(-1)).toEqual({ kind: "erased", slot: "pin" });
		storage.replace("key-pin.1", file);
		expect(() => pinIn(openSlots(storage).slots)).toThrow("no pin key is loaded");
	});
});

describe("zeroise", () => {
	const TAMPERED = { cause: "case", at: 1_795_000_000_000 } as const;
	const KEYS = { pin: PIN, mac: MAC, kbpk: tdesKey("K1", "B", KEY) };

	// [KEY-STO-04]
	test("nothing is left of the keys, and the event stays after a restart", () => {
		const { storage, slots, events } = openSlots();
		slots.load(KEYS);
		const secret = new Uint8Array(4).fill(9);
		slots.guard(secret);
		slots.zeroise(TAMPERED);
		expect(secret).toEqual(new Uint8Array(4));
		expect(() => pinIn(slots)).toThrow(/^the keys were erased: have the terminal bound to its bank again$/);
		expect(events.at(-1)).toEqual({ kind: "zeroised", cause: "case" });
		storage.restart();
		expect([...filesOf(storage).keys()]).toEqual(["key-root"]);
		const again = openSlots(storage).slots;
		expect([again.isZeroised, again.zeroisation, again.has("pin")]).toEqual([true, TAMPERED, false]);
		expect(() => again.load({ pin: PIN })).toThrow("the keys were erased");
	});

	test("at whichever write the power is cut, all keys are there or none, and never again with old files", () => {
		const outcomes: boolean[] = [];
		for (let cut = 0; ; cut++) {
			const { storage, slots } = openSlots();
			slots.load(KEYS);
			const old = filesOf(storage);
			storage.cutAfter(cut);
			let isCut = false;
			try {
				slots.zeroise(TAMPERED);
			} catch {
				isCut = true;
			}
			expect(() => pinIn(slots), "memory is empty in any case").toThrow(KeyError);
			storage.restart();
			const again = openSlots(storage).slots;
			outcomes.push(again.isZeroised);
			if (again.isZeroised) {
				expect([...filesOf(storage).keys()]).toEqual(["key-root"]);
				again.renew();
				for (const [name, file] of old) if (name !== "key-root") storage.replace(name, file);
				again.load({ mac: OTHER_MAC });
				expect(() => pinIn(openSlots(storage).slots)).toThrow(KeyError);
			} else {
				expect(pinIn(again)).toBe(formatHex(KEY));
			}
			if (!isCut) break;
		}
		expect(outcomes).toEqual([false, true, true, true, true]);
	});

	test("what is written of it cannot be altered: any byte, any length, another device's", () => {
		const { storage, slots } = openSlots();
		slots.load(KEYS);
		slots.zeroise(TAMPERED);
		const size = storage.size("key-root")!;
		const whole = storage.read("key-root", 0, size);
		for (let at = 0; at < size; at++) {
			storage.flip("key-root", at);
			expect(() => openSlots(storage), `byte ${at}`).toThrow(/^the key store is damaged or of another device: /);
			storage.flip("key-root", at);
		}
		for (const length of [size - 1, size - 32, 3, 0]) {
			storage.truncate("key-root", length);
			expect(() => openSlots(storage), `${length} bytes`).toThrow(KeyError);
			storage.replace("key-root", whole);
		}
		expect(() => openSlots(storage, new Uint8Array(32).fill(8))).toThrow(KeyError);
		expect(openSlots(storage).slots.zeroisation).toEqual(TAMPERED);
	});

	test("needs no random numbers: a terminal whose generator has failed still erases its keys", () => {
		const { storage, slots } = openSlots();
		slots.load(KEYS);
		const failing = {
			bytes(): Uint8Array {
				throw new Error("no random numbers");
			},
		};
		new KeySlots({ storage, crypto: nodeCrypto, random: failing }, DEVICE_KEY).zeroise(TAMPERED);
		expect([...filesOf(storage).keys()]).toEqual(["key-root"]);
		expect(openSlots(storage).slots.isZeroised).toBe(true);
	});

	test("binding again opens an empty store that still knows of it", () => {
		const { storage, slots } = openSlots();
		slots.load(KEYS);
		expect(() => slots.renew()).toThrow(KeyError);
		slots.zeroise(TAMPERED);
		slots.renew();
		slots.load({ pin: OTHER_PIN });
		const again = openSlots(storage).slots;
		expect(pinIn(again)).toBe(formatHex(OTHER));
		expect([again.isZeroised, again.zeroisation]).toEqual([false, TAMPERED]);
	});
});
