import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { coseSign1, openCoseSign1 } from "../../src/binding/cose.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor } from "../../src/bytes/cbor.js";
import { parseHex } from "../../src/bytes/hex.js";
import { sealBox } from "../../src/crypto/sealedBox.js";
import { KeyError } from "../../src/keys/keyError.js";
import { openSignedRecord } from "../../src/keys/signedRecord.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { openSlots, tdesKey } from "./testKeys.js";

const FACTS = { serial: "KASSA001", firmwareVersion: "0.1.0" };

const identityOf = (slots: ReturnType<typeof openSlots>["slots"], seed = 3) =>
	new TerminalIdentity(slots, { crypto: nodeCrypto, random: new SeededRandom(seed) });

test("the key pairs are made once, and stay after a restart", () => {
	const { slots, storage } = openSlots();
	const { publicKeys } = identityOf(slots);
	storage.restart();
	expect(identityOf(openSlots(storage).slots, 99).publicKeys).toEqual(publicKeys);
	expect(identityOf(openSlots().slots, 98).publicKeys).not.toEqual(publicKeys);
});

test("what is sealed to the terminal only it opens", () => {
	const identity = identityOf(openSlots().slots);
	const other = identityOf(openSlots().slots, 4);
	const box = sealBox(new SeededRandom(8), asciiBytes("hello"), identity.publicKeys.agreement);
	expect(identity.openSealed(box)).toEqual(asciiBytes("hello"));
	expect(other.openSealed(box)).toBeUndefined();
	expect(identity.openSealed(box.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))).toBeUndefined();
	expect(identity.openSealed(new Uint8Array(3))).toBeUndefined();
});

test("an attestation tells what the terminal is and which keys it has, and holds for this terminal alone", () => {
	const { slots } = openSlots();
	const identity = identityOf(slots);
	slots.load({ pin: tdesKey("P0", "E", parseHex("0123456789ABCDEFFEDCBA9876543210")) });
	slots.countBoot();
	slots.countBoot();
	const record = identity.attest(FACTS);
	const { signing, agreement } = identity.publicKeys;
	const payload = openSignedRecord(nodeCrypto, "attestation 1", record, signing)!;
	const told = decodeCbor(payload) as { keys: Record<string, string> };
	expect(told).toMatchObject({ ...FACTS, signingKey: signing, agreementKey: agreement, boots: 2 });
	expect(told.keys.pin).toBe("08D7B4");
	expect(Object.keys(told.keys).sort()).toEqual(["agreement", "pin", "signing"]);
	expect(openSignedRecord(nodeCrypto, "key loading 1", record, signing)).toBeUndefined();
	expect(openSignedRecord(nodeCrypto, "attestation 1", record, agreement)).toBeUndefined();
	for (let at = 0; at < record.length; at += 7) {
		const changed = record.map((byte, i) => (i === at ? byte ^ 1 : byte));
		expect(openSignedRecord(nodeCrypto, "attestation 1", changed, signing)).toBeUndefined();
	}
});

test("signs the Sig_structure of COSE messages, and nothing else in that way", () => {
	const identity = identityOf(openSlots().slots);
	const signer = { kid: Uint8Array.of(1), sign: (message: Uint8Array) => identity.signCose(message) };
	const message = coseSign1(Uint8Array.of(7), signer, "test");
	expect(openCoseSign1(nodeCrypto, message, () => identity.publicKeys.signing, "test")).toEqual(Uint8Array.of(7));
	for (const other of [new Uint8Array(0), asciiBytes("kassa attestation 1\0"), Uint8Array.of(0x84, 0x6a)])
		expect(() => identity.signCose(other)).toThrow("Sig_structure");
});

test("after a zeroisation there is nothing to attest with, and a new identity tells of it", () => {
	const { slots } = openSlots();
	const identity = identityOf(slots);
	slots.zeroise({ cause: "mesh", at: 1_795_000_000_000 });
	expect(() => identity.attest(FACTS)).toThrow(KeyError);
	slots.renew();
	const again = identityOf(slots, 7);
	expect(again.publicKeys).not.toEqual(identity.publicKeys);
	const payload = openSignedRecord(nodeCrypto, "attestation 1", again.attest(FACTS), again.publicKeys.signing)!;
	expect(decodeCbor(payload)).toMatchObject({ zeroised: { cause: "mesh", at: 1_795_000_000_000 } });
});
