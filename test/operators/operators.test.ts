import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes, latin1Text } from "../../src/bytes/bytes.js";
import { makeEntry } from "../../src/journal/hashChain.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { type AccessEvent, LOCK_MS } from "../../src/operators/accessEvent.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import { OperatorError, Operators } from "../../src/operators/operators.js";
import { initialPasscode, whyWeak } from "../../src/operators/passcode.js";
import { Shift } from "../../src/operators/shift.js";

const NOW = Date.UTC(2026, 10, 22, 4);
const OWN = asciiBytes("258014");
const WRONG = asciiBytes("258015");
const random = new SeededRandom(1);
const seal = new Seal(
	new KeySlots({ storage: new MemoryDisk(), crypto: nodeCrypto, random }, new Uint8Array(32).fill(1)),
	random,
);

/** As at a start. */
function open(disk = new MemoryDisk(), now = NOW) {
	const ports = { storage: disk, crypto: nodeCrypto, random, seal };
	const trail = new AccessTrail(ports, now);
	return { disk, trail, operators: new Operators(ports, trail, 2, now) };
}

/** One with an administrator, a supervisor and two cashiers, all with passcodes of their own. */
function staffed() {
	const opened = open();
	for (const [number, role] of [
		["99", "administrator"],
		["20", "supervisor"],
		["12", "cashier"],
		["0013", "cashier"],
	] as const) {
		opened.operators.add(number, role, "supervisor", NOW);
		expect(opened.operators.choosePasscode(number, OWN, NOW)).toBeUndefined();
	}
	return opened;
}

/** A line with the right hash, as who writes the flash can make one. */
function forge(disk: MemoryDisk, before: { readonly number: number; readonly hash: string }, event: AccessEvent): void {
	disk.append("access.000000", asciiBytes(`${makeEntry(nodeCrypto, before, NOW, event).line}\n`));
	disk.flush("access.000000");
}

const signOn = (number: string) => ({ type: "signedOn", who: number }) as const;

describe("a chosen passcode", () => {
	test.each([
		["25801", "length"],
		["2580146925801", "length"],
		["111111", "trivial"],
		["123456", "trivial"],
		["567890", "trivial"],
		["890123", "trivial"],
		["654321", "trivial"],
		["321098", "trivial"],
		["258014", undefined],
		["112233", undefined],
		["123457", undefined],
		["258014692580", undefined],
	])("%s: %s", (digits, weak) => {
		expect(whyWeak(asciiBytes(digits))).toBe(weak);
	});

	test("must not be the one before", () => {
		const { operators } = staffed();
		expect(operators.choosePasscode("12", OWN, NOW)).toBe("same");
		expect(operators.choosePasscode("12", asciiBytes("222222"), NOW)).toBe("trivial");
		expect(operators.judge("12", OWN, NOW, signOn("12"))).toBe("right");
	});

	test("initial ones are six digits and none that would be refused", () => {
		fc.assert(
			fc.property(fc.nat(), seed => {
				const passcode = initialPasscode(new SeededRandom(seed));
				return /^[0-9]{6}$/.test(latin1Text(passcode)) && whyWeak(passcode) === undefined;
			}),
			{ numRuns: 300 },
		);
	});
});

describe("the list", () => {
	test("is by number, outlasts a restart, and says who has an initial passcode", () => {
		const { disk, operators } = staffed();
		operators.reset("12", "99", NOW);
		expect(open(disk).operators.list()).toEqual([
			{ number: "12", role: "cashier", isInitial: true },
			{ number: "0013", role: "cashier", isInitial: false },
			{ number: "20", role: "supervisor", isInitial: false },
			{ number: "99", role: "administrator", isInitial: false },
		]);
	});

	test.each(["1", "00", "0000", "12345", "1a", "", "-1", "１２"])("takes no number %j", number => {
		const { operators } = staffed();
		expect(() => operators.add(number, "cashier", "99", NOW)).toThrow(OperatorError);
		expect(operators.list().length).toBe(4);
	});

	test("takes no number twice, nor more than fifty", () => {
		const { operators } = staffed();
		expect(() => operators.add("12", "supervisor", "99", NOW)).toThrow("choose another number");
		for (let number = 100; number < 146; number++) operators.add(String(number), "cashier", "99", NOW);
		expect(() => operators.add("200", "cashier", "99", NOW)).toThrow("remove one first");
	});

	test("what is not there cannot be changed", () => {
		const { operators } = staffed();
		for (const change of [operators.remove, operators.reset, operators.unlock])
			expect(() => change.call(operators, "77", "99", NOW)).toThrow("no operator 77");
	});

	test("neither number nor verifier lie open on the medium", () => {
		const { disk } = staffed();
		const medium = latin1Text(disk.read("operators", 0, disk.size("operators")!));
		for (const word of ["cashier", "verifier", "0013"]) expect(medium).not.toContain(word);
	});
});

