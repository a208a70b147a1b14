/** Where in the journal a frame begins: segment and offset in one number, so that later frames have larger ones. */
export type Position = number;

const OFFSETS = 2 ** 20;

export function positionOf(segment: number, offset: number): Position {
	return segment * OFFSETS + offset;
}

export function segmentOf(position: Position): number {
	return Math.floor(position / OFFSETS);
}

export function offsetOf(position: Position): number {
	return position % OFFSETS;
}
