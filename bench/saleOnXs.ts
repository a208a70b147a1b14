import { softwareCrypto } from "../src/crypto/software.js";
import { decodeConfiguration } from "../src/emv/decodeConfiguration.js";
import type { Crypto } from "../src/ports.js";
import { type CryptographicOperation, notingCrypto, type RecordedSale, ReplayedSale } from "./replayedSale.js";
import { tell } from "./tell.js";

const operations: CryptographicOperation[] = [];
const sales: ReplayedSale[] = [];

/** What `bench/suites/sale.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	prepare({ sale, configuration }: { sale: RecordedSale; configuration: unknown }) {
		for (const crypto of [notingCrypto(softwareCrypto, operations), softwareCrypto])
			sales.push(replayed(sale, configuration, crypto));
	},
	/** Warms up, and tells which operations a sale consists of. */
	async noteSale() {
		await sales[0]!.run();
		operations.push(...sales[0]!.rsaOperations);
	},
	runSale: () => sales[1]!.run(),
	runOperations() {
		for (let i = 0; i < operations.length; i++) operations[i]!();
	},
	tellSale() {
		const { transaction, differences } = sales[1]!;
		tell({ cryptogram: transaction.cryptogram, differences, operations: operations.length });
	},
});

function replayed(sale: RecordedSale, configuration: unknown, crypto: Crypto): ReplayedSale {
	return new ReplayedSale(sale, decodeConfiguration(configuration, softwareCrypto), crypto);
}
