import { expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { TamperSwitch } from "../../sim/world/tamperSwitch.js";
import { parseHex } from "../../src/bytes/hex.js";
import { answerTampering } from "../../src/keys/answerTampering.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { DEVICE_KEY, openSlots, tdesKey } from "./testKeys.js";

const KEY = tdesKey("P0", "E", parseHex("0123456789ABCDEFFEDCBA9876543210"));
const CLOCK = { now: () => 1_795_000_000_000 };

function armed(storage = new MemoryDisk(), tamper = new TamperSwitch()) {
	const opened = openSlots(storage);
	const told: string[] = [];
	answerTampering(opened.slots, tamper, CLOCK, cause => told.push(cause));
	return { ...opened, tamper, told };
}

// [KEY-STO-04]
test("the keys are gone from memory before the first write, and with that write from the medium", () => {
	const storage = new MemoryDisk();
	const inMemory: Uint8Array = new Uint8Array(16).fill(5);
	const seen: string[] = [];
	const { slots } = openSlots(storage);
	slots.load({ pin: KEY });
	const watched = new KeySlots(
		{
			...openSlots().ports,
			storage: new Proxy(storage, {
				get(target, name: keyof MemoryDisk) {
					const value = target[name];
					if (typeof value !== "function") return value;
					return (...args: unknown[]) => {
						seen.push(`${name} ${String(args[0])}${inMemory.some(byte => byte) ? " with keys in memory" : ""}`);
						return (value as (...each: unknown[]) => unknown).apply(target, args);
					};
				},
			}),
		},
		DEVICE_KEY,
	);
	watched.guard(inMemory);
	const tamper = new TamperSwitch();
	answerTampering(watched, tamper, CLOCK, () => seen.push("told"));
	seen.length = 0;
	tamper.open("mesh");
	expect(seen[0]).toBe("replace key-root");
	expect(seen.at(-1)).toBe("told");
});

// [KEY-STO-04]
test("the event stays: after a restart, with its cause and time, also when the lid is shut again", () => {
	const { slots, storage, tamper, told } = armed();
	slots.load({ pin: KEY });
	tamper.open("mesh");
	tamper.open("case");
	expect(told).toEqual(["mesh", "case"]);
	storage.restart();
	const again = armed(storage);
	expect(again.slots.isZeroised).toBe(true);
	expect(again.slots.zeroisation).toEqual({ cause: "mesh", at: CLOCK.now() });
	expect(again.told).toEqual([]);
});

// [KEY-STO-04]
test("a power cut in the midst saves nothing: the open lid is seen at the next start", () => {
	for (let cut = 0; cut < 4; cut++) {
		const { slots, storage, tamper, told } = armed();
		slots.load({ pin: KEY });
		storage.cutAfter(cut);
		try {
			tamper.open();
		} catch {
			// the power
		}
		expect(told, "the screen says so although the medium fails").toEqual(["case"]);
		expect(() => slots.use("pin", "P0", "E", () => 0)).toThrow("the keys were erased");
		storage.restart();
		const again = armed(storage, tamper);
		expect(again.slots.isZeroised).toBe(true);
		expect(again.slots.has("pin")).toBe(false);
	}
});

// [KEY-STO-04]
test("a terminal that was opened without power erases its keys at the start", () => {
	const { slots, storage } = armed();
	slots.load({ pin: KEY });
	const tamper = new TamperSwitch();
	tamper.open("temperature");
	const again = armed(storage, tamper);
	expect([again.slots.isZeroised, again.told]).toEqual([true, ["temperature"]]);
});
