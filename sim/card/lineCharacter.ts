/** A character on the I/O line: start bit, 8 data bits, parity; one moment an etu (ISO/IEC 7816-3, 7.2). */
export const CHARACTER_MOMENTS = 10;

export type Convention = "direct" | "inverse";

/** Levels of the line, low first: 0 or 1 for each moment; then it stays high for the guard time. */
export function characterLevels(byte: number, convention: Convention, damaged = false): number[] {
	const logical = Array.from({ length: 8 }, (_, i) => (byte >> (convention === "direct" ? i : 7 - i)) & 1);
	const parity = logical.reduce((sum, bit) => sum ^ bit, damaged ? 1 : 0);
	const levels = [...logical, parity].map(bit => (convention === "direct" ? bit : 1 - bit));
	return [0, ...levels];
}

/** What a receiver of the direct convention makes of levels: the byte, and whether its parity is wrong. */
export function readLevels(levels: readonly number[]): { readonly byte: number; readonly damaged: boolean } {
	const byte = levels.slice(1, 9).reduce((sum, level, i) => sum | (level << i), 0);
	const ones = levels.slice(1, 10).reduce((sum, level) => sum + level, 0);
	return { byte, damaged: ones % 2 === 1 };
}

/** Levels that a receiver takes in the middle of its own etu when the sender's is another. */
export function resample(
	levels: readonly number[],
	senderClocksPerEtu: number,
	receiverClocksPerEtu: number,
): number[] {
	return Array.from({ length: CHARACTER_MOMENTS }, (_, i) => {
		const moment = Math.floor(((i + 0.5) * receiverClocksPerEtu) / senderClocksPerEtu);
		return levels[moment] ?? 1;
	});
}
