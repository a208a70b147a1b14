/** T=15 in a TD byte announces interface bytes that hold for every protocol (ISO/IEC 7816-3, 8.2.3). */
export const GLOBAL_BYTES = 15;

/** What the terminal needs of an Answer to Reset (ISO/IEC 7816-3, 8.2). */
export interface Atr {
	readonly bytes: Uint8Array;
	readonly convention: "direct" | "inverse";
	/** By name, e.g. `TA1`, `TD1`, `TC2`. */
	readonly interfaceBytes: Readonly<Record<string, number>>;
	readonly historicalBytes: Uint8Array;
	/** What the TD bytes name, in their order: protocols, or 15 for bytes that hold for all; 0 alone when TD1 is absent. */
	readonly protocols: readonly number[];
}

/** How many characters an ATR has in all, told from those already there; undefined while more are needed to tell. */
export function atrLength(start: Uint8Array): number | undefined {
	if (start.length < 2) return undefined;
	let at = 2;
	let indicator = start[1]! >> 4;
	let needsCheck = false;
	while (indicator) {
		const present = bitCount(indicator & 7);
		if (!(indicator & 8)) {
			at += present;
			break;
		}
		const td = start[at + present];
		if (td === undefined) return undefined;
		if (td & 15) needsCheck = true;
		at += present + 1;
		indicator = td >> 4;
	}
	return at + (start[1]! & 15) + (needsCheck ? 1 : 0);
}

/**
 * Reads a whole ATR.
 * @returns undefined when it breaks ISO/IEC 7816-3: wrong TS, wrong length, wrong check byte TCK
 */
export function decodeAtr(bytes: Uint8Array): Atr | undefined {
	const convention = bytes[0] === 0x3b ? "direct" : bytes[0] === 0x3f ? "inverse" : undefined;
	if (!convention || bytes.length > 33 || atrLength(bytes) !== bytes.length) return undefined;
	const interfaceBytes: Record<string, number> = {};
	const protocols: number[] = [];
	let at = 2;
	let indicator = bytes[1]! >> 4;
	for (let i = 1; indicator; i++) {
		if (indicator & 1) interfaceBytes[`TA${i}`] = bytes[at++]!;
		if (indicator & 2) interfaceBytes[`TB${i}`] = bytes[at++]!;
		if (indicator & 4) interfaceBytes[`TC${i}`] = bytes[at++]!;
		if (!(indicator & 8)) break;
		const td = bytes[at++]!;
		interfaceBytes[`TD${i}`] = td;
		if (!protocols.includes(td & 15)) protocols.push(td & 15);
		indicator = td >> 4;
	}
	if (protocols.length === 0) protocols.push(0);
	const historicalBytes = bytes.slice(at, at + (bytes[1]! & 15));
	if (protocols.some(protocol => protocol !== 0)) {
		let check = 0;
		for (const byte of bytes.subarray(1)) check ^= byte;
		if (check) return undefined;
	}
	return { bytes, convention, interfaceBytes, historicalBytes, protocols };
}

/**
 * Whether EMV accepts this ATR (EMV Level 1 Contact Interface 1.0, 8.3: basic ATR for T=0 or T=1 and its allowed
 * variations), whichever of the two this terminal speaks.
 * @param reset after a warm reset TB1 may say anything
 * @returns undefined when accepted, otherwise the reason as one clause
 */
export function atrObjection(atr: Atr, reset: "cold" | "warm"): string | undefined {
	const { TA1, TB1, TC1, TD1, TA2, TB2, TC2, TD2, TA3 } = atr.interfaceBytes;
	// EMV knows no PPS: the card speaks the protocol that it offers first, whatever it offers besides.
	const first = (TD1 ?? 0) & 15;
	if (first > 1) return "the first protocol offered is neither T=0 nor T=1"; // 8.3.3.4
	if (TA2 !== undefined && (TA2 & 0x10 || (TA2 & 15) !== first))
		return "specific mode asks for what the first protocol cannot do"; // 8.3.3.5
	if (TA1 !== undefined && TA2 !== undefined && (TA1 < 0x11 || TA1 > 0x13)) return "TA1 is outside 11 to 13"; // 8.3.3.1
	if (TB1 !== undefined && TB1 !== 0 && reset === "cold") return "TB1 asks for a programming voltage"; // 8.3.3.2
	if (TC1 !== undefined && TC1 !== 0x00 && TC1 !== 0xff) return "TC1 is neither 00 nor FF"; // 8.3.3.3
	if (TB2 !== undefined) return "TB2 asks for a programming voltage"; // 8.3.3.6
	if (TC2 !== undefined && (first !== 0 || TC2 !== 10)) return "TC2 is not 0A or not for T=0"; // 8.3.3.7
	if (first === 1) return t1Objection(atr);
	if (TD2 !== undefined && ![1, 14, 15].includes(TD2 & 15)) return "the second protocol offered is unknown"; // 8.3.3.8
	// ISO/IEC 7816-3, 8.3: the first TA after T=15 gives the classes of supply voltage
	if (TD2 !== undefined && (TD2 & 15) === GLOBAL_BYTES && TA3 !== undefined && ((TA3 & 0x3f) < 1 || (TA3 & 0x3f) > 7))
		return "TA3 gives no class of supply voltage";
	return undefined;
}

/** The bytes for T=1 stand after TD2. */
function t1Objection(atr: Atr): string | undefined {
	const { TD2, TA3, TB3, TC3 } = atr.interfaceBytes;
	if (TD2 === undefined || (TD2 & 15) !== 1) return "TD2 is not of T=1"; // 8.3.3.8
	if (TA3 !== undefined && (TA3 < 0x10 || TA3 > 0xfe)) return "TA3 gives a block size outside 10 to FE"; // 8.3.3.9
	if (TB3 === undefined) return "TB3 is missing for T=1"; // 8.3.3.10
	if (TB3 >> 4 > 4 || (TB3 & 15) > 5) return "TB3 asks for longer waiting times than EMV allows"; // 8.3.3.10
	if (TC3 !== undefined && TC3 !== 0) return "TC3 asks for a CRC"; // 8.3.3.11
	return undefined;
}

function bitCount(nibble: number): number {
	return (nibble & 1) + ((nibble >> 1) & 1) + ((nibble >> 2) & 1);
}
