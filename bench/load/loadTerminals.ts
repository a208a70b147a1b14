/**
 * Terminals of the load test, many in one process: each with a TLS connection of its own, its numbers and its card with a PIN
 * and a chip's cryptograms, all speaking through the firmware's host link. No kernel, no journal, no display: the bank is
 * measured, not the terminal. The process takes one JSON line, `LoadOrder`, and answers with one, `LoadResult`.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { LoadOrder, LoadResult } from "./loadOrder.js";
import { LoadTerminal } from "./loadTerminal.js";

/** As many terminals connect at the same time; a handshake costs more than a sale. */
const AT_ONCE = 10;

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, "line")) as [string];
input.close();
process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as LoadOrder))}\n`);

async function run(order: LoadOrder): Promise<LoadResult> {
	const latencies: number[] = [];
	const failures: Record<string, number> = {};
	const terminals = order.terminals.map(each => new LoadTerminal(order, each, failures));
	for (let at = 0; at < terminals.length; at += AT_ONCE)
		await Promise.all(terminals.slice(at, at + AT_ONCE).map(terminal => terminal.sell()));
	const end = performance.now() + order.durationMs;
	await Promise.all(
		terminals.map(async (terminal, i) => {
			await pause((order.everyMs * i) / terminals.length); // not all at the same moment
			while (performance.now() < end) {
				const tookMs = await terminal.sell();
				latencies.push(tookMs);
				if (order.everyMs > tookMs) await pause(order.everyMs - tookMs);
			}
			terminal.close();
		}),
	);
	return { records: terminals.map(({ record }) => record), latencies, failures };
}
