import { runOnXs, type XsUse } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

const ENTRY = new URL("../cryptoOnXs.ts", import.meta.url);
/** What the first use of an operation may keep. */
const MOST_KEPT_BYTES = 60 * 1024;

interface Cost {
	readonly compute: number;
	readonly keptBytes: number;
}

/** Compute units and kept bytes of each cryptographic operation, beside the libraries that also have it. */
export async function rows(): Promise<Row[]> {
	const [, told] = await runOnXs(ENTRY, ["tellOperations()"]);
	const operations = told!.reply as [name: string, implementations: string[]][];
	const costs = new Map<string, Map<string, Cost>>(operations.map(([name]) => [name, new Map()]));
	const results = new Map<string, string>();
	for (const by of new Set(operations.flatMap(([, implementations]) => implementations))) {
		const names = operations.filter(([, implementations]) => implementations.includes(by)).map(([name]) => name);
		for (const [name, { result, ...cost }] of await measure(names, by)) {
			costs.get(name)!.set(by, cost);
			if ((results.get(name) ?? result) !== result) throw new Error(`${name}: ${by} has another result`);
			results.set(name, result);
		}
	}
	return [...costs].map(([name, each]) => row(name, each));
}

/** All operations of one implementation in a machine of its own, so that the first use of each is one. */
async function measure(names: readonly string[], by: string) {
	const calls = names.map(name => `(${JSON.stringify(name)}, ${JSON.stringify(by)})`);
	const expressions = calls.flatMap(call => ["nothing()", `run${call}`, `run${call}`, `tellResult${call}`]);
	const [, , ...used] = await runOnXs(ENTRY, ["nothing()", ...expressions], { withHeap: true });
	return names.map((name, i) => {
		const [idle, first, second, told] = used.slice(4 * i, 4 * i + 4) as [XsUse, XsUse, XsUse, XsUse];
		const cost: Cost & { result: string } = {
			compute: second.compute - idle.compute,
			// The second use keeps nothing more; what it seems to keep is the evaluated expression itself.
			keptBytes: first.heapBytes! - idle.heapBytes! - (second.heapBytes! - first.heapBytes!),
			result: told.reply as string,
		};
		return [name, cost] as const;
	});
}

function row(name: string, costs: ReadonlyMap<string, Cost>): Row {
	const { kassa, ...others } = Object.fromEntries(costs) as { kassa: Cost } & Record<string, Cost>;
	const text = ({ compute, keptBytes }: Cost) => `${compute} (${(keptBytes / 1024).toFixed(1)} KB)`;
	const least = Math.min(...Object.values(others).map(({ compute }) => compute));
	return {
		what: `${name}, compute units (kept after first use)`,
		kassa: text(kassa),
		against: Object.entries(others)
			.map(([by, cost]) => `${by} ${text(cost)}`)
			.join(", "),
		ratio: Number.isFinite(least) ? `${(least / kassa.compute).toFixed(2)} x less` : "",
		target: "60 KB kept",
		met: kassa.keptBytes <= MOST_KEPT_BYTES,
	};
}
