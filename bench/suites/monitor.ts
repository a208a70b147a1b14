import { runOnXs, type XsUse } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

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
	];
}

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
