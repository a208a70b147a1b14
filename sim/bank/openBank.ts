import { parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { systemClock, systemRandom } from "../world/system.js";
import { Acquirer } from "./acquirer.js";
import { Bank } from "./bank.js";
import { type BankConfig, parseDownloads, parseSharedKeys } from "./bankConfig.js";
import { bankProfile } from "./bankProfile.js";
import type { BindingDesk } from "./binding/bindingDesk.js";
import { openBindingDesk } from "./binding/openBindingDesk.js";
import { Ledger } from "./ledger.js";

/** The whole bank behind its lines. */
export interface OpenBank {
	readonly acquirer: Acquirer;
	/** Undefined for a bank that binds no terminals. */
	readonly desk: BindingDesk | undefined;
	close(): void;
}

/** @throws {Error} one sentence when its books cannot be opened */
export function openBank(config: BankConfig): OpenBank {
	const profile = bankProfile(config.profile);
	const ledger = openLedger(config);
	const bank = bankOf(config, ledger);
	const keysOf = (terminalId: string) => {
		const own = config.terminalKeys?.find(each => each.terminalId === terminalId);
		return parseSharedKeys(own?.keys ?? config.keys);
	};
	const binding = config.binding && openBindingDesk(config.binding, { bank, security: profile.security, keysOf });
	const acquirer = new Acquirer({
		profile,
		merchants: config.merchants,
		keys: parseSharedKeys(config.keys),
		terminalKeys: new Map((config.terminalKeys ?? []).map(({ terminalId }) => [terminalId, keysOf(terminalId)])),
		bank,
		...(binding && { bindingNumberOf: terminalId => binding.desk.bindingNumber(terminalId) }),
	});
	return {
		acquirer,
		desk: binding?.desk,
		close() {
			ledger.close();
			binding?.close();
		},
	};
}

function bankOf(config: BankConfig, books: Ledger): Bank {
	const { secureMessagingMasterKeys: scriptKeys, completionPercent } = config;
	return new Bank({
		books,
		issuerKeys: {
			issuerMasterKeyAc: parseHex(config.issuerMasterKeyAc),
			...(scriptKeys && {
				secureMessaging: {
					integrity: parseHex(scriptKeys.integrity),
					confidentiality: parseHex(scriptKeys.confidentiality),
				},
			}),
		},
		crypto: nodeCrypto,
		random: systemRandom,
		clock: systemClock,
		downloads: parseDownloads(config),
		...(completionPercent !== undefined && { completionPercent }),
	});
}

function openLedger({ ledger, merchants, accounts }: BankConfig): Ledger {
	try {
		return new Ledger(
			ledger,
			merchants.map(({ merchantId }) => merchantId),
			accounts,
		);
	} catch (error) {
		throw new Error(`cannot write the ledger ${ledger}: ${(error as Error).message}`);
	}
}
