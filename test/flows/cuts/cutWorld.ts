import type { Answer } from "../../../sim/bank/acquirer.js";
import type { MemoryBooks } from "../../../sim/bank/memoryBooks.js";
import type { CommandCard } from "../../../sim/card/command.js";
import type { BankSide } from "../../../sim/world/localBank.js";
import type { MemoryDisk } from "../../../sim/world/memoryDisk.js";
import { TEST_TERMINAL_IDS } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { readUint } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import type { Order } from "../../../src/flows/order.js";
import type { Service } from "../../../src/flows/serve.js";
import type { TransactionResult } from "../../../src/flows/transactionResult.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import { operationOf, readValues } from "../../../src/host/readValues.js";
import { Journal } from "../../../src/journal/journal.js";
import type { HostSocket, Storage } from "../../../src/ports.js";
import { Attendant } from "../attendant.js";
import { type BenchOptions, SaleBench } from "../bench.js";
import { PowerLine } from "./powerLine.js";

/** Parts that do not do what they must, to see that the comparison tells. */
export interface Breaks {
	readonly storage?: (disk: MemoryDisk) => Storage;
	readonly bank?: (bank: BankSide, books: MemoryBooks) => BankSide;
	/** Called when the power is back, before the terminal starts. */
	readonly restart?: (w: CutWorld) => void;
}

/** A message that has arrived at the bank. */
export interface SentMessage {
	readonly stan: number;
	readonly isReversal: boolean;
	/** What it is about: two messages of the same number must agree in it, a request and its reversal too. */
	readonly content: string;
	/** The STAN of the transaction that a request is about. */
	readonly about: number | undefined;
	readonly keySerialNumber: string | undefined;
	/** The card's counter, 0 where no card takes part. */
	readonly atc: number;
}

const NOTHING = new Uint8Array(0);

/** A terminal that can lose its power at any point, with its card, its persons and its bank, which goes on. */
export class CutWorld {
	readonly bench: SaleBench;
	readonly account: BenchOptions["account"];
	readonly terminalId = TEST_TERMINAL_IDS.commandLine;
	readonly sent: SentMessage[] = [];
	/** Transactions whose approval was on the display, as "batch/STAN". */
	readonly shownApproved = new Set<string>();
	power: PowerLine;
	/** What is wrong with the line to the bank, with its answers, or with the card when one comes, until the power is back. */
	trouble: "down" | "silent" | "card taken" | undefined;
	readonly #breaks: Breaks;

	constructor(options: Omit<BenchOptions, "crypto" | "wrapBank">, breaks: Breaks = {}) {
		this.#breaks = breaks;
		this.account = options.account;
		this.bench = new SaleBench({
			...options,
			crypto: nodeCrypto,
			wrapBank: (bank, books) => this.#listening(breaks.bank?.(bank, books) ?? bank),
		});
		const { bench } = this;
		this.power = new PowerLine(bench.disk);
		bench.wrapStorage = disk => this.power.storage(breaks.storage?.(disk));
		bench.wrapSocket = socket => this.#watchedLine(socket, this.power);
		bench.wrapCommands = card => watchedCard(card, this.power);
		new Attendant(bench, { digits: "1" }); // the code that the voice centre gives for the bank's first transaction
		const seen = bench.onScreen;
		bench.onScreen = screen => {
			if (this.power.isOff) return;
			if (screen.name === "approved") this.#noteApproval();
			seen?.(screen);
		};
		bench.terminal;
	}

	perform(order: Order): Promise<TransactionResult> {
		this.bench.removeCard();
		return this.bench.terminal.perform(order);
	}

	/** @returns "done", or why it was not */
	async serve(service: Service): Promise<string> {
		const { done, reason } = await this.bench.terminal.serve(service);
		return done ? "done" : reason;
	}

	/** The power is gone, or goes now; then it comes back, and the terminal starts with what the medium holds. */
	restart(): void {
		const { bench } = this;
		this.#breaks.restart?.(this);
		this.power = new PowerLine(bench.disk);
		this.trouble = undefined;
		bench.desk.scenarios.clear();
		bench.restart();
		bench.disk.leavesZeros = false;
	}

	/** The power goes at this point of the order, and nothing has started again yet. */
	async cutDuring(what: string, order: Order): Promise<void> {
		const { power, bench } = this;
		power.onPoint = (point, at) => {
			if (point.what === what) power.watch({ at, loss: { name: "all unflushed lost", arrives: () => 0 } });
		};
		power.watch();
		await this.perform(order).catch((error: unknown) => {
			if (!power.isOff) throw error;
		});
		bench.disk.restart();
		this.power = new PowerLine(bench.disk);
	}

	/** As it is on the medium. */
	journal(): Journal {
		return new Journal(this.bench.journalPorts);
	}

	/** The display says "approved": from now on it must stay so. */
	#noteApproval(): void {
		const last = this.bench.terminal.journal.last();
		if (last) this.shownApproved.add(`${last.batch}/${last.stan}`);
	}

	/** The line between terminal and bank, with four points for each message. */
	#watchedLine(socket: HostSocket, power: PowerLine): HostSocket {
		return {
			connect: async timeoutMs => {
				power.pass("host", "connects");
				if (this.trouble === "down") throw new Error("the line is down");
				const connection = await socket.connect(timeoutMs);
				return {
					send: async bytes => {
						power.pass("host", "request leaves");
						await connection.send(bytes);
						power.pass("host", "bank has acted");
					},
					receive: async timeoutMs => {
						if (power.isOff || this.trouble === "silent") return undefined;
						const bytes = await connection.receive(timeoutMs);
						if (bytes?.length) power.pass("host", "answer has arrived");
						if (this.trouble === "card taken") this.bench.removeCard();
						return bytes;
					},
					close: () => connection.close(),
				};
			},
		};
	}

	#listening(bank: BankSide): BankSide {
		return {
			profile: bank.profile,
			orderScript: order => bank.orderScript(order),
			handle: bytes => this.#note(bank.handle(bytes)),
		};
	}

	#note(answer: Answer): Answer {
		const { profile } = this.bench;
		const kind = operationOf(profile, answer.request);
		if (!kind) return answer;
		const values = readValues(profile, kind, answer.request);
		const { stan = 0, batch, amountMinor, pan, uploadCount, original, keySerialNumber, iccData } = values;
		this.sent.push({
			stan,
			isReversal: kind.isReversal,
			content: [kind.operation, batch, amountMinor, pan, uploadCount].join(" "),
			about: kind.isReversal ? undefined : original?.stan,
			keySerialNumber: keySerialNumber && formatHex(keySerialNumber),
			atc: readUint(decodeIccData(iccData ?? NOTHING).get("9F36") ?? NOTHING),
		});
		return answer;
	}
}

/** Each command twice: before it reaches the card, and when the card has acted and its answer is not read yet. */
function watchedCard(card: CommandCard, power: PowerLine): CommandCard {
	return {
		atr: card.atr,
		nullBytes: card.nullBytes,
		reset: () => card.reset(),
		findCommand: header => card.findCommand(header),
		execute(header, data) {
			const name = header.ins.toString(16).padStart(2, "0").toUpperCase();
			power.pass("card", `${name} reaches the card`);
			const response = card.execute(header, data);
			power.pass("card", `${name} has been done`);
			return response;
		},
	};
}
