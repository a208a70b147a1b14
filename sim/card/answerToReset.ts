/** What a card itself takes from its Answer to Reset (ISO/IEC 7816-3, 8); read without the terminal's code, which it tests. */
export interface CardAnswer {
	readonly bytes: Uint8Array;
	/** In the order of the TD bytes; 0 alone without TD1. */
	readonly protocols: readonly number[];
	readonly ta1: number | undefined;
	/** TA2 is there: no PPS. */
	readonly isSpecific: boolean;
	/** TC1. */
	readonly extraGuardTime: number;
	/** Of T=1, as are the next: IFSC, whether the EDC is a CRC. */
	readonly informationFieldSize: number;
	readonly usesCrc: boolean;
	/** CWI. */
	readonly characterWaitingTimeInteger: number;
}

export function readAnswer(bytes: Uint8Array): CardAnswer {
	const protocols: number[] = [];
	const sets: (readonly (number | undefined)[])[] = [];
	let at = 2;
	for (let presence = bytes[1] ?? 0; ; ) {
		const next = (bit: number) => (presence & bit ? bytes[at++] : undefined);
		const [ta, tb, tc, td] = [next(0x10), next(0x20), next(0x40), next(0x80)];
		sets.push([ta, tb, tc, td]);
		if (td === undefined) break;
		protocols.push(td & 15);
		presence = td;
	}
	// The bytes of T=1 stand in the first set, from the third on, whose TD before it names T=1.
	const ofT1 = sets.find((_, i) => i >= 2 && protocols[i - 1] === 1) ?? [];
	return {
		bytes,
		protocols: protocols.length ? [...new Set(protocols)].filter(protocol => protocol !== 15) : [0],
		ta1: sets[0]![0],
		isSpecific: sets[1]?.[0] !== undefined,
		extraGuardTime: sets[0]![2] ?? 0,
		informationFieldSize: ofT1[0] ?? 32,
		usesCrc: ((ofT1[2] ?? 0) & 1) === 1,
		characterWaitingTimeInteger: (ofT1[1] ?? 0x4d) & 15,
	};
}

/** Clock cycles in one etu by TA1 (ISO/IEC 7816-3, tables 7 and 8); undefined when a value is reserved. */
export function clocksPerEtu(ta1: number): number | undefined {
	const f = [372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048][ta1 >> 4];
	const d = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20][ta1 & 15];
	return f && d ? f / d : undefined;
}
