import { parseHex } from "../../../src/bytes/hex.js";
import type { SecurityProfile } from "../../../src/host/profiles/hostProfile.js";
import type { SharedKeys } from "../../../src/training/requestKeys.js";
import { nodeCrypto } from "../../world/nodeCrypto.js";
import { systemClock, systemRandom } from "../../world/system.js";
import { coseSigner } from "../../world/testBinding.js";
import type { Bank } from "../bank.js";
import type { BankConfig } from "../bankConfig.js";
import { BindingDesk } from "./bindingDesk.js";
import { BindingRegistry } from "./registry.js";
import { terminalKeySet } from "./terminalKeySet.js";

/** The desk of a bank's configuration, over its own book of bindings. @throws {Error} when that cannot be opened */
export function openBindingDesk(
	config: NonNullable<BankConfig["binding"]>,
	{
		bank,
		security,
		keysOf,
	}: {
		readonly bank: Bank;
		readonly security: SecurityProfile;
		readonly keysOf: (terminalId: string) => SharedKeys;
	},
): { readonly desk: BindingDesk; close(): void } {
	const registry = openRegistry(config.registry);
	const { acquirer, cardIssuer, fees, merchants } = config;
	const desk = new BindingDesk({
		crypto: nodeCrypto,
		random: systemRandom,
		clock: systemClock,
		registry,
		books: bank.books,
		issuer: bank.issuer,
		currency: config.currency,
		terms: { acquirer, cardIssuer, fees, merchants },
		signer: coseSigner(nodeCrypto, parseHex(config.signingSeed)),
		agreementSecret: parseHex(config.agreementSecret),
		acquirerCertificate: parseHex(config.acquirerCertificate),
		keysOf: terminalId => terminalKeySet(nodeCrypto, security, keysOf(terminalId), terminalId),
	});
	return { desk, close: () => registry.close() };
}

function openRegistry(path: string): BindingRegistry {
	try {
		return new BindingRegistry(path);
	} catch (error) {
		throw new Error(`cannot write the book of bindings ${path}: ${(error as Error).message}`);
	}
}
