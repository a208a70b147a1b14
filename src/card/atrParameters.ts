import { type Atr, GLOBAL_BYTES } from "./atr.js";

/** Transmission factors: F clock cycles are D etu (ISO/IEC 7816-3, 7.1). */
export interface TransmissionFactors {
	readonly f: number;
	readonly d: number;
}

/** Fd and Dd: those of the Answer to Reset and of a card with which nothing else was agreed (ISO/IEC 7816-3, 8.3). */
export const DEFAULT_FACTORS: TransmissionFactors = Object.freeze({ f: 372, d: 1 });

/** What an ATR says in numbers, with the defaults of ISO/IEC 7816-3 where it is silent. */
export interface AtrParameters {
	/** Transmission protocols offered, the one that EMV uses first. */
	readonly protocols: readonly number[];
	/** Clock rate conversion integer Fi (table 7); undefined when TA1 has a reserved value. */
	readonly clockRateConversion: number | undefined;
	/** Baud rate adjustment integer Di (table 8); undefined when TA1 has a reserved value. */
	readonly baudRateAdjustment: number | undefined;
	/** Extra guard time integer N as TC1 gives it; 255 has a meaning of its own in each protocol (8.3). */
	readonly extraGuardTime: number;
	/** TA2 is there: the card does not negotiate (6.3.1). */
	readonly specificMode: boolean;
	/** Of T=0, when the card offers it. */
	readonly t0: { readonly waitingTimeInteger: number } | undefined;
	/** Of T=1, when the card offers it. */
	readonly t1:
		| {
				/** IFSC: longest information field that the card takes, in bytes (11.4.2). */
				readonly informationFieldSize: number;
				/** BWI and CWI (11.4.3). */
				readonly blockWaitingTimeInteger: number;
				readonly characterWaitingTimeInteger: number;
				readonly errorDetection: "LRC" | "CRC";
		  }
		| undefined;
}

// Table 7, by bits 8 to 5 of TA1; table 8, by bits 4 to 1. Zero: reserved.
const CLOCK_RATE_CONVERSIONS = Object.freeze([
	372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0,
]);
const BAUD_RATE_ADJUSTMENTS = Object.freeze([0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0]);

const DEFAULT_TA1 = 0x11;
const DEFAULT_TB_T1 = 0x4d;

export function atrParameters({ interfaceBytes, protocols }: Atr): AtrParameters {
	const { TA1 = DEFAULT_TA1, TC1 = 0, TA2, TC2 = 10, TD1 = 0 } = interfaceBytes;
	const t1Index = firstIndexOfT1(interfaceBytes);
	const ofT1 = (letter: "TA" | "TB" | "TC", otherwise: number) => interfaceBytes[`${letter}${t1Index}`] ?? otherwise;
	const waiting = ofT1("TB", DEFAULT_TB_T1);
	return {
		protocols: protocols.filter(protocol => protocol !== GLOBAL_BYTES),
		clockRateConversion: CLOCK_RATE_CONVERSIONS[TA1 >> 4] || undefined,
		baudRateAdjustment: BAUD_RATE_ADJUSTMENTS[TA1 & 15] || undefined,
		extraGuardTime: TC1,
		specificMode: TA2 !== undefined,
		// 10.2: TC2 is of T=0, whose first occurrence can only be TD1
		t0: protocols.includes(0) ? { waitingTimeInteger: (TD1 & 15) === 0 ? TC2 : 10 } : undefined,
		t1: protocols.includes(1)
			? {
					informationFieldSize: ofT1("TA", 32),
					blockWaitingTimeInteger: waiting >> 4,
					characterWaitingTimeInteger: waiting & 15,
					errorDetection: ofT1("TC", 0) & 1 ? "CRC" : "LRC",
				}
			: undefined,
	};
}

/** @returns what a TA1 says; undefined when it is absent or has a reserved value */
export function factorsOf(ta1: number | undefined): TransmissionFactors | undefined {
	const f = ta1 === undefined ? 0 : CLOCK_RATE_CONVERSIONS[ta1 >> 4]!;
	const d = ta1 === undefined ? 0 : BAUD_RATE_ADJUSTMENTS[ta1 & 15]!;
	return f && d ? { f, d } : undefined;
}

/** 11.4: the first interface bytes of T=1 follow the first TD byte from TD2 on that names it. */
function firstIndexOfT1(interfaceBytes: Atr["interfaceBytes"]): number | undefined {
	for (let i = 2; interfaceBytes[`TD${i}`] !== undefined; i++) if ((interfaceBytes[`TD${i}`]! & 15) === 1) return i + 1;
	return undefined;
}
