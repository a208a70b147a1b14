import { runOnXs } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

const MOST_UNITS_A_BYTE = 30;
/** What counts as flat: a byte of the longest chain, against one of the shortest. */
const FLAT = 1.05;
const TIMES = 20;

/** Name of a dialogue, how it is prepared, and bytes that it carries: data and the header or status word beside it. */
interface Dialogue {
	readonly name: string;
	readonly prepare: string;
	readonly bytes: number;
}

const t0 = (towards: string, length: number): Dialogue => ({
	name: `t0 ${towards} ${length}`,
	prepare: `prepareT0("t0 ${towards} ${length}", "${towards}", ${length})`,
	bytes: length + 7,
});
const t1 = (towards: string, length: number, size: number): Dialogue => ({
	name: `t1 ${towards} ${length} ${size}`,
	prepare: `prepareT1("t1 ${towards} ${length} ${size}", "${towards}", ${length}, ${size})`,
	bytes: length + 7,
});

const BULK = [
	["T=0 to the card", t0("card", 255)],
	["T=0 from the card", t0("terminal", 256)],
	["T=1 to the card", t1("card", 247, 254)],
	["T=1 from the card", t1("terminal", 252, 254)],
] as const;

/** Whole blocks: header and data fill them exactly, or data and status word do. */
const BLOCK_SIZE = 64;
const CHAIN_BLOCKS = [2, 3, 4];
const CHAINS = [
	["to the card", CHAIN_BLOCKS.map(blocks => t1("card", blocks * BLOCK_SIZE - 5, BLOCK_SIZE))],
	["from the card", CHAIN_BLOCKS.map(blocks => t1("terminal", blocks * BLOCK_SIZE - 2, BLOCK_SIZE))],
] as const;

const dialogues = [...BULK.map(([, dialogue]) => dialogue), ...CHAINS.flatMap(([, each]) => each)];

const expressions = dialogues.flatMap(({ name, prepare }) => [
	prepare,
	`exchange("${name}", 1)`, // warms up
	...[1, TIMES + 1].map(times => `exchange("${name}", ${times})`),
]);

/** What the terminal's side of T=0 and T=1 costs on XS, a byte of command or response. */
export async function rows(): Promise<Row[]> {
	const [, ...used] = await runOnXs(new URL("../driverOnXs.ts", import.meta.url), expressions);
	const unitsOf = new Map(
		dialogues.map(({ name, bytes }, i) => [
			name,
			(used[4 * i + 3]!.compute - used[4 * i + 2]!.compute) / TIMES / bytes,
		]),
	);
	const bulk = BULK.map(([what, { name }]): Row => {
		const units = unitsOf.get(name)!;
		return {
			what: `driver of the line, ${what}, compute units a byte`,
			kassa: units.toFixed(1),
			against: "a command or response of full length",
			ratio: `${(units / MOST_UNITS_A_BYTE).toFixed(2)} of the limit`,
			target: String(MOST_UNITS_A_BYTE),
			met: units > 0 && units <= MOST_UNITS_A_BYTE,
		};
	});
	const chains = CHAINS.map(([what, each]): Row => {
		const units = each.map(({ name }) => unitsOf.get(name)!);
		const ratio = units.at(-1)! / units[0]!;
		return {
			what: `driver of the line, T=1 chain ${what} in blocks of ${BLOCK_SIZE}, compute units a byte`,
			kassa: units.map(unit => unit.toFixed(1)).join(" "),
			against: `chains of ${CHAIN_BLOCKS.join(", ")} blocks`,
			ratio: `${ratio.toFixed(2)} longest to shortest`,
			target: `${FLAT} x`,
			met: units[0]! > 0 && ratio <= FLAT,
		};
	});
	return [...bulk, ...chains];
}
