import { Acquirer } from "../../sim/bank/acquirer.js";
import type { BankSide } from "../../sim/bank/answerLine.js";
import { Bank } from "../../sim/bank/bank.js";
import type { CardOpening } from "../../sim/bank/books.js";
import type { IssuerKeys } from "../../sim/bank/issuer.js";
import { Ledger } from "../../sim/bank/ledger.js";
import { TEST_MERCHANT } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { systemClock } from "../../sim/world/system.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { BDK, MAK, PIK, TMK } from "../../test/flows/bench.js";

export interface SoakBankOptions {
	/** SQLite file, empty or not there yet. */
	readonly ledger: string;
	readonly terminalIds: readonly string[];
	readonly issuerKeys: IssuerKeys;
	readonly accounts: readonly CardOpening[];
}

/** One bank with one ledger for all terminals, whatever profile they speak; it can be switched off and on in between. */
export class SoakBank {
	readonly #options: SoakBankOptions;
	#bank: Bank;
	#books: Ledger;
	readonly #acquirers = new Map<HostProfile, Acquirer>();

	constructor(options: SoakBankOptions) {
		this.#options = options;
		this.#books = this.#openBooks();
		this.#bank = this.#open();
	}

	get books(): Ledger {
		return this.#books;
	}

	/** The house as it is now; another one after each restart. */
	get bank(): Bank {
		return this.#bank;
	}

	/** Its messages in this profile, as they are now. */
	acquirer(profile: HostProfile): Acquirer {
		const known = this.#acquirers.get(profile);
		if (known) return known;
		const { terminalIds } = this.#options;
		const merchants = [{ merchantId: TEST_MERCHANT.merchantId, terminalIds }];
		const keys = { pik: PIK, mak: MAK, tmk: TMK, bdk: BDK };
		const acquirer = new Acquirer({ profile, merchants, keys, bank: this.#bank });
		this.#acquirers.set(profile, acquirer);
		return acquirer;
	}

	/** The same, for a line that goes on when the bank was switched off and on. */
	side(profile: HostProfile): BankSide {
		return {
			profile,
			handle: bytes => this.acquirer(profile).handle(bytes),
			orderScript: order => this.acquirer(profile).orderScript(order),
		};
	}

	restart(): void {
		this.close();
		this.#books = this.#openBooks();
		this.#bank = this.#open();
		this.#acquirers.clear();
	}

	close(): void {
		this.#books.close();
	}

	#openBooks(): Ledger {
		const { ledger, accounts } = this.#options;
		return new Ledger(ledger, [TEST_MERCHANT.merchantId], accounts);
	}

	#open(): Bank {
		const { issuerKeys } = this.#options;
		const random = new SeededRandom(1);
		return new Bank({ issuerKeys, books: this.#books, crypto: nodeCrypto, random, clock: systemClock });
	}
}
