/**
 * What a key is and may do (ANSI X9.143:2021, 6.2): the same letters as in a key block's header, bound to the key as long
 * as the terminal has it.
 */

/** Table "key usage". */
export type KeyUsage =
	/** Key encryption: the terminal master key. */
	| "K0"
	/** Key block protection key. */
	| "K1"
	/** Asymmetric key for key agreement. */
	| "K3"
	/** Initial key of DUKPT. */
	| "B1"
	/** PIN encryption. */
	| "P0"
	/** MAC over host messages: TDES over the whole (M0), ISO/IEC 9797-1 algorithm 3 (M3) or CMAC (M6). */
	| "M0"
	| "M3"
	| "M6"
	/** HMAC. */
	| "M7"
	/** Data encryption. */
	| "D0"
	/** Asymmetric key for digital signature. */
	| "S0";

/** Table "algorithm": triple DES, AES, HMAC, elliptic curve, RSA; "0" is Kassa's own: NaCl secretbox. */
export type KeyAlgorithm = "T" | "A" | "H" | "E" | "R" | "0";

/** Table "mode of use". */
export type ModeOfUse =
	/** Both encipher and decipher. */
	| "B"
	/** Both generate and verify. */
	| "C"
	| "D"
	| "E"
	| "G"
	/** No restriction. */
	| "N"
	/** Sign. */
	| "S"
	| "V"
	/** Derive other keys. */
	| "X";

/** Table "exportability": under a trusted key, not at all, otherwise. */
export type Exportability = "E" | "N" | "S";

export interface KeyAttributes {
	readonly usage: KeyUsage;
	readonly algorithm: KeyAlgorithm;
	readonly modeOfUse: ModeOfUse;
	readonly exportability: Exportability;
}

/** Where the terminal keeps its keys; docs/keys.md has the table for people. */
export type KeySlot =
	| "kbpk"
	| "master"
	| "pin"
	| "mac"
	| "data"
	| "dukpt"
	| "journal"
	| "link"
	| "signing"
	| "agreement"
	| "tls";

/** What a slot takes, and what its key must be able to do. */
export interface SlotRule {
	readonly usages: readonly KeyUsage[];
	readonly algorithms: readonly KeyAlgorithm[];
	readonly modes: readonly ModeOfUse[];
}

/** The order of the slots is that of their numbers in the store's files. */
export const SLOTS: Readonly<Record<KeySlot, SlotRule>> = Object.freeze({
	kbpk: slot(["K1"], ["T", "A"], ["D"]),
	master: slot(["K0"], ["T", "A"], ["D"]),
	pin: slot(["P0"], ["T", "A"], ["E"]),
	mac: slot(["M0", "M3", "M6"], ["T", "A"], ["G", "V"]),
	data: slot(["D0"], ["T", "A"], ["E"]),
	dukpt: slot(["B1"], ["T", "A"], ["X"]),
	journal: slot(["D0"], ["0"], ["E", "D"]),
	link: slot(["M7"], ["H"], ["G"]),
	signing: slot(["S0"], ["E"], ["S"]),
	agreement: slot(["K3"], ["E"], ["X"]),
	tls: slot(["S0"], ["R"], ["S"]),
});

/** Those that a bank fills; the others hold what is made in the device. */
export const RECEIVING_SLOTS: readonly KeySlot[] = Object.freeze(["kbpk", "master", "pin", "mac", "data", "dukpt"]);

/** The session keys, which come to the terminal under its master key. */
export const WORK_KEY_SLOTS = Object.freeze(["pin", "mac", "data"] as const satisfies readonly KeySlot[]);

export const SLOT_NAMES = Object.freeze(Object.keys(SLOTS) as KeySlot[]);

/** Whether a key with this mode of use may do what is asked. */
export function allowsMode(modeOfUse: ModeOfUse, asked: ModeOfUse): boolean {
	if (modeOfUse === asked || modeOfUse === "N") return true;
	return modeOfUse === "B" ? asked === "E" || asked === "D" : modeOfUse === "C" && (asked === "G" || asked === "V");
}

function slot(usages: KeyUsage[], algorithms: KeyAlgorithm[], modes: ModeOfUse[]): SlotRule {
	return Object.freeze({
		usages: Object.freeze(usages),
		algorithms: Object.freeze(algorithms),
		modes: Object.freeze(modes),
	});
}
