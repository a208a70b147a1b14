import { CONNECTION_FAULTS } from "../../sim/bank/fault.js";
import type { HostSocket } from "../../src/ports.js";
import type { SaleBench } from "../../test/flows/bench.js";
import type { SoakBank } from "./soakBank.js";
import type { SoakLine } from "./soakLine.js";

/** What happens around one order, and how many times in a thousand. */
const TROUBLES = Object.freeze([
	["line down", 40],
	["power cut at the terminal", 60],
	["power cut when the bank has the request", 30],
	["terminal switched off between orders", 20],
	["card torn out while the bank is asked", 30],
	["bank restarted", 10],
	["TLS handshake fails", 30],
	["bank disputes the totals", 20],
] as const);
export type Trouble = (typeof TROUBLES)[number][0];

export function pickTrouble(below: (limit: number) => number): Trouble | undefined {
	let chance = below(1_000);
	for (const [name, perThousand] of TROUBLES) {
		if (chance < perThousand) return name;
		chance -= perThousand;
	}
	return undefined;
}

/** The line to the bank as the terminal has it: it can be down once, and the power can go as soon as a request has left. */
export class TroubledLine implements HostSocket {
	isDown = false;
	onSent: (() => void) | undefined;
	readonly #line: SoakLine;

	constructor(line: SoakLine) {
		this.#line = line;
	}

	async connect(timeoutMs: number): ReturnType<HostSocket["connect"]> {
		if (this.isDown) {
			this.isDown = false;
			throw new Error("the line is down");
		}
		const connection = await this.#line.socket.connect(timeoutMs);
		return {
			send: async bytes => {
				await connection.send(bytes);
				this.onSent?.();
				this.onSent = undefined;
			},
			receive: ms => connection.receive(ms),
			close: () => connection.close(),
		};
	}

	clear(): void {
		this.isDown = false;
		this.onSent = undefined;
	}
}

export interface TroubledTerminal {
	readonly bench: SaleBench;
	readonly line: SoakLine;
	readonly socket: TroubledLine;
	/** A number by chance from 0 up to its limit. */
	readonly below: (limit: number) => number;
}

/** Makes it happen to the next order. */
export async function prepare(
	trouble: Trouble,
	{ bench, line, socket, below }: TroubledTerminal,
	house: SoakBank,
): Promise<void> {
	switch (trouble) {
		case "line down":
			socket.isDown = true;
			break;
		case "power cut at the terminal":
			bench.disk.cutAfter(below(12));
			break;
		case "power cut when the bank has the request":
			socket.onSent = () => bench.disk.cutAfter(0);
			break;
		case "terminal switched off between orders":
			bench.restart();
			break;
		case "card torn out while the bank is asked":
			break; // by the person who sees that it is asked
		case "bank restarted":
			await line.restartBank();
			break;
		case "TLS handshake fails":
			line.faults.arm({ fault: CONNECTION_FAULTS[below(CONNECTION_FAULTS.length)]!, count: 1 });
			break;
		case "bank disputes the totals":
			house.bank.disputeTotals = true;
			break;
	}
}
