import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { encodeCbor } from "../../src/bytes/cbor.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair } from "../../src/crypto/ed25519.js";
import { sealBox } from "../../src/crypto/sealedBox.js";
import { deriveAesInitialKey } from "../../src/keys/dukptAes.js";
import type { KeySlot } from "../../src/keys/keyAttributes.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeyError } from "../../src/keys/keyError.js";
import { openHostKeys } from "../../src/keys/openHostKeys.js";
import { loadRemoteKeys, makeRemoteKeys, type RemoteKey } from "../../src/keys/remoteKeyLoading.js";
import { signRecord } from "../../src/keys/signedRecord.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { keyIn, openSlots } from "./testKeys.js";

const SERIAL = "KASSA001";
const PORTS = { crypto: nodeCrypto, random: new SeededRandom(21) };
const BANK = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(1));
const STRANGER = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(2));
const PIK = parseHex("0123456789ABCDEFFEDCBA9876543210");
const MAK = parseHex("1A2B3C4D5E6F708192A3B4C5D6E7F801");

function remote(
	slot: KeySlot,
	usage: RemoteKey["usage"],
	modeOfUse: RemoteKey["modeOfUse"],
	key: Uint8Array,
): RemoteKey {
	const kcv = keyCheckValue(nodeCrypto, "A", key);
	return { slot, usage, algorithm: "A", modeOfUse, exportability: "N", key, kcv };
}

const PIN_KEY = remote("pin", "P0", "E", PIK);
const MAC_KEY = remote("mac", "M6", "C", MAK);

function open(seed = 5) {
	const opened = openSlots();
	const identity = new TerminalIdentity(opened.slots, { crypto: nodeCrypto, random: new SeededRandom(seed) });
	const terminal = { identity, serial: SERIAL };
	const to = { serial: SERIAL, agreementKey: identity.publicKeys.agreement };
	const load = (record: Uint8Array) => loadRemoteKeys(opened.slots, nodeCrypto, terminal, BANK.publicKey, record);
	const make = (sequence: number, keys: readonly RemoteKey[], signer = BANK) =>
		makeRemoteKeys(PORTS, signer.secretKey, to, sequence, keys);
	return { ...opened, identity, to, load, make };
}

test("all keys of a message are loaded, each for what it is for", () => {
	const { slots, load, make } = open();
	expect(load(make(1, [PIN_KEY, MAC_KEY]))).toEqual(["pin", "mac"]);
	expect(keyIn(slots, "pin", "P0", "E")).toBe(formatHex(PIK));
	expect(keyIn(slots, "mac", "M6", "G")).toBe(formatHex(MAK));
});

test("a DUKPT initial key brings its serial number", () => {
	const { slots, ports, load, make } = open();
	const ksn = parseHex("1234567890123456");
	const key = deriveAesInitialKey(nodeCrypto, PIK, ksn);
	load(make(1, [{ ...remote("dukpt", "B1", "X", key), ksn }]));
	const keys = openHostKeys(slots, ports, { keyScheme: "dukptAes", mac: { algorithm: "cmac" }, pinBlockFormat: 4 });
	expect(formatHex(keys.next().keySerialNumber!)).toBe("123456789012345600000001");
	expect(() => load(make(2, [remote("dukpt", "B1", "X", key)]))).toThrow("lacks the key serial number");
});

