import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { KeySlot, KeyUsage, ModeOfUse } from "../../src/keys/keyAttributes.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import type { KeyEvent } from "../../src/keys/keyEvent.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import type { ReceivedKey } from "../../src/keys/newKey.js";
import type { Storage } from "../../src/ports.js";

export const DEVICE_KEY = new Uint8Array(32).fill(7);

/** A key store and what it told. */
export function openSlots<S extends Storage = MemoryDisk>(
	storage: S = new MemoryDisk() as Storage as S,
	deviceKey = DEVICE_KEY,
	crypto = nodeCrypto,
) {
	const events: KeyEvent[] = [];
	const random = new SeededRandom(5);
	const slots = new KeySlots({ storage, crypto, random }, deviceKey, event => events.push(event));
	return { storage, slots, events, random, ports: { crypto, random } };
}

export function tdesKey(
	usage: KeyUsage,
	modeOfUse: ModeOfUse,
	key: Uint8Array,
	kcv = keyCheckValue(nodeCrypto, "T", key),
): ReceivedKey {
	return { usage, algorithm: "T", modeOfUse, exportability: "N", key, kcv };
}

export function aesKey(
	usage: KeyUsage,
	modeOfUse: ModeOfUse,
	key: Uint8Array,
	kcv = keyCheckValue(nodeCrypto, "A", key),
): ReceivedKey {
	return { usage, algorithm: "A", modeOfUse, exportability: "N", key, kcv };
}

/** The key in a slot, copied before it is wiped. */
export function keyIn(slots: KeySlots, slot: KeySlot, usage: KeyUsage, mode: ModeOfUse): string {
	return slots.use(slot, usage, mode, key => formatHex(key));
}