describe("wrong passcodes", () => {
	test("five lock that operator and nobody else, for a quarter of an hour, until a manager unlocks or resets", () => {
		const { disk, operators } = staffed();
		for (let n = 0; n < 4; n++) expect(operators.judge("12", WRONG, NOW, signOn("12"))).toBe("wrong");
		expect(operators.judge("12", WRONG, NOW, signOn("12"))).toBe("locked");
		expect(operators.judge("12", OWN, NOW + LOCK_MS - 1, signOn("12"))).toBe("locked");
		expect(operators.judge("20", OWN, NOW, signOn("20"))).toBe("right");
		const again = open(disk).operators;
		expect(again.judge("12", OWN, NOW + 1, signOn("12"))).toBe("locked");
		again.unlock("12", "20", NOW + 2);
		expect(again.judge("12", OWN, NOW + 3, signOn("12"))).toBe("right");
	});

	test("an older copy of any file brings no try back", () => {
		for (const name of ["operators", "access.head", "access.000000"]) {
			const { disk } = staffed();
			const copy = disk.read(name, 0, disk.size(name)!);
			for (let n = 0; n < 5; n++) {
				const { operators } = open(disk);
				operators.judge("12", WRONG, NOW, signOn("12"));
				disk.replace(name, copy);
			}
			expect(open(disk).operators.judge("12", OWN, NOW, signOn("12")), name).toBe("locked");
		}
	});

	test("a trail that was removed makes everybody wait as long as a lock lasts", () => {
		const { disk, operators } = staffed();
		operators.judge("12", WRONG, NOW, signOn("12"));
		disk.remove("access.000000");
		const again = open(disk);
		expect(again.trail.found).not.toEqual([]);
		expect(again.operators.judge("20", OWN, NOW + LOCK_MS - 1, signOn("20"))).toBe("locked");
		expect(open(disk, NOW + LOCK_MS).operators.judge("20", OWN, NOW + LOCK_MS, signOn("20"))).toBe("right");
		expect(open(disk).trail.verify().problems).not.toEqual([]);
	});
});

describe("a list that somebody has changed", () => {
	test.each([
		["removed", (disk: MemoryDisk) => disk.remove("operators")],
		["changed", (disk: MemoryDisk) => disk.flip("operators", 30)],
	])("%s: nobody is an operator, and the terminal does not pass for one without cashiers", (_, spoil) => {
		const { disk } = staffed();
		spoil(disk);
		const { operators, trail } = open(disk);
		expect(operators.isLost).toBe(true);
		expect(operators.list()).toEqual([]);
		const clock = { now: () => NOW, monotonicMs: () => 0 };
		expect(new Shift({ operators, trail, clock }, 30).isRequired).toBe(true);
		operators.add("50", "cashier", "supervisor", NOW);
		expect(open(disk).operators).toMatchObject({ isLost: false });
	});

	test.each([
		["a chosen passcode", (o: Operators) => void o.choosePasscode("20", asciiBytes("147036"), NOW)],
		["an initial passcode", (o: Operators) => void o.reset("20", "99", NOW)],
		[
			"one removed and another added",
			(o: Operators) => {
				o.remove("20", "99", NOW);
				o.add("21", "supervisor", "99", NOW);
			},
		],
		["all forgotten, and as many added", (o: Operators) => o.forget(NOW)],
	])("exchanged for the one before: %s", (_, change) => {
		const { disk, operators } = staffed();
		const older = disk.read("operators", 0, disk.size("operators")!);
		change(operators);
		disk.replace("operators", older);
		const again = open(disk).operators;
		expect(again.isLost).toBe(true);
		expect(again.list()).toEqual([]);
	});

	test("begun anew, the power cut at every write: it stays lost until somebody is in it", () => {
		for (let cut = 0; ; cut++) {
			const { disk } = staffed();
			disk.remove("operators");
			const { operators } = open(disk);
			disk.cutAfter(cut, () => 0);
			let isCut = false;
			try {
				operators.add("50", "cashier", "supervisor", NOW);
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
				isCut = true;
			}
			disk.restart();
			const after = open(disk).operators;
			expect(after.isLost, `cut ${cut}`).toBe(after.find("50") === undefined);
			if (!isCut) break;
			expect(cut).toBeLessThan(20);
		}
	});

	test("a change that the trail has no room for has not happened", () => {
		const { disk, operators, trail } = staffed();
		const append = disk.append.bind(disk);
		disk.append = () => {
			throw new Error("the storage is full");
		};
		expect(() => operators.remove("12", "99", NOW)).toThrow("full");
		disk.append = append;
		expect(operators.find("12")).toBeDefined();
		trail.append(NOW, { type: "unlocked", who: "12", by: "99" });
		expect(open(disk).operators).toMatchObject({ isLost: false });
		expect(open(disk).operators.find("12")).toBeDefined();
	});

	test("both list and trail removed: as a new terminal, which the supervisor's own passcode still guards", () => {
		const { disk } = staffed();
		for (const name of disk.list()) disk.remove(name);
		expect(open(disk).operators.list()).toEqual([]);
	});
});

