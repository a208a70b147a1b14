import { makeSaleWorld } from "../../test/flows/saleWorld.js";
import { runOnXs, type XsUse } from "../../test/xs/xsEngine.js";
import { type Row, UNITS_PER_SECOND } from "../row.js";

const MOST_UNITS = 3_000;
const [FEW, MANY] = [10, 100_000];

/** What an event costs with all built-in rules, and what the rules remember in. */
export async function rows(): Promise<Row[]> {
	const { mean, most, mostWithAlarm, count } = await unitsPerEvent();
	const [few, many] = await memory();
	return [
		{
			what: "monitor: an event with all built-in rules, compute units, dearest of a stream",
			kassa: String(most),
			against: `${mean} on average of ${count}`,
			ratio: "",
			target: `at most ${MOST_UNITS}`,
			met: most <= MOST_UNITS,
		},
		{
			what: "monitor: an event that gives an alarm, with what explains it, compute units, dearest",
			kassa: String(mostWithAlarm),
			against: "",
			ratio: "",
			target: `at most ${MOST_UNITS}`,
			met: mostWithAlarm <= MOST_UNITS,
		},
		{
			what: `monitor: heap after ${MANY} events, bytes`,
			kassa: String(many!.heapBytes),
			against: `${few!.heapBytes} after ${FEW}`,
			ratio: `${(many!.heapBytes / few!.heapBytes).toFixed(4)} x`,
			target: "no more",
			met: many!.heapBytes <= few!.heapBytes,
		},
		{
			what: `monitor: what the rules remember after ${MANY} events, bytes`,
			kassa: `${many!.memoryBytes}, ${many!.stateBytes} on the medium`,
			against: `${few!.memoryBytes}, ${few!.stateBytes} after ${FEW}`,
			ratio: "",
			target: "the same",
			met: many!.memoryBytes === few!.memoryBytes && many!.stateBytes === few!.stateBytes,
		},
		await selfCheckRow(),
	];
}

const MOST_CHECK_SECONDS = 2;

async function selfCheckRow(): Promise<Row> {
	const { [CARD]: world } = await makeSaleWorld(CARD);
	const entry = new URL("../selfCheckOnXs.ts", import.meta.url);
	const [, equipped, , checked] = await runOnXs(entry, [`equip(${JSON.stringify(world)})`, "check()", "check()"]);
	const { checks, blocking } = checked!.reply as { checks: number; blocking: readonly string[] };
	if ((equipped!.reply as { status: string }).status !== "approved" || blocking.length)
		throw new Error("the terminal did not pass its self-check on XS");
	const seconds = checked!.compute / UNITS_PER_SECOND;
	return {
		what: `monitor: self-check at power-on, ${checks} checks, seconds on a board, estimated`,
		kassa: seconds.toFixed(2),
		against: `${checked!.compute} compute units, cryptography in JavaScript`,
		ratio: "",
		target: `at most ${MOST_CHECK_SECONDS}`,
		met: seconds <= MOST_CHECK_SECONDS,
	};
}

const CARD = "unionpay-credit";
const ENTRY = new URL("../monitorOnXs.ts", import.meta.url);

async function unitsPerEvent() {
	const [, begun] = await runOnXs(ENTRY, ["begin()"]);
	const { events: count } = begun!.reply as { events: number };
	const each = Array.from({ length: count }, (_, i) => i);
	const expressions = ["begin()", "tellAlarms()", ...each.map(i => `nothing(${i})`), ...each.map(i => `take(${i})`)];
	const [, , told, ...used] = await runOnXs(ENTRY, expressions);
	const alarms = told!.reply as number[];
	const units = each.map(i => used[count + i]!.compute - used[i]!.compute);
	return {
		count,
		mean: Math.round(units.reduce((sum, each) => sum + each, 0) / count),
		most: Math.max(...units.filter((_, i) => alarms[i] === 0)),
		mostWithAlarm: Math.max(...units.filter((_, i) => alarms[i]! > 0)),
	};
}

async function memory() {
	const taking = (from: number, to: number) => [`many(${from}, ${to})`, "tellMemory()"];
	const told = ({ reply }: XsUse) => reply as { memoryBytes: number; stateBytes: number };
	const expressions = ["beginMany()", ...taking(0, FEW), ...taking(FEW, MANY), "undefined", "tellMemory()"];
	const [, , , few, , many, , idle] = await runOnXs(ENTRY, expressions, { withHeap: true });
	// Each expression leaves something behind: what two of them do that take no event.
	const left = idle!.heapBytes! - many!.heapBytes!;
	return [
		{ ...told(few!), heapBytes: few!.heapBytes! },
		{ ...told(many!), heapBytes: many!.heapBytes! - left },
	];
}
