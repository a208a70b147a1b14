import { ANSWER_FAULTS } from "../../sim/bank/fault.js";
import { checkScriptOrder } from "../../sim/bank/issuerScript.js";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { TEST_MERCHANT, testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Journal } from "../../src/journal/journal.js";
import { Attendant } from "../../test/flows/attendant.js";
import { type BenchOptions, SaleBench } from "../../test/flows/bench.js";
import { compareTerminal, type Difference, recordsOf, sumsOf } from "../../test/flows/cuts/compareTerminal.js";
import { makeKit, mayApproveOffline } from "../../test/flows/cuts/cutEverywhere.js";
import { oneRound } from "../../test/flows/saleWorld.js";
import { Deeds } from "./deeds.js";
import { SoakBank } from "./soakBank.js";
import { localLine, type SoakLine, tlsLine } from "./soakLine.js";
import { pickTrouble, prepare, type Trouble, TroubledLine } from "./troubles.js";

export interface SoakOptions {
	/** How many orders are given. */
	readonly sales: number;
	readonly seed: number;
	/** SQLite file, empty or not there yet: the bank is switched off in between and finds its books again. */
	readonly ledger: string;
	/** Then another is taken, of another profile, line or card; 500 when absent. */
	readonly ordersOfTerminal?: number;
	readonly onProgress?: (done: number) => void;
}

export interface SoakReport {
	readonly sales: number;
	readonly terminals: number;
	/** What was done to them, by name. */
	readonly troubles: Readonly<Record<string, number>>;
	/** What the journals have: each operation by the state in which it ended, each advice that the bank has taken. */
	readonly ends: Readonly<Record<string, number>>;
	/** Orders that were given once more with the same key. */
	readonly repeated: number;
	/** All empty when journals, ledger and cards agree. */
	readonly lost: readonly string[];
	readonly doubled: readonly string[];
	readonly wrong: readonly string[];
}

const ANSWER_FAULTS_PERCENT = 12;
const OPENING_BALANCE_MINOR = 1_000_000_00;

/** One terminal at work. */
interface Worker {
	readonly terminalId: string;
	readonly bench: SaleBench;
	readonly line: SoakLine;
	readonly socket: TroubledLine;
	readonly deeds: Deeds;
	readonly shownApproved: Set<string>;
	readonly below: (limit: number) => number;
}

/**
 * Orders of every kind with everything that can go wrong, by chance but the same for the same seed; whole terminals with their
 * firmware, cards and journals, in two profiles, with and without TLS, and one bank with its ledger. At its end each terminal
 * delivers what it owes and settles; then card, journal and ledger are compared.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
	const { sales, seed, ledger, ordersOfTerminal = 500, onProgress } = options;
	const below = chance(new SeededRandom(seed));
	const kit = await makeKit();
	const { offlinePin, onlinePin } = kit;
	const cards = [onlinePin, { ...offlinePin, configuration: mayApproveOffline(offlinePin.configuration) }].map(
		card => ({ ...card, account: { ...card.account, balanceMinor: OPENING_BALANCE_MINOR } }),
	);
	const terminalIds = Array.from({ length: Math.ceil(sales / ordersOfTerminal) }, (_, i) => `SOAK${pad(i + 1, 4)}`);
	const house = openHouse(ledger, terminalIds, cards);
	const soaked = new Soaked();
	const cardStates: SaleBench["cardState"][] = [];
	let done = 0;
	for (const [i, terminalId] of terminalIds.entries()) {
		// Each pair of profile and card, and every fourth terminal over TLS.
		const profile = oneRound(i % 2 ? generic87 : unionPay);
		const card = (i >> 1) % cards.length;
		const worker = await startWorker(
			house,
			{ ...cards[card]!, profile, terminalId, seed: seed + i, below },
			i % 4 === 3,
		);
		worker.bench.cardState = cardStates[card]; // the same card goes from terminal to terminal
		for (const end = Math.min(sales, done + ordersOfTerminal); done < end; onProgress?.(++done))
			await oneOrder(worker, house, soaked, `${terminalId}-${pad(done, 7)}`);
		await repair(worker);
		soaked.compare(worker, house);
		cardStates[card] = worker.bench.cardState;
		worker.line.close();
	}
	soaked.compareAccounts(house, cards);
	house.close();
	return { sales, terminals: terminalIds.length, ...soaked.report() };
}

/** What has come of it, terminal by terminal: nothing of a terminal is kept but its sums. */
class Soaked {
	readonly troubles: Record<string, number> = {};
	repeated = 0;
	readonly #ends: Record<string, number> = {};
	readonly #found: Difference[] = [];
	readonly #paidMinor = new Map<string, number>();
	#merchantMinor = 0;