describe("a power cut at every write", () => {
	const CHANGES = {
		add: (o: Operators) => void o.add("55", "cashier", "99", NOW),
		remove: (o: Operators) => o.remove("12", "99", NOW),
		reset: (o: Operators) => void o.reset("12", "99", NOW),
		choosePasscode: (o: Operators) => void o.choosePasscode("12", asciiBytes("147036"), NOW),
		unlock: (o: Operators) => o.unlock("12", "99", NOW),
		signOn: (o: Operators) => void o.judge("12", OWN, NOW, signOn("12")),
	} as const;
	const halves = [() => 0, (bytes: number) => Math.floor(bytes / 2), (bytes: number) => bytes];

	test.each(Object.entries(CHANGES))("of %s: the old or the new, and the trail says which", (name, change) => {
		let cuts = 0;
		for (const arrives of halves)
			for (const zeros of [false, true])
				for (let cut = 0; ; cut++) {
					const { disk } = staffed();
					disk.leavesZeros = zeros;
					const { operators } = open(disk);
					disk.cutAfter(cut, arrives);
					let isCut = false;
					try {
						change(operators);
					} catch (error) {
						expect(error).toBeInstanceOf(PowerCut);
						isCut = true;
					}
					disk.restart();
					const after = open(disk);
					expect(after.trail.verify().problems).toEqual([]);
					expect(after.operators.isLost).toBe(false);
					const events = [...after.trail.entries()].map(({ event }) => event);
					const last = events[events.length - 1]!;
					if (name === "add") expect(after.operators.find("55") !== undefined).toBe(last.type === "added");
					if (name === "remove") expect(after.operators.find("12") === undefined).toBe(last.type === "removed");
					if (name === "reset") expect(after.operators.find("12")!.isInitial).toBe(last.type === "reset");
					if (name === "signOn")
						expect(after.trail.state.signedOn?.who).toBe(last.type === "signedOn" ? "12" : undefined);
					// The entry before the cut was another "passcodeChanged": of operator 13.
					if (name === "choosePasscode") {
						const isNew = (last as { who: string }).who === "12";
						const passcode = isNew ? asciiBytes("147036") : OWN;
						expect(after.operators.judge("12", passcode, NOW, signOn("12"))).toBe("right");
					}
					if (!isCut) break;
					cuts++;
				}
		expect(cuts).toBeGreaterThan(6);
	});
});

