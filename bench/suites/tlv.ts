import { measureRuns, type OneRun } from "../measureRuns.js";
import { RECORD_LENGTH } from "../record.js";
import type { Row } from "../row.js";

const LEAST_TIMES_CHEAPER = 4;
const LEAST_TIMES_LESS_GARBAGE = 100;

/** What parsing a record costs on XS, beside a parser that makes an object of every data object. */
export async function rows(): Promise<Row[]> {
	const entry = new URL("../tlvOnXs.ts", import.meta.url);
	const { runs, told } = await measureRuns(entry, ["flat", "naiveText", "naiveNumber"], ["tellObjects()"]);
	const { length, counts } = told[0] as { length: number; counts: number[] };
	if (length !== RECORD_LENGTH || new Set(counts).size !== 1) throw new Error("the parsers differ");
	return [
		computeRow(runs.flat, runs.naiveText, "tags as text"),
		computeRow(runs.flat, runs.naiveNumber, "tags as numbers"),
		garbageRow(runs.flat, runs.naiveText, "tags as text"),
		garbageRow(runs.flat, runs.naiveNumber, "tags as numbers"),
	];
}

function computeRow(flat: OneRun, naive: OneRun, kind: string): Row {
	const ratio = naive.compute / flat.compute;
	return {
		what: `TLV parse of a ${RECORD_LENGTH}-byte record, compute units`,
		kassa: flat.compute.toFixed(0),
		against: `${naive.compute.toFixed(0)} naive, ${kind}`,
		ratio: `${ratio.toFixed(2)} x less`,
		target: `${LEAST_TIMES_CHEAPER} x`,
		met: ratio >= LEAST_TIMES_CHEAPER,
	};
}

function garbageRow(flat: OneRun, naive: OneRun, kind: string): Row {
	return {
		what: `TLV parse of a ${RECORD_LENGTH}-byte record, garbage in bytes`,
		kassa: flat.garbageBytes.toFixed(0),
		against: `${naive.garbageBytes.toFixed(0)} naive, ${kind}`,
		ratio: flat.garbageBytes ? `${(naive.garbageBytes / flat.garbageBytes).toFixed(0)} x less` : "none",
		target: `${LEAST_TIMES_LESS_GARBAGE} x`,
		met: naive.garbageBytes > 0 && naive.garbageBytes >= LEAST_TIMES_LESS_GARBAGE * flat.garbageBytes,
	};
}