	note(trouble: Trouble): void {
		this.troubles[trouble] = (this.troubles[trouble] ?? 0) + 1;
	}

	wrong(what: string): void {
		this.#found.push({ kind: "wrong", what });
	}

	compare({ terminalId, bench, shownApproved }: Worker, { books }: SoakBank): void {
		const journal = new Journal(bench.journalPorts);
		const records = recordsOf(journal);
		const verdicts = ["equal", "reconciled"] as const;
		for (const { kind, what } of compareTerminal({ terminalId, journal, books, shownApproved, verdicts }, records))
			this.#found.push({ kind, what: `${terminalId} ${what}` });
		for (const { operation, state } of records) this.#count(`${operation} ${state}`);
		for (const entry of journal.entries()) if (entry.type === "adviceDelivered") this.#count(`${entry.kind} delivered`);
		const { merchantMinor, heldMinor } = sumsOf(records);
		this.#merchantMinor += merchantMinor;
		const { pan } = bench.account;
		this.#paidMinor.set(pan, (this.#paidMinor.get(pan) ?? 0) + merchantMinor + heldMinor);
	}

	/** Merchant and cards, against what the journals say. */
	compareAccounts({ books }: SoakBank, cards: readonly Pick<BenchOptions, "account">[]): void {
		for (const what of books.audit()) this.wrong(what);
		const merchantMinor = books.balanceMinor(TEST_MERCHANT.merchantId);
		if (merchantMinor !== this.#merchantMinor)
			this.wrong(`the merchant has ${merchantMinor}, the journals say ${this.#merchantMinor}`);
		for (const [i, { account }] of cards.entries()) {
			const paidMinor = account.balanceMinor - books.balanceMinor(account.pan);
			const expected = this.#paidMinor.get(account.pan) ?? 0;
			if (paidMinor !== expected) this.wrong(`card ${i + 1} has paid ${paidMinor}, the journals say ${expected}`);
		}
	}

	#count(end: string): void {
		this.#ends[end] = (this.#ends[end] ?? 0) + 1;
	}

