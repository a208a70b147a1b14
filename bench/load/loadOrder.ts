import type { TlsHostOptions } from "../../sim/world/tlsHostSocket.js";

/** What the process of load terminals is asked to do. */
export interface LoadOrder {
	readonly tls: TlsHostOptions;
	readonly merchantId: string;
	/** A terminal, the card that is used in it, and the last STAN that it has had. */
	readonly terminals: readonly { readonly terminalId: string; readonly pan: string; readonly lastStan: number }[];
	/** From the moment on at which every terminal has sold once, which is when all connections stand. */
	readonly durationMs: number;
	/** A terminal begins a sale at most so often; 0: the next one as soon as the last has ended. */
	readonly everyMs: number;
}

/** What it answers. */
export interface LoadResult {
	/** By terminal: what its own records say. */
	readonly records: readonly {
		readonly terminalId: string;
		readonly lastStan: number;
		readonly approved: number;
		readonly sumMinor: number;
	}[];
	/** Milliseconds of each sale, the first one of each terminal left out. */
	readonly latencies: readonly number[];
	/** Everything but an approval, by its reason. */
	readonly failures: Readonly<Record<string, number>>;
}
