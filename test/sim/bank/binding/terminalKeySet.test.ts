import { expect, test } from "vitest";
import { terminalKeySet } from "../../../../sim/bank/binding/terminalKeySet.js";
import { MemoryDisk } from "../../../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../../../sim/world/system.js";
import { testSigner } from "../../../../sim/world/testBinding.js";
import { parseHex } from "../../../../src/bytes/hex.js";
import { generic87 } from "../../../../src/host/profiles/generic87.js";
import type { SecurityProfile } from "../../../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../../../src/host/profiles/unionPay.js";
import { KeySlots } from "../../../../src/keys/keySlots.js";
import { openHostKeys } from "../../../../src/keys/openHostKeys.js";
import { loadRemoteKeys, makeRemoteKeys } from "../../../../src/keys/remoteKeyLoading.js";
import { TerminalIdentity } from "../../../../src/keys/terminalIdentity.js";
import { requestKeys } from "../../../../src/training/requestKeys.js";

const DEVICE_KEY = new Uint8Array(32).fill(7);
const BANK = testSigner(nodeCrypto, 2);
const PORTS = { random: systemRandom, crypto: nodeCrypto };
const SHARED = {
	tmk: new Uint8Array(16).fill(0x11),
	pik: new Uint8Array(16).fill(0x23),
	mak: new Uint8Array(16).fill(0x45),
	bdk: new Uint8Array(16).fill(0x67),
};
const NOT_SIGNED_IN = { batch: 1, signedOff: false } as Parameters<typeof requestKeys>[3];
const dukptTdes: SecurityProfile = {
	keyScheme: "dukptTdes",
	mac: { algorithm: "retail", fields: [64] },
	pinBlockFormat: 0,
};

function equipped(disk: MemoryDisk, security: SecurityProfile) {
	const slots = new KeySlots({ ...PORTS, storage: disk }, DEVICE_KEY);
	const identity = new TerminalIdentity(slots, PORTS);
	const agreementKey = identity.publicKeys.agreement;
	const keys = terminalKeySet(nodeCrypto, security, SHARED, "KASSA001");
	const message = makeRemoteKeys(PORTS, BANK.secretKey, { serial: "S1", agreementKey }, 1, keys);
	loadRemoteKeys(slots, nodeCrypto, { identity, serial: "S1" }, BANK.publicKey, message);
	return slots;
}

test.each([
	["unionPay", unionPay.security],
	["generic87", generic87.security],
	["a profile with TDES DUKPT", dukptTdes],
])("after the key message of a binding, terminal and bank of %s have the same keys", (_name, security) => {
	const slots = equipped(new MemoryDisk(), security);
	const terminal = openHostKeys(slots, PORTS, security).next();
	const bank = requestKeys(nodeCrypto, security, SHARED, NOT_SIGNED_IN, terminal.keySerialNumber)!;
	const [request, answer] = [parseHex("0102"), parseHex("0304")];
	expect(bank.message.macIsRight(request, terminal.mac(request))).toBe(true);
	expect(bank.message.macIsRight(answer, terminal.mac(request))).toBe(false);
	expect(terminal.macIsRight(answer, bank.message.mac(answer))).toBe(true);
	const pan = "6221260000000018";
	const block = terminal.pinBlock(Uint8Array.of(1, 2, 3, 4), pan);
	expect(bank.pinIsRight(block, pan, "1234")).toBe(true);
	expect(bank.pinIsRight(block, pan, "1235")).toBe(false);
});