describe("the trail", () => {
	test("forgets its oldest entries and stays whole, and does not forget what they come to", () => {
		const { disk, operators } = staffed();
		operators.judge("0013", WRONG, NOW, signOn("0013"));
		for (let i = 0; i < 1_300; i++) operators.judge("20", OWN, NOW + i, signOn("20"));
		const names = disk.list().filter(name => /^access\.[0-9]+$/.test(name));
		expect(names.length).toBe(20);
		expect(names).not.toContain("access.000000");
		const { trail } = open(disk);
		expect(trail.verify()).toEqual({ entries: trail.newest.number, problems: [] });
		expect([...trail.entries()][0]!.number).toBeGreaterThan(1);
		expect(open(disk).operators).toMatchObject({ isLost: false });
		expect(trail.state).toMatchObject({ tries: [{ who: "0013", wrong: 1 }] });
	});

	test("a power cut while the oldest is forgotten", () => {
		const { disk, operators } = staffed();
		for (let i = 0; i < 1_300; i++) operators.judge("20", OWN, NOW + i, signOn("20"));
		for (let round = 0; round < 120; round++) {
			const { trail } = open(disk);
			disk.cutAfter(round % 6, bytes => bytes);
			try {
				trail.append(NOW, { type: "unlocked", who: "12", by: "99" });
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			disk.restart();
			expect(open(disk).trail.verify().problems).toEqual([]);
		}
		expect(disk.list().filter(name => /^access\.[0-9]+$/.test(name)).length).toBeLessThanOrEqual(21);
	});

	test.each([
		["a sign-on", { type: "signedOn", who: "20" }],
		["an unlocking", { type: "unlocked", who: "20", by: "99" }],
		["a right passcode", { type: "approved", who: "20", what: "release" }],
	] as const)("%s that somebody without a key has added behind the newest is no entry: everybody waits", (_, event) => {
		const { disk, trail, operators } = staffed();
		for (let n = 0; n < 5; n++) operators.judge("20", WRONG, NOW, signOn("20"));
		const before = trail.newest;
		forge(disk, before, event);
		const again = open(disk, NOW + 1);
		expect(again.trail.found).toEqual([`something was added behind entry ${before.number}`]);
		expect([...again.trail.entries()].at(-1)).toMatchObject({
			number: before.number + 1,
			event: { type: "suspected" },
		});
		expect(again.trail.state.signedOn).toBeUndefined();
		for (const who of ["20", "12"])
			expect(again.operators.judge(who, OWN, NOW + LOCK_MS, signOn(who)), who).toBe("locked");
		expect(open(disk, NOW + 2).trail.found).toEqual([]);
	});

	test("with such a line, the power cut at every write of the start: no try is given back", () => {
		for (let cut = 0; cut < 8; cut++) {
			const { disk, trail, operators } = staffed();
			for (let n = 0; n < 5; n++) operators.judge("20", WRONG, NOW, signOn("20"));
			forge(disk, trail.newest, { type: "unlocked", who: "20", by: "99" });
			disk.cutAfter(cut, () => 1);
			const told: string[] = [];
			const ports = { storage: disk, crypto: nodeCrypto, seal };
			try {
				new AccessTrail(ports, NOW + 1, why => told.push(why));
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			disk.restart();
			const again = new AccessTrail(ports, NOW + 2, why => told.push(why));
			expect(again.lockedUntil("20", NOW + 3)).toBeGreaterThan(0);
			expect(again.verify().problems).toEqual([...again.found]);
		}
	});

	test("tells what is wrong with it before everybody has to wait", () => {
		const { disk } = staffed();
		disk.remove("access.head");
		const told: [string, number][] = [];
		const size = () => disk.size("access.000000")!;
		const before = size();
		new AccessTrail({ storage: disk, crypto: nodeCrypto, seal }, NOW, why => told.push([why, size()]));
		expect(told).toEqual([["what the log must hold was removed: the log may have been exchanged", before]]);
		expect(size()).toBeGreaterThan(before);
	});

	test("any byte changed is found", () => {
		const { disk } = staffed();
		const length = disk.size("access.000000")!;
		fc.assert(
			fc.property(fc.nat(length - 1), at => {
				disk.flip("access.000000", at);
				const found = open(copyOf(disk)).trail.verify().problems;
				disk.flip("access.000000", at);
				return found.length > 0;
			}),
			{ numRuns: 100 },
		);
	});
});

describe("a shift", () => {
	const clock = { at: 0, now: () => NOW + clock.at, monotonicMs: () => clock.at };

	test("begins with a sign-on, outlasts a restart, ends after idle time, with sign-off and with removal", () => {
		clock.at = 0;
		const { disk, operators, trail } = staffed();
		const shift = new Shift({ operators, trail, clock }, 30);
		expect(shift.may("sell")).toBe(false);
		operators.judge("12", OWN, NOW, signOn("12"));
		shift.begins();
		expect([shift.operator, shift.may("sell"), shift.may("approve")]).toEqual(["12", true, false]);
		clock.at += 29 * 60_000;
		shift.used();
		clock.at += 29 * 60_000;
		expect(shift.operator).toBe("12");
		const restarted = new Shift({ ...open(disk), clock }, 30, NOW + 29 * 60_000);
		expect(restarted.operator).toBe("12");
		clock.at += 60_000;
		expect(shift.operator).toBeUndefined();
		shift.expire();
		expect([...trail.entries()].at(-1)!.event).toEqual({ type: "signedOff", who: "12", why: "idle" });
		operators.judge("12", OWN, NOW, signOn("12"));
		shift.begins();
		operators.remove("12", "99", NOW);
		expect(shift.operator).toBeUndefined();
	});

	test("to ask who is signed on writes nothing: a full storage signs nobody on, and stops nothing", () => {
		clock.at = 0;
		const { disk, operators, trail } = staffed();
		const shift = new Shift({ operators, trail, clock }, 30);
		operators.judge("12", OWN, NOW, signOn("12"));
		shift.begins();
		disk.capacityBytes = disk.list().reduce((sum, name) => sum + disk.size(name)!, 0);
		clock.at += 30 * 60_000;
		expect([shift.operator, shift.role, shift.may("sell")]).toEqual([undefined, undefined, false]);
		expect(() => shift.expire()).toThrow("full");
	});

	test("without cashiers nobody has to sign on", () => {
		const { operators, trail } = open();
		operators.add("99", "administrator", "supervisor", NOW);
		const shift = new Shift({ operators, trail, clock }, 30);
		expect([shift.isRequired, shift.may("sell")]).toEqual([false, true]);
	});
});

function copyOf(disk: MemoryDisk): MemoryDisk {
	const copy = new MemoryDisk();
	for (const name of disk.list()) copy.replace(name, disk.read(name, 0, disk.size(name)!));
	return copy;
}