	report(): Omit<SoakReport, "sales" | "terminals"> {
		const of = (kind: Difference["kind"]) => this.#found.filter(each => each.kind === kind).map(({ what }) => what);
		const { troubles, repeated } = this;
		return { troubles, repeated, ends: this.#ends, lost: of("lost"), doubled: of("doubled"), wrong: of("wrong") };
	}
}

function openHouse(
	ledger: string,
	terminalIds: readonly string[],
	cards: readonly Omit<BenchOptions, "crypto">[],
): SoakBank {
	const [{ issuerMasterKeyAc, secureMessaging }] = cards as [Omit<BenchOptions, "crypto">];
	const { integrity, confidentiality } = secureMessaging;
	return new SoakBank({
		...{ ledger, terminalIds, accounts: cards.map(({ account }) => account) },
		issuerKeys: {
			issuerMasterKeyAc: parseHex(issuerMasterKeyAc),
			secureMessaging: { integrity: parseHex(integrity), confidentiality: parseHex(confidentiality) },
		},
	});
}

async function startWorker(
	house: SoakBank,
	options: Omit<BenchOptions, "crypto"> & {
		readonly profile: HostProfile;
		readonly terminalId: string;
		readonly seed: number;
		readonly below: Worker["below"];
	},
	overTls: boolean,
): Promise<Worker> {
	const { profile, terminalId, seed, below, ...world } = options;
	const bench = new SaleBench({
		...{ ...world, profile, seed, crypto: nodeCrypto, acquirer: house.side(profile) },
		initialKeyId: asciiBytes(terminalId),
		merchant: { ...testMerchant("commandLine", "en"), terminalId },
	});
	const line = overTls ? await tlsLine(house, profile) : localLine(bench, house);
	const socket = new TroubledLine(line);
	bench.wrapSocket = () => socket;
	bench.terminal; // gets its keys before anything can go wrong
	line.faults.armRandom({ seed, percent: ANSWER_FAULTS_PERCENT, faults: ANSWER_FAULTS });
	return { terminalId, bench, line, socket, deeds: new Deeds(below), shownApproved: new Set(), below };
}

async function oneOrder(worker: Worker, house: SoakBank, soaked: Soaked, key: string): Promise<void> {
	const { bench, deeds, below, socket } = worker;
	const deed = deeds.next(bench.profile.operations.signIn !== undefined, key);
	const trouble = pickTrouble(below);
	if (trouble) {
		soaked.note(trouble);
		await prepare(trouble, worker, house);
	}
	watchScreens(worker, trouble === "card torn out while the bank is asked");
	if (below(100) === 0) worker.bench.acquirer.orderScript(SCRIPT);
	const act = async (): Promise<TransactionResult | undefined> => {
		if (deed.kind === "order") return bench.terminal.perform(deed.order);
		await bench.terminal.serve(deed.service);
		return undefined;
	};
	let first: TransactionResult | undefined;
	try {
		first = await act();
		if (first?.name && first.status === "approved") worker.shownApproved.add(nameOf(first));
		if (first) deeds.remember(first);
	} catch (error) {
		if (!(error instanceof PowerCut)) throw error;
		bench.restart();
	}
	bench.removeCard();
	socket.clear();
	house.bank.disputeTotals = false;
	// A cash register asks again with its key: always after a power cut, now and then although it has an answer.
	if (deed.kind === "order" && (!first || below(20) === 0)) {
		soaked.repeated++;
		watchScreens(worker, false);
		try {
			const again = await act();
			if (first?.name && nameOf(first) !== nameOf(again!)) soaked.wrong(`${key} was done twice`);
			if (again && !first) deeds.remember(again);
		} catch (error) {
			if (!(error instanceof PowerCut)) throw error;
			bench.restart();
		}
		bench.removeCard();
	}
	for (const list of [bench.log, bench.screens, bench.entries, bench.decisions]) list.length = 0;
}

const SCRIPT = checkScriptOrder({ template: "72", identifier: "00000007", commands: [{ command: "PIN UNBLOCK" }] });

/** Persons do what the display asks; the card is torn out when it says that the bank is asked. */
function watchScreens({ bench }: Worker, tearCardOut: boolean): void {
	new Attendant(bench);
	const act = bench.onScreen!;
	bench.onScreen = screen => {
		if (tearCardOut && screen.name === "contactingBank") bench.removeCard();
		act(screen);
	};
}

/** Nothing goes wrong any more: one more sale, then what is owed is delivered and the batch settled. */
async function repair(worker: Worker): Promise<void> {
	const { bench, line, socket } = worker;
	line.faults.clear();
	socket.clear();
	bench.restart();
	watchScreens(worker, false);
	const result = await bench.sale(1);
	bench.removeCard();
	if (result.outcome !== "approved") throw new Error(`the last sale ended ${result.outcome}: ${result.reason}`);
	const settled = await bench.terminal.serve({ service: "settle" });
	if (!settled.done) throw new Error(`the last settlement: ${settled.reason}`);
}

function nameOf({ name }: TransactionResult): string {
	return `${name?.batch}/${name?.stan}`;
}

function chance(random: SeededRandom): (limit: number) => number {
	return limit => (random.bytes(1)[0]! * 256 + random.bytes(1)[0]!) % limit;
}

function pad(value: number, length: number): string {
	return String(value).padStart(length, "0");
}
