import { MemoryDisk } from "../sim/world/memoryDisk.js";
import { SeededRandom } from "../sim/world/seededRandom.js";
import { concat } from "../src/bytes/bytes.js";
import { softwareCrypto } from "../src/crypto/software.js";
import { deriveAesInitialKey, deriveAesTransactionKey, deriveAesWorkingKey } from "../src/keys/dukptAes.js";
import { loadDukptKey } from "../src/keys/dukptKeys.js";
import type { HostKeys } from "../src/keys/hostKeys.js";
import { keyCheckValue } from "../src/keys/keyCheckValue.js";
import { KeySlots } from "../src/keys/keySlots.js";
import { openHostKeys } from "../src/keys/openHostKeys.js";
import { keepPasscode } from "../src/operators/passcode.js";
import type { Crypto, Random } from "../src/ports.js";
import { tell } from "./tell.js";

const random: Random = new SeededRandom(1);
const ID = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56);
/** The counter with the most derivations: 16 ones. */
const WORST = concat(ID, Uint8Array.of(0xff, 0xff, 0, 0));
const DIGITS = Uint8Array.of(1, 2, 3, 4);
const MESSAGE = new Uint8Array(250).fill(0x5a);

let blocks = 0;
const counting: Crypto = {
	...softwareCrypto,
	aesEcb(key, data, direction) {
		blocks += data.length / 16;
		return softwareCrypto.aesEcb(key, data, direction);
	},
};
const initialKey = deriveAesInitialKey(softwareCrypto, new Uint8Array(16).fill(7), ID);
const slots = new KeySlots({ storage: new MemoryDisk(), crypto: softwareCrypto, random }, new Uint8Array(32).fill(9));
let keys: HostKeys;

const PASSCODE = Uint8Array.of(0x32, 0x35, 0x38, 0x30, 0x31, 0x34);
const HASH = new Uint8Array(32).fill(0x3c);
/** On a board hashes are native code, which takes no steps of the engine. */
const nativeHash: Crypto = { ...softwareCrypto, sha256: () => HASH.slice() };

/** What `bench/suites/keys.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	worstWorkingKey() {
		blocks = 0;
		const key = deriveAesTransactionKey(counting, initialKey, WORST);
		deriveAesWorkingKey(counting, key, "pinEncryption", "AES128", WORST);
	},
	tellBlocks: () => tell({ blocks }),
	load() {
		const kcv = keyCheckValue(softwareCrypto, "A", initialKey);
		loadDukptKey(slots, softwareCrypto, "dukptAes", { initialKey, ksn: ID, kcv, exportability: "N" });
		const spec = { keyScheme: "dukptAes", mac: { algorithm: "cmac" }, pinBlockFormat: 4 } as const;
		keys = openHostKeys(slots, { crypto: softwareCrypto, random }, spec);
	},
	/** A passcode made ready to be kept, or compared. */
	passcode(rounds: number) {
		keepPasscode({ crypto: nativeHash, random }, PASSCODE, rounds);
	},
	/** PIN block, MAC of a request and of its answer: what a sale asks of the keys. */
	transactions(count: number) {
		for (let i = 0; i < count; i++) {
			const message = keys.next();
			message.pinBlock(DIGITS, "6221261000000018");
			message.macIsRight(MESSAGE, message.mac(MESSAGE));
		}
	},
});