describe("refused, and nothing is stored:", () => {
	// [KEY-STO-06]
	test("a message with any byte changed", () => {
		const { slots, load, make } = open();
		const record = make(1, [PIN_KEY]);
		for (let at = 0; at < record.length; at++) {
			const changed = record.map((byte, i) => (i === at ? byte ^ 1 : byte));
			expect(() => load(changed), `byte ${at}`).toThrow("not from the bank");
		}
		for (const length of [0, 1, 63, 64, record.length - 1])
			expect(() => load(record.slice(0, length))).toThrow("not from the bank");
		expect(slots.has("pin")).toBe(false);
		load(record);
	});

	// [KEY-STO-06]
	test("another signer, another terminal, keys sealed to another", () => {
		const { slots, load, make, to } = open();
		expect(() => load(make(1, [PIN_KEY], STRANGER))).toThrow("not from the bank");
		const other = open(6);
		expect(() => load(other.make(1, [PIN_KEY]))).toThrow("not for this terminal's keys");
		const elsewhere = makeRemoteKeys(PORTS, BANK.secretKey, { ...to, serial: "KASSA002" }, 1, [PIN_KEY]);
		expect(() => load(elsewhere)).toThrow("is for the terminal KASSA002");
		expect(slots.has("pin")).toBe(false);
	});

	// [KEY-STO-06]
	test("a message that was used, or is older than one that was, also after all keys were erased", () => {
		const { slots, storage, load, make } = open();
		const [second, third] = [make(2, [PIN_KEY]), make(3, [MAC_KEY])];
		load(third);
		for (const used of [third, second]) expect(() => load(used)).toThrow("was used before");
		slots.zeroise({ cause: "case", at: 0 });
		slots.renew();
		expect(openSlots(storage).slots.sequence).toBe(3);
	});

	test("one bad key among good ones", () => {
		const { slots, load, make } = open();
		for (const bad of [
			{ ...MAC_KEY, kcv: MAC_KEY.kcv.map(byte => byte ^ 1) },
			{ ...MAC_KEY, usage: "D0" as const },
			{ ...MAC_KEY, modeOfUse: "G" as const },
			{ ...MAC_KEY, slot: "journal" as const },
			{ ...MAC_KEY, slot: "constructor" as KeySlot },
			{ ...MAC_KEY, exportability: "Q" as "N" },
			{ ...MAC_KEY, algorithm: "E" as "A" },
			{ ...MAC_KEY, key: new Uint8Array(0) },
			{ ...MAC_KEY, key: "secret" as unknown as Uint8Array },
			PIN_KEY,
		])
			expect(() => load(make(1, [PIN_KEY, bad]))).toThrow();
		expect(() => load(make(1, []))).toThrow("cannot be read");
		expect([slots.has("pin"), slots.has("mac"), slots.sequence]).toEqual([false, false, 0]);
		load(make(1, [PIN_KEY, MAC_KEY]));
	});

	test("what the bank signed by mistake", () => {
		const { load, to } = open();
		const signed = (payload: Uint8Array) => signRecord(nodeCrypto, "key loading 1", payload, BANK.secretKey);
		const sealed = (plain: Uint8Array) => sealBox(PORTS.random, plain, to.agreementKey);
		for (const payload of [
			new Uint8Array(0),
			Uint8Array.of(0xff),
			encodeCbor(null),
			encodeCbor({ serial: SERIAL, sequence: 0, sealed: sealed(encodeCbor([PIN_KEY])) }),
			encodeCbor({ serial: SERIAL, sequence: 1.5, sealed: sealed(encodeCbor([PIN_KEY])) }),
			encodeCbor({ serial: SERIAL, sequence: 2 ** 32, sealed: sealed(encodeCbor([PIN_KEY])) }),
			encodeCbor({ serial: SERIAL, sequence: 1, sealed: sealed(Uint8Array.of(0xff)) }),
			encodeCbor({ serial: SERIAL, sequence: 1, sealed: sealed(encodeCbor({})) }),
		])
			expect(() => load(signed(payload)), formatHex(payload.slice(0, 8))).toThrow(KeyError);
		const attestation = signRecord(nodeCrypto, "attestation 1", encodeCbor({ serial: SERIAL }), BANK.secretKey);
		expect(() => load(attestation)).toThrow("not from the bank");
	});

	// [KEY-STO-02]
	test("at whichever write the power is cut, all keys of a message or none, and the number with them", () => {
		for (let cut = 0; cut < 5; cut++) {
			const { storage, load, make } = open();
			const record = make(7, [PIN_KEY, MAC_KEY]);
			storage.cutAfter(cut);
			try {
				load(record);
			} catch {
				// the power
			}
			storage.restart();
			const { slots } = openSlots(storage);
			expect([slots.has("pin"), slots.has("mac"), slots.sequence]).toEqual(
				cut < 3 ? [false, false, 0] : [true, true, 7],
			);
		}
	});
});
