import type { LineParameters } from "../ports.js";
import type { AtrParameters, TransmissionFactors } from "./atrParameters.js";

/** Least clock cycles after which RST high counts as unanswered: the card has 40,000, the terminal allows 42,000 (EMV 4.3 Book 1, 6.1.3). */
export const ATR_FIRST_WAIT_ETU = Math.ceil(42_000 / 372);
/** 9,600 etu for the card, 10,080 allowed, between two characters of the ATR (8.1). */
export const ATR_CHARACTER_WAIT_ETU = 10_080;
/** 19,200 etu for the card, 20,160 allowed, for the whole of it (8.1). */
export const ATR_WHOLE_ETU = 20_160;

/**
 * How long a card may ask for more time in one command: 3 minutes at 4 MHz. The Books set no bound; a hostile card would hold
 * the terminal for ever.
 */
export const LONGEST_COMMAND_ETU = (180 * 4_000_000) / 372;

/** N = 255 stands for the least guard time of the protocol (ISO/IEC 7816-3, 8.3, TC1). */
const LEAST_GUARD_TIME = 255;

export interface T0Timing {
	readonly line: LineParameters;
	/** Longest time between two characters of the card, or one to and one from it. */
	readonly workWaitingTimeEtu: number;
}

/** EMV 4.3 Book 1, 9.2.2.1: 960 x D x WI, and D x 480 more that the terminal allows. */
export function t0Timing({ extraGuardTime, t0 }: AtrParameters, { f, d }: TransmissionFactors): T0Timing {
	return {
		line: {
			clocksPerEtu: f / d,
			guardTimeEtu: 12 + (extraGuardTime === LEAST_GUARD_TIME ? 0 : extraGuardTime),
			turnaroundTimeEtu: 16,
			repeatsCharacters: true,
		},
		workWaitingTimeEtu: d * (960 * (t0?.waitingTimeInteger ?? 10) + 480),
	};
}

export interface T1Timing {
	readonly line: LineParameters;
	/** CWT: longest time between two characters of a block. */
	readonly characterWaitingTimeEtu: number;
	/** BWT: longest time from a block to the card to the first character of its answer. */
	readonly blockWaitingTimeEtu: number;
}

/**
 * ISO/IEC 7816-3, 11.4.3: CWT = 11 + 2^CWI etu, BWT = 11 etu + 2^BWI x 960 x 372 cycles, BGT = 22 etu. The terminal allows
 * 4 etu and 960 x D etu more (EMV 4.3 Book 1, 9.2.4.2).
 */
export function t1Timing({ extraGuardTime, t1 }: AtrParameters, { f, d }: TransmissionFactors): T1Timing {
	return {
		line: {
			clocksPerEtu: f / d,
			guardTimeEtu: extraGuardTime === LEAST_GUARD_TIME ? 11 : 12 + extraGuardTime,
			turnaroundTimeEtu: 22,
			repeatsCharacters: false,
		},
		characterWaitingTimeEtu: 11 + 2 ** (t1?.characterWaitingTimeInteger ?? 13) + 4,
		blockWaitingTimeEtu: Math.ceil(11 + (2 ** (t1?.blockWaitingTimeInteger ?? 4) * 960 * 372 * d) / f) + 960 * d,
	};
}
