import { pbkdf2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor } from "../../src/bytes/cbor.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { RecordSeal } from "../../src/journal/recordCodec.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import { Passcodes } from "../../src/operators/passcodes.js";

const FILE = "passcode-supervisor";
const MINUTES = 60_000;
const RIGHT = asciiBytes("2580");
const WRONG = asciiBytes("2581");

/** The seal of a device, which its secret stands for. */
function sealOf(device: number): Seal {
	const ports = { storage: new MemoryDisk(), crypto: nodeCrypto, random: new SeededRandom(device) };
	return new Seal(new KeySlots(ports, new Uint8Array(32).fill(device)), ports.random);
}
const seal = sealOf(1);

function passcodes(disk = new MemoryDisk(), rounds = 3, ofDevice: RecordSeal = seal, now = 0) {
	const ports = { storage: disk, crypto: nodeCrypto, random: new SeededRandom(1), seal: ofDevice };
	return { disk, kept: new Passcodes(ports, new AccessTrail(ports, now), rounds, now) };
}

/** What lies on the medium, opened. */
function opened(disk: MemoryDisk): Kept {
	const [name, kept] = decodeCbor(seal.open(disk.read(FILE, 0, disk.size(FILE)!))!) as [string, Kept];
	expect(name).toBe("passcode-supervisor");
	return kept;
}

interface Kept {
	readonly salt: Uint8Array;
	readonly rounds: number;
	readonly verifier: Uint8Array;
}

// RFC 7914, 11: the first block
test("PBKDF2-HMAC-SHA-256 of the published example", () => {
	const disk = new MemoryDisk();
	const random = { bytes: () => asciiBytes("salt") };
	const ports = { storage: disk, crypto: nodeCrypto, random, seal };
	new Passcodes(ports, new AccessTrail(ports, 0), 1, 0).set("supervisor", asciiBytes("passwd"), 0);
	const file = opened(disk);
	expect(formatHex(file.verifier)).toBe("55AC046E56E3089FEC1691C22544B605F94185216DDE0465E68B9D57C20DACBC");
});

test.each([
	["passwd", 1],
	["2580", 2],
	["123456789012", 1000],
])("the verifier of %s after %i rounds is PBKDF2-HMAC-SHA-256", (passcode, rounds) => {
	const { disk, kept } = passcodes(undefined, rounds);
	kept.set("supervisor", asciiBytes(passcode), 0);
	const file = opened(disk);
	expect(formatHex(file.verifier)).toBe(
		pbkdf2Sync(passcode, file.salt, rounds, 32, "sha256").toString("hex").toUpperCase(),
	);
	expect(file.salt.length).toBe(16);
	expect(file.rounds).toBe(rounds);
});

test("the salt is fresh each time", () => {
	const { disk, kept } = passcodes();
	kept.set("supervisor", RIGHT, 0);
	const first = formatHex(disk.read(FILE, 0, disk.size(FILE)!));
	kept.set("supervisor", RIGHT, 0);
	expect(formatHex(disk.read(FILE, 0, disk.size(FILE)!))).not.toBe(first);
});

