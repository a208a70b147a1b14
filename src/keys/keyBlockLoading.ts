import { wipe } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import type { Crypto, Random } from "../ports.js";
import { dukptSlotKey } from "./dukptKeys.js";
import { type KeySlot, RECEIVING_SLOTS, SLOTS } from "./keyAttributes.js";
import { unwrapKeyBlock, wrapKeyBlock } from "./keyBlock.js";
import { decodeKeyBlockHeader, KeyBlockError, type KeyBlockHeader } from "./keyBlockHeader.js";
import { checkKeyCheckValue, keyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";
import type { NewKey } from "./newKey.js";

/** X9.143, 6.2: a version number that begins with "c" marks a component of a key. */
const COMPONENT = "c";
// X9.143, table "optional blocks"
const OPTION_KCV = "KC";
const OPTION_TDES_KSN = "KS";
const OPTION_AES_KEY_ID = "IK";

/**
 * Loads the key in a key block (ANSI X9.143) under the terminal's KBPK into the slot that its header names.
 * @param kcv as the sender states it apart from the block, if at all
 * @returns the slot
 * @throws {KeyBlockError | KeyError} when the block was changed, is under another KBPK, or its key is not for this
 * terminal; nothing has been stored then
 */
export function loadKeyBlock(slots: KeySlots, crypto: Crypto, block: string, kcv?: Uint8Array): KeySlot {
	const { header, key } = slots.use("kbpk", "K1", "D", (kbpk, { algorithm }) => {
		const isAes = /^[DE]$/.test(decodeKeyBlockHeader(block).version);
		if (isAes !== (algorithm === "A")) throw new KeyError("the kbpk key is not of the algorithm of the key block");
		return unwrapKeyBlock(crypto, kbpk, block);
	});
	let loaded: NewKey | undefined;
	try {
		const slot = RECEIVING_SLOTS.find(each => (SLOTS[each].usages as readonly string[]).includes(header.keyUsage));
		const { algorithm } = header;
		if (!slot || (algorithm !== "T" && algorithm !== "A"))
			throw new KeyError(`this terminal takes no key for ${header.keyUsage} of algorithm ${header.algorithm}`);
		if (header.keyVersion.startsWith(COMPONENT)) throw new KeyError("the key block holds a component, not a key");
		for (const stated of [kcv, statedCheckValue(header)])
			if (stated) checkKeyCheckValue(crypto, algorithm, key, stated, `the ${slot} key`);
		loaded = newKey(crypto, slot, header, algorithm, key);
		slots.install({ [slot]: loaded });
		return slot;
	} finally {
		wipe(key, loaded?.key); // WIPE
	}
}

/**
 * The key of a slot in a key block under the terminal's KBPK, for a bank that takes its terminal's keys along.
 * @throws {KeyError} when the key's own header does not allow it
 */
export function exportKeyBlock(
	slots: KeySlots,
	ports: { readonly crypto: Crypto; readonly random: Random },
	slot: "pin" | "mac" | "data" | "master",
): string {
	const usage = SLOTS[slot].usages.find(each => slots.usage(slot) === each);
	if (!usage) throw new KeyError(`no ${slot} key is loaded`);
	return slots.use(slot, usage, SLOTS[slot].modes[0]!, (key, attributes) => {
		// X9.143, 6.2: N goes nowhere; E and S may go under a trusted key, which the KBPK is.
		if (attributes.exportability === "N") throw new KeyError(`the ${slot} key must not leave the terminal`);
		return slots.use("kbpk", "K1", "E", (kbpk, { algorithm }) => {
			const { usage: keyUsage, modeOfUse, exportability } = attributes;
			const version = algorithm === "A" ? "D" : "B";
			const header = { version, keyUsage, modeOfUse, exportability, keyVersion: "00", optionalBlocks: [] } as const;
			return wrapKeyBlock(ports, kbpk, { ...header, algorithm: attributes.algorithm }, key);
		});
	});
}

function newKey(crypto: Crypto, slot: KeySlot, header: KeyBlockHeader, algorithm: "T" | "A", key: Uint8Array): NewKey {
	const { modeOfUse, exportability, keyUsage } = header;
	if (!/^[ENS]$/.test(exportability)) throw new KeyBlockError("the exportability of the key is not known");
	const attributes = { modeOfUse, exportability } as Pick<NewKey, "modeOfUse" | "exportability">;
	const kcv = keyCheckValue(crypto, algorithm, key);
	if (slot !== "dukpt") return { ...attributes, usage: keyUsage as NewKey["usage"], algorithm, key: key.slice(), kcv };
	const option = algorithm === "A" ? OPTION_AES_KEY_ID : OPTION_TDES_KSN;
	const ksn = hexOption(header, option);
	if (!ksn) throw new KeyError(`the key block lacks the key serial number (${option})`);
	const keyScheme = algorithm === "A" ? "dukptAes" : "dukptTdes";
	const { exportability: allowed } = attributes;
	return { ...dukptSlotKey(crypto, keyScheme, { initialKey: key, ksn, kcv, exportability: allowed }), ...attributes };
}

/** Method in 2 digits (00 legacy, 01 CMAC), then the value. */
function statedCheckValue(header: KeyBlockHeader): Uint8Array | undefined {
	const option = hexOption(header, OPTION_KCV);
	if (!option) return undefined;
	const isCmac = header.algorithm === "A";
	if (option[0] !== (isCmac ? 1 : 0)) throw new KeyError("the check value in the key block is of another method");
	return option.subarray(1);
}

function hexOption({ optionalBlocks }: KeyBlockHeader, id: string): Uint8Array | undefined {
	const option = optionalBlocks.find(each => each.id === id);
	if (!option) return undefined;
	try {
		return parseHex(option.data);
	} catch {
		throw new KeyBlockError(`the optional block ${id} is not hexadecimal`);
	}
}
