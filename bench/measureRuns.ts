import { runOnXs, type XsUse } from "../test/xs/xsEngine.js";

/** Of an XS slot on a 64-bit machine; 16 on a board of 32 bits. */
const SLOT_BYTES = 32;
const TIMES = 100;

/** What one run of a function uses on XS, its call in a loop taken off. */
export interface OneRun {
	/** Compute units. */
	readonly compute: number;
	/** Of slots, collected or not. */
	readonly garbageBytes: number;
}

/**
 * Runs functions of a bundle many times each.
 * @param entry puts them on the global object: `name(times)`, and `nothing(times)`, the loop with nothing in it
 * @param tellers expressions that tell something, to be evaluated once
 * @returns what one run of each function uses, and what was told
 */
export async function measureRuns<Name extends string>(
	entry: URL,
	names: readonly Name[],
	tellers: readonly string[] = [],
): Promise<{ readonly runs: Readonly<Record<Name, OneRun>>; readonly told: readonly unknown[] }> {
	const all = ["nothing", ...names];
	const expressions = [...tellers, "gc()", ...all.flatMap(name => [`${name}(1)`, `${name}(${TIMES + 1})`])];
	const [, ...used] = await runOnXs(entry, expressions);
	const slotsFrom = (i: number) => used[i]!.slots - used[i - 1]!.slots;
	const once = (i: number): OneRun => {
		const at = tellers.length + 1 + 2 * i;
		const [one, many] = [used[at]!, used[at + 1]!] as [XsUse, XsUse];
		return {
			compute: (many.compute - one.compute) / TIMES,
			garbageBytes: ((slotsFrom(at + 1) - slotsFrom(at)) / TIMES) * SLOT_BYTES,
		};
	};
	const nothing = once(0);
	const runs = names.map((name, i) => {
		const { compute, garbageBytes } = once(i + 1);
		return [name, { compute: compute - nothing.compute, garbageBytes }] as const;
	});
	return {
		runs: Object.fromEntries(runs) as Record<Name, OneRun>,
		told: used.slice(0, tellers.length).map(({ reply }) => reply),
	};
}
