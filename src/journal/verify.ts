import type { KeptRecords } from "./keptRecords.js";
import { offsetOf, type Position, segmentOf } from "./position.js";
import type { Copy } from "./segments.js";

export interface JournalDamage {
	/** Undefined when it cannot be read any more. */
	readonly record: number | undefined;
	readonly segment: number;
	readonly offset: number;
	readonly copies: readonly Copy[];
	readonly repaired: boolean;
}

export interface JournalReport {
	/** Whole records, in one copy at least. */
	readonly records: number;
	readonly damage: readonly JournalDamage[];
}

/** Reads every record in both copies and repairs what one of them still has [MNY-JRN-01]. */
export function verifyRecords(kept: KeptRecords): JournalReport {
	const damage: JournalDamage[] = [];
	let records = 0;
	const toRepair = new Map<number, Position>();
	const lost = new Set<number>();
	for (const { position, sequence, frame, damaged } of kept.inspect()) {
		if (frame) records++;
		if (damaged.length === 0) continue;
		const segment = segmentOf(position);
		if (frame) toRepair.set(segment, position);
		else lost.add(segment);
		damage.push({ record: sequence, segment, offset: offsetOf(position), copies: damaged, repaired: false });
	}
	for (const [segment, position] of toRepair) if (!lost.has(segment)) kept.repair(position);
	return { records, damage: damage.map(each => ({ ...each, repaired: !lost.has(each.segment) })) };
}