describe("verify", () => {
	test("not set, wrong, right; a right one forgets the wrong ones before it", () => {
		const { kept } = passcodes();
		expect(kept.isSet("supervisor")).toBe(false);
		expect(kept.verify("supervisor", RIGHT, 0, "saleVoid")).toBe("notSet");
		kept.set("supervisor", RIGHT, 0);
		expect(kept.isSet("supervisor")).toBe(true);
		for (let round = 0; round < 3; round++) {
			for (let n = 0; n < 4; n++) expect(kept.verify("supervisor", WRONG, 0, "saleVoid")).toBe("wrong");
			expect(kept.verify("supervisor", RIGHT, 0, "saleVoid")).toBe("right");
		}
	});

	test("locked after five wrong ones, for a quarter of an hour, across restarts; then five more", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		for (let n = 0; n < 4; n++)
			expect(passcodes(disk).kept.verify("supervisor", WRONG, 1_000, "saleVoid")).toBe("wrong");
		expect(passcodes(disk).kept.verify("supervisor", WRONG, 1_000, "saleVoid")).toBe("locked");
		expect(passcodes(disk).kept.verify("supervisor", RIGHT, 1_000 + 15 * MINUTES - 1, "saleVoid")).toBe("locked");
		const later = passcodes(disk).kept;
		expect(later.verify("supervisor", WRONG, 1_000 + 15 * MINUTES, "saleVoid")).toBe("wrong");
		expect(later.verify("supervisor", RIGHT, 1_000 + 15 * MINUTES, "saleVoid")).toBe("right");
	});

	test("a trail that was removed with the tries that it counted brings none back: everybody waits", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		for (let n = 0; n < 5; n++) kept.verify("supervisor", WRONG, 1_000, "saleVoid");
		for (const name of disk.list().filter(each => each.startsWith("access"))) disk.remove(name);
		const after = passcodes(disk, 3, seal, 2_000).kept;
		expect(after.verify("supervisor", RIGHT, 2_000, "saleVoid")).toBe("locked");
		expect(after.verify("supervisor", RIGHT, 2_000 + 15 * MINUTES, "saleVoid")).toBe("right");
	});

	test("a try that no power was left to answer counts", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		for (let n = 0; n < 5; n++) {
			const { kept: plugged } = passcodes(disk);
			disk.cutAfter(2); // the line is written and flushed; nothing after it
			expect(() => plugged.verify("supervisor", WRONG, 0, "saleVoid")).toThrow(PowerCut);
			disk.restart();
		}
		expect(passcodes(disk).kept.verify("supervisor", RIGHT, 0, "saleVoid")).toBe("locked");
	});

	test("an older copy of the passcode's file brings no try back", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		const copy = disk.read(FILE, 0, disk.size(FILE)!);
		for (let n = 0; n < 5; n++) {
			kept.verify("supervisor", WRONG, 0, "saleVoid");
			disk.replace(FILE, copy);
		}
		expect(passcodes(disk).kept.verify("supervisor", RIGHT, 0, "saleVoid")).toBe("locked");
	});

	test("any byte of the file changed, or some missing: damaged, until it is set again", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		const whole = disk.read(FILE, 0, disk.size(FILE)!);
		for (let at = 0; at < whole.length; at++) {
			disk.replace(
				FILE,
				whole.map((byte, i) => (i === at ? byte ^ 1 : byte)),
			);
			expect(kept.verify("supervisor", RIGHT, 0, "saleVoid"), `byte ${at}`).toBe("damaged");
		}
		for (const length of [0, 3, 8, whole.length - 1]) {
			disk.replace(FILE, whole.slice(0, length));
			expect(kept.verify("supervisor", RIGHT, 0, "saleVoid"), `${length} bytes`).toBe("damaged");
		}
		expect(kept.isSet("supervisor")).toBe(false);
		kept.set("supervisor", RIGHT, 0);
		expect(kept.verify("supervisor", RIGHT, 0, "saleVoid")).toBe("right");
	});

	test("a file that another device has sealed, or that belongs to another role, is not believed", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		const stranger = passcodes(undefined, 3, sealOf(2));
		stranger.kept.set("supervisor", WRONG, 0);
		disk.replace(FILE, stranger.disk.read(FILE, 0, stranger.disk.size(FILE)!));
		expect(kept.verify("supervisor", WRONG, 0, "saleVoid")).toBe("damaged");
		kept.set("custodian1", WRONG, 0);
		disk.replace(FILE, disk.read("passcode-custodian1", 0, disk.size("passcode-custodian1")!));
		expect(kept.verify("supervisor", WRONG, 0, "saleVoid")).toBe("damaged");
		expect(kept.isSet("supervisor")).toBe(false);
	});

	test("neither salt nor verifier lie open on the medium", () => {
		const { disk, kept } = passcodes();
		kept.set("supervisor", RIGHT, 0);
		const { salt, verifier } = opened(disk);
		const medium = formatHex(disk.read(FILE, 0, disk.size(FILE)!));
		for (const secret of [salt, verifier]) expect(medium).not.toContain(formatHex(secret));
	});
});
