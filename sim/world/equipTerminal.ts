import { BindingFile } from "../../src/binding/keptBinding.js";
import { asciiBytes, concat, wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { SecurityProfile } from "../../src/host/profiles/hostProfile.js";
import { deriveAesInitialKey } from "../../src/keys/dukptAes.js";
import { loadDukptKey } from "../../src/keys/dukptKeys.js";
import { deriveTdesInitialKey } from "../../src/keys/dukptTdes.js";
import { MAC_USAGES } from "../../src/keys/hostMac.js";
import type { KeySlot } from "../../src/keys/keyAttributes.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import type { ReceivedKey } from "../../src/keys/newKey.js";
import { Seal } from "../../src/keys/seal.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { Passcodes } from "../../src/operators/passcodes.js";
import type { Storage } from "../../src/ports.js";
import { TEST_SUPERVISOR_PASSCODE, TEST_TERMINAL_IDS, type TestTerminal } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { systemRandom } from "./system.js";
import { keptBinding, testAcquirerClaims, testBindingClaims, testSigner } from "./testBinding.js";
import type { TestTerminalFile } from "./testWorld.js";

/** Of PBKDF2: enough to be the real thing, little enough to start a terminal at once. */
const PASSCODE_ROUNDS = 1_000;

/** How the passcodes of a test terminal are kept. */
export function testPasscodes(slots: KeySlots, storage: Storage): Passcodes {
	const seal = new Seal(slots, systemRandom);
	return new Passcodes({ storage, random: systemRandom, crypto: nodeCrypto, seal }, PASSCODE_ROUNDS);
}

/**
 * Puts into a terminal what its bank and its service give it before it is handed over: the keys that its host profile
 * works with and the supervisor's passcode. What the terminal has already, e.g. keys from a sign-in, stays. One that was
 * opened gets nothing: its world has to be made anew.
 */
export function equipTerminal(
	storage: Storage,
	deviceKeySecret: Uint8Array,
	file: Pick<TestTerminalFile, "tmk" | "pik" | "mak" | "bdk">,
	{ name, security }: { readonly name: TestTerminal; readonly security: SecurityProfile },
): void {
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKeySecret);
	if (slots.isZeroised) return;
	if (security.keyScheme === "masterSession") loadSessionKeys(slots, file, security);
	else if (!slots.has("dukpt")) loadInitialKey(slots, file, security.keyScheme, TEST_TERMINAL_IDS[name]);
	bind(slots, storage, name);
	const passcodes = testPasscodes(slots, storage);
	if (!passcodes.isSet("supervisor")) passcodes.set("supervisor", asciiBytes(TEST_SUPERVISOR_PASSCODE));
}

function bind(slots: KeySlots, storage: Storage, name: TestTerminal): void {
	const file = new BindingFile({ storage, seal: new Seal(slots, systemRandom) });
	if (file.read()) return;
	const { signing, agreement } = new TerminalIdentity(slots, { crypto: nodeCrypto, random: systemRandom }).publicKeys;
	const terminal = { serial: TEST_TERMINAL_IDS[name], signingKey: signing, agreementKey: agreement };
	const signers = { root: testSigner(nodeCrypto, 1), acquirer: testSigner(nodeCrypto, 2) };
	const now = Math.floor(Date.now() / 1000);
	const claims = testBindingClaims(terminal, now);
	const merchant = { ...claims.merchant, terminalId: TEST_TERMINAL_IDS[name] };
	file.write(keptBinding(signers, testAcquirerClaims(signers.acquirer.publicKey, now), { ...claims, merchant }));
}

/** The terminal master key, and work keys until the first sign-in. */
function loadSessionKeys(
	slots: KeySlots,
	file: Pick<TestTerminalFile, "tmk" | "pik" | "mak">,
	{ mac: { algorithm } }: SecurityProfile,
): void {
	const [tmk, pik, mak] = [parseHex(file.tmk), parseHex(file.pik), parseHex(file.mak)];
	try {
		const received = (usage: ReceivedKey["usage"], modeOfUse: ReceivedKey["modeOfUse"], key: Uint8Array) =>
			({
				usage,
				modeOfUse,
				algorithm: "T",
				exportability: "N",
				key,
				kcv: keyCheckValue(nodeCrypto, "T", key),
			}) as const;
		const keys: Partial<Record<KeySlot, ReceivedKey>> = {
			master: received("K0", "D", tmk),
			pin: received("P0", "E", pik),
			mac: received(MAC_USAGES[algorithm], "C", mak),
		};
		const missing = Object.entries(keys).filter(([slot]) => !slots.has(slot as KeySlot));
		if (missing.length) slots.load(Object.fromEntries(missing));
	} finally {
		wipe(tmk, pik, mak); // WIPE
	}
}

/** The initial key of DUKPT that belongs to this terminal. */
function loadInitialKey(
	slots: KeySlots,
	file: Pick<TestTerminalFile, "bdk">,
	keyScheme: "dukptTdes" | "dukptAes",
	terminalId: string,
): void {
	const isAes = keyScheme === "dukptAes";
	// AES: the initial key ID of 8 bytes. TDES: key set FFFF, the device, the counter 0.
	const ksn = isAes ? asciiBytes(terminalId) : concat(KEY_SET, asciiBytes(terminalId.slice(-5)), new Uint8Array(3));
	const bdk = parseHex(file.bdk);
	const initialKey = isAes ? deriveAesInitialKey(nodeCrypto, bdk, ksn) : deriveTdesInitialKey(nodeCrypto, bdk, ksn);
	try {
		const kcv = keyCheckValue(nodeCrypto, isAes ? "A" : "T", initialKey);
		loadDukptKey(slots, nodeCrypto, keyScheme, { initialKey, ksn, kcv, exportability: "N" });
	} finally {
		wipe(bdk, initialKey); // WIPE
	}
}

const KEY_SET = Uint8Array.of(0xff, 0xff);
