import { softwareCrypto } from "../src/crypto/software.js";
import { BUILT_IN_RULES } from "../src/monitor/builtInRules.js";
import { type BenchOptions, SaleBench } from "../test/flows/bench.js";
import { tell } from "./tell.js";

let bench: SaleBench | undefined;

/** What `bench/suites/monitor.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	async equip(options: Omit<BenchOptions, "crypto">) {
		bench = new SaleBench({ ...options, crypto: softwareCrypto, monitoring: BUILT_IN_RULES });
		const { status } = await bench.sale(1_000);
		bench.removeCard();
		tell({ status });
	},
	/** As at power-on. */
	async check() {
		const { results, blocking } = await bench!.terminal.selfCheck("start");
		tell({ checks: results.length, blocking });
	},
});
