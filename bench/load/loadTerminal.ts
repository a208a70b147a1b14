import { TEST_BINDING_NUMBER } from "../../sim/world/merchant.js";
import { systemClock, systemRandom } from "../../sim/world/system.js";
import { tlsHostSocket } from "../../sim/world/tlsHostSocket.js";
import { HostLink } from "../../src/host/hostLink.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { request } from "../../src/host/request.js";
import { iccData, keys, PIN, pinBlock, sale } from "../../test/sim/bank/bankWorld.js";
import type { LoadOrder, LoadResult } from "./loadOrder.js";

/** The UnionPay-style profile over a connection that is kept, as a busy terminal's is. */
const KEPT_OPEN = {
	...unionPay,
	connection: { ...unionPay.connection, keepAlive: { echoAfterMs: 60_000, echoTimeoutMs: 5_000 } },
};
const TIMEOUT_MS = 30_000;

/** One terminal that sells, and its own records of it. */
export class LoadTerminal {
	readonly #link: HostLink;
	readonly #merchantId: string;
	readonly #terminal: LoadOrder["terminals"][number];
	readonly #failures: Record<string, number>;
	#stan: number;
	#approved = 0;
	#sumMinor = 0;

	constructor(order: LoadOrder, terminal: LoadOrder["terminals"][number], failures: Record<string, number>) {
		const ports = { clock: systemClock, random: systemRandom, log: { line: () => {} } };
		this.#link = new HostLink(KEPT_OPEN, { primary: tlsHostSocket(order.tls), ...ports });
		this.#merchantId = order.merchantId;
		this.#terminal = terminal;
		this.#failures = failures;
		this.#stan = terminal.lastStan;
	}

	get record(): LoadResult["records"][number] {
		const { terminalId } = this.#terminal;
		return { terminalId, lastStan: this.#stan, approved: this.#approved, sumMinor: this.#sumMinor };
	}

	/** @returns milliseconds from the request to its answer */
	async sell(): Promise<number> {
		const { terminalId, pan } = this.#terminal;
		const stan = ++this.#stan;
		const amountMinor = 100 + ((stan * 7) % 900);
		const chip = iccData(amountMinor, stan, {}, { pan });
		const values = sale(stan, { pan, amountMinor, pinBlock: pinBlock(PIN, pan), iccData: chip });
		const from = performance.now();
		const terminal = { terminalId, merchantId: this.#merchantId, bindingNumber: TEST_BINDING_NUMBER };
		const reply = await request(this.#link, terminal, "sale", values, keys, TIMEOUT_MS);
		const tookMs = performance.now() - from;
		if (reply.kind === "answered" && reply.approved) {
			this.#approved++;
			this.#sumMinor += amountMinor;
		} else {
			const why = reply.kind === "answered" ? reply.responseCode : reply.reason;
			this.#failures[why] = (this.#failures[why] ?? 0) + 1;
		}
		return tookMs;
	}

	close(): void {
		this.#link.close();
	}
}
