import { Acquirer } from "../../sim/bank/acquirer.js";
import type { BankSide } from "../../sim/bank/answerLine.js";
import { Bank } from "../../sim/bank/bank.js";
import { ANSWER_FAULTS } from "../../sim/bank/fault.js";
import { Ledger } from "../../sim/bank/ledger.js";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { TEST_MERCHANT, testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { systemClock } from "../../sim/world/system.js";
import { parseHex } from "../../src/bytes/hex.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { MAK, PIK, SaleBench } from "../../test/flows/bench.js";
import { makeSaleWorld } from "../../test/flows/saleWorld.js";
import { differences, type SoakDifferences, type SoakedTerminal } from "./differences.js";

export interface SoakOptions {
	readonly sales: number;
	readonly seed: number;
	/** SQLite file, empty or not there yet: the bank is switched off in between and finds its books again. */
	readonly ledger: string;
	readonly onProgress?: (done: number) => void;
}

export interface SoakReport extends SoakDifferences {
	readonly sales: number;
	readonly terminals: number;
	/** What was done to them, by name. */
	readonly troubles: Readonly<Record<string, number>>;
}

/** Sales of one terminal; then another is taken, so that its journal and its disk in memory stay small. */
const SALES_A_TERMINAL = 250;
const ANSWER_FAULTS_PERCENT = 12;
const OPENING_BALANCE_MINOR = 1_000_000_00;

/** What happens around one sale, and how many times in a hundred. */
const TROUBLES = Object.freeze([
	["line down", 4],
	["power cut at the terminal", 6],
	["power cut when the bank has the request", 3],
	["terminal switched off between sales", 2],
	["card torn out while the bank is asked", 3],
	["bank restarted", 1],
] as const);
type Trouble = (typeof TROUBLES)[number][0];

/**
 * Sales with everything that can go wrong, by chance but the same for the same seed; whole terminals with their firmware,
 * cards and journals, and one bank with its ledger. Then everything is repaired, and card, journal and ledger are compared.
 */
export async function soak({ sales, seed, ledger, onProgress }: SoakOptions): Promise<SoakReport> {
	const random = new SeededRandom(seed);
	const below = (limit: number) => (random.bytes(1)[0]! * 256 + random.bytes(1)[0]!) % limit;
	const world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
	const account = { ...world.account, balanceMinor: OPENING_BALANCE_MINOR };
	const terminalIds = Array.from({ length: Math.ceil(sales / SALES_A_TERMINAL) }, (_, i) => `SOAK${pad(i + 1, 4)}`);
	const house = new SoakBank(ledger, terminalIds, world.issuerMasterKeyAc, account);
	const troubles: Record<string, number> = {};
	const soaked: SoakedTerminal[] = [];
	let done = 0;
	let cardState: SaleBench["cardState"];
	for (const [i, terminalId] of terminalIds.entries()) {
		const bench = new SaleBench({
			...{ ...world, account, crypto: nodeCrypto, acquirer: house, seed: seed + i },
			merchant: { ...testMerchant("commandLine", "en"), terminalId },
		});
		bench.cardState = cardState; // the same card goes from terminal to terminal
		bench.bank.faults.armRandom({ seed: seed + i, percent: ANSWER_FAULTS_PERCENT, faults: ANSWER_FAULTS });
		const here = Math.min(SALES_A_TERMINAL, sales - done);
		for (let sale = 0; sale < here; sale++) {
			const trouble = pick(below(100));
			if (trouble) troubles[trouble] = (troubles[trouble] ?? 0) + 1;
			await oneSale(bench, 1 + below(5_000), trouble, below, house);
			onProgress?.(++done);
		}
		await repair(bench);
		soaked.push({ terminalId, bench });
		cardState = bench.cardState;
	}
	const report = differences(soaked, house.books, account);
	house.close();
	return { sales, terminals: terminalIds.length, troubles, ...report };
}

/** One bank for all terminals, which can be switched off and on in between. */
export class SoakBank implements BankSide {
	readonly profile = unionPay;
	readonly #open: () => { readonly books: Ledger; readonly acquirer: Acquirer };
	#now: { readonly books: Ledger; readonly acquirer: Acquirer };

	constructor(
		ledger: string,
		terminalIds: readonly string[],
		issuerMasterKeyAc: string,
		account: { readonly pan: string; readonly pin: string; readonly balanceMinor: number },
	) {
		const { merchantId } = TEST_MERCHANT;
		this.#open = () => {
			const books = new Ledger(ledger, [merchantId], [account]);
			const bank = new Bank({
				issuerKeys: { issuerMasterKeyAc: parseHex(issuerMasterKeyAc) },
				...{ books, crypto: nodeCrypto, random: new SeededRandom(1), clock: systemClock },
			});
			const keys = { pik: PIK, mak: MAK };
			return {
				books,
				acquirer: new Acquirer({ profile: unionPay, merchants: [{ merchantId, terminalIds }], keys, bank }),
			};
		};
		this.#now = this.#open();
	}

	get books(): Ledger {
		return this.#now.books;
	}

	handle(bytes: Uint8Array) {
		return this.#now.acquirer.handle(bytes);
	}

	orderScript(order: Parameters<Acquirer["orderScript"]>[0]): void {
		this.#now.acquirer.orderScript(order);
	}

	restart(): void {
		this.close();
		this.#now = this.#open();
	}

	close(): void {
		this.#now.books.close();
	}
}

async function oneSale(
	bench: SaleBench,
	amountMinor: number,
	trouble: Trouble | undefined,
	below: (limit: number) => number,
	house: SoakBank,
): Promise<void> {
	bench.onScreen = undefined;
	switch (trouble) {
		case undefined:
			break;
		case "line down":
			bench.bank.failNext("unreachable");
			break;
		case "power cut at the terminal":
			bench.disk.cutAfter(below(8));
			break;
		case "power cut when the bank has the request":
			bench.bank.failNext("powerCut");
			bench.bank.onPowerCut = () => bench.disk.cutAfter(0);
			break;
		case "terminal switched off between sales":
			bench.restart();
			break;
		case "card torn out while the bank is asked":
			bench.onScreen = ({ name }) => {
				if (name === "pleaseWait") bench.removeCard();
			};
			break;
		case "bank restarted":
			house.restart();
			break;
	}
	try {
		await bench.sale(amountMinor);
	} catch (error) {
		if (!(error instanceof PowerCut)) throw error;
		bench.restart();
	}
	bench.removeCard();
}

/** Nothing goes wrong any more: what the terminal owes is delivered before its last sale. */
async function repair(bench: SaleBench): Promise<void> {
	bench.bank.faults.clear();
	bench.bank.onPowerCut = undefined;
	bench.onScreen = undefined;
	bench.restart();
	const result = await bench.sale(1);
	bench.removeCard();
	if (result.outcome !== "approved") throw new Error(`the last sale ended ${result.outcome}: ${result.reason}`);
}

function pick(chance: number): Trouble | undefined {
	let upTo = 0;
	for (const [name, percent] of TROUBLES) {
		upTo += percent;
		if (chance < upTo) return name;
	}
	return undefined;
}

function pad(value: number, length: number): string {
	return String(value).padStart(length, "0");
}
