/**
 * Terminals of the load test, many in one process: each with a TLS connection of its own, its numbers and its card with a PIN
 * and a chip's cryptograms, all speaking through the firmware's host link. No kernel, no journal, no display: the bank is
 * measured, not the terminal. The process takes one JSON line, `LoadOrder`, and answers with one, `LoadResult`.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock, systemRandom } from "../../sim/world/system.js";
import { type TlsHostOptions, tlsHostSocket } from "../../sim/world/tlsHostSocket.js";
import { HostLink } from "../../src/host/hostLink.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { request } from "../../src/host/request.js";
import { iccData, keys, PIN, pinBlock, sale } from "../../test/sim/bank/bankWorld.js";

export interface LoadOrder {
	readonly tls: TlsHostOptions;
	readonly merchantId: string;
	/** A terminal, the card that is used in it, and the last STAN that it has had. */
	readonly terminals: readonly { readonly terminalId: string; readonly pan: string; readonly lastStan: number }[];
	readonly durationMs: number;
	/** From when on latencies count: all connections stand then. */
	readonly warmUpMs: number;
	/** A terminal begins a sale at most so often; 0: the next one as soon as the last has ended. */
	readonly everyMs: number;
}

export interface LoadResult {
	/** By terminal: what its own records say. */
	readonly records: readonly {
		readonly terminalId: string;
		readonly lastStan: number;
		readonly approved: number;
		readonly sumMinor: number;
	}[];
	/** Milliseconds of each sale after the warm-up. */
	readonly latencies: readonly number[];
	/** Everything but an approval, by its reason. */
	readonly failures: Readonly<Record<string, number>>;
}

/** The UnionPay-style profile over a connection that is kept, as a busy terminal's is. */
const KEPT_OPEN = {
	...unionPay,
	connection: { ...unionPay.connection, keepAlive: { echoAfterMs: 60_000, echoTimeoutMs: 5_000 } },
};
const TIMEOUT_MS = 30_000;

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, "line")) as [string];
input.close();
process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as LoadOrder))}\n`);

async function run(order: LoadOrder): Promise<LoadResult> {
	const latencies: number[] = [];
	const failures: Record<string, number> = {};
	const begin = performance.now();
	const records = await Promise.all(
		order.terminals.map(async ({ terminalId, pan, lastStan }, i) => {
			const ports = { clock: systemClock, random: systemRandom, log: { line: () => {} } };
			const link = new HostLink(KEPT_OPEN, { primary: tlsHostSocket(order.tls), ...ports });
			const terminal = { terminalId, merchantId: order.merchantId };
			let stan = lastStan;
			let approved = 0;
			let sumMinor = 0;
			await pause((order.everyMs * i) / order.terminals.length); // not all at the same moment
			while (performance.now() - begin < order.durationMs) {
				const amountMinor = 100 + ((++stan * 7 + i) % 900);
				const chip = iccData(amountMinor, stan, {}, { pan });
				const values = sale(stan, { pan, amountMinor, pinBlock: pinBlock(PIN, pan), iccData: chip });
				const from = performance.now();
				const reply = await request(link, terminal, "sale", values, keys, TIMEOUT_MS);
				const tookMs = performance.now() - from;
				if (from - begin >= order.warmUpMs) latencies.push(tookMs);
				if (reply.kind === "answered" && reply.approved) {
					approved++;
					sumMinor += amountMinor;
				} else {
					const why = reply.kind === "answered" ? reply.responseCode : reply.reason;
					failures[why] = (failures[why] ?? 0) + 1;
				}
				if (order.everyMs > tookMs) await pause(order.everyMs - tookMs);
			}
			link.close();
			return { terminalId, lastStan: stan, approved, sumMinor };
		}),
	);
	return { records, latencies, failures };
}
