import { beforeEach, describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import * as made from "../../sim/world/testBinding.js";
import { Binding } from "../../src/binding/binding.js";
import { feeOffers, revocationLists } from "../../src/binding/certificates.js";
import { BindingFile } from "../../src/binding/keptBinding.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import {
	ACQUIRER,
	acquirerClaims,
	bindingClaims,
	NOW,
	NOW_SECONDS,
	ROOT,
	SERIAL,
	TERMINAL,
	testSigner,
	YEAR_SECONDS,
} from "./certificateWorld.js";

const SELF = { serial: SERIAL, signingKey: TERMINAL.publicKey };
const kept = (changes: Parameters<typeof bindingClaims>[0] = {}) =>
	made.keptBinding({ root: ROOT, acquirer: ACQUIRER }, acquirerClaims(), bindingClaims(changes));

let disk: MemoryDisk;
const fileOn = (storage: MemoryDisk, deviceKey = 7) => {
	const ports = { storage, crypto: nodeCrypto, random: new SeededRandom(deviceKey) };
	const slots = new KeySlots(ports, new Uint8Array(32).fill(deviceKey));
	return new BindingFile({ storage, seal: new Seal(slots, ports.random) });
};
const open = () => new Binding(fileOn(disk), nodeCrypto);
beforeEach(() => {
	disk = new MemoryDisk();
});

describe("a binding", () => {
	test("counts from the moment it is taken, also after a start", () => {
		const binding = open();
		expect(binding.problem(SELF, NOW)).toBe("notBound");
		binding.take(kept());
		expect(binding.problem(SELF, NOW)).toBeUndefined();
		expect(open().problem(SELF, NOW)).toBeUndefined();
		expect(open().certificate).toEqual(bindingClaims());
		binding.update({ ended: ["master"] });
		expect(open().problem(SELF, NOW)).toBe("notBound");
		binding.remove(Uint8Array.of(1, 2));
		expect(open().problem(SELF, NOW)).toBe("notBound");
		expect([open().kept, open().erasure]).toEqual([undefined, Uint8Array.of(1, 2)]);
		binding.forgetErasure();
		expect(open().erasure).toBeUndefined();
	});

	const licence = { ...bindingClaims().acquirer.licence, notAfter: NOW_SECONDS + 10 };
	test.each<[string, Parameters<typeof bindingClaims>[0], number, typeof SELF | undefined]>([
		["foreign", {}, NOW, { ...SELF, serial: "OTHER" }],
		["foreign", {}, NOW, { ...SELF, signingKey: ROOT.publicKey }],
		["foreign", {}, NOW, undefined],
		["notYetValid", {}, NOW - YEAR_SECONDS * 1000 - 1, SELF],
		["expired", {}, NOW + 2 * YEAR_SECONDS * 1000, SELF],
		["licenceExpired", { acquirer: { ...bindingClaims().acquirer, licence } }, NOW + 10_000, SELF],
	])("does not count: %s", (problem, changes, now, terminal) => {
		const binding = open();
		binding.take(kept(changes));
		expect(binding.problem(terminal, now)).toBe(problem);
	});

	test("of which a byte was altered, or that is of another device, is a broken seal", () => {
		open().take(kept());
		const size = disk.size("binding")!;
		const whole = disk.read("binding", 0, size).slice();
		for (let at = 0; at < size; at += 13) {
			const altered = whole.slice();
			altered[at]! ^= 1 << (at % 8);
			disk.replace("binding", altered);
			expect(open().problem(SELF, NOW), `byte ${at}`).toBe("sealBroken");
		}
		disk.replace("binding", whole);
		expect(open().problem(SELF, NOW)).toBeUndefined();
		const other = new MemoryDisk();
		void fileOn(other, 8);
		other.replace("binding", whole);
		expect(new Binding(fileOn(other, 8), nodeCrypto).problem(SELF, NOW)).toBe("sealBroken");
	});

	test("is revoked by its serial number, and by that of the acquirer's certificate", () => {
		const list = (number: number, serialNumber: Uint8Array) =>
			revocationLists.sign(
				{ issuer: acquirerClaims().subject, issuedAt: NOW_SECONDS, number, revoked: [serialNumber] },
				ACQUIRER,
			);
		for (const { serialNumber } of [bindingClaims(), acquirerClaims()]) {
			disk = new MemoryDisk();
			const binding = open();
			binding.take(kept());
			binding.takeRevocations(list(1, new Uint8Array(8).fill(99)));
			expect(binding.problem(SELF, NOW)).toBeUndefined();
			binding.takeRevocations(list(2, serialNumber));
			expect(binding.problem(SELF, NOW)).toBe("revoked");
			expect(() => binding.takeRevocations(list(2, new Uint8Array(8)))).toThrow("must be higher");
			expect(open().problem(SELF, NOW)).toBe("revoked");
		}
	});
});

test("a fee offer is taken when it is newer, for this binding, and of the acquirer", () => {
	const binding = open();
	binding.take(kept());
	const { fees } = bindingClaims();
	const offer = (version: number, subject = bindingClaims().subject, signer = ACQUIRER) =>
		feeOffers.sign(
			{ issuer: acquirerClaims().subject, subject, issuedAt: NOW_SECONDS, fees: { ...fees, version } },
			signer,
		);
	expect(() => binding.takeOffer(offer(1))).toThrow("must be higher");
	expect(() => binding.takeOffer(offer(2, "202600000002"))).toThrow("number of this binding");
	expect(() => binding.takeOffer(offer(2, undefined, testSigner(9)))).toThrow("not known here");
	expect(() => binding.acceptOffer(NOW)).toThrow("no terms wait");
	binding.takeOffer(offer(2));
	expect(binding.termsAt(NOW)?.version).toBe(1);
	binding.acceptOffer(NOW);
	expect(open().termsAt(NOW - 1)?.version).toBe(1);
	expect(open().termsAt(NOW)?.version).toBe(2);
	expect(open().termsAt(0)).toBeUndefined();
});
