import { SeededRandom } from "../world/seededRandom.js";

/** What the bank does wrong with an answer. The request is processed all the same: only the answer suffers. */
export const ANSWER_FAULTS = [
	"slow",
	"noReply",
	"lateReply",
	"duplicate",
	"garbled",
	"wrongMac",
	"wrongAmount",
	"wrongStan",
	"halfFrame",
	"closeAfterRequest",
] as const;
export type AnswerFault = (typeof ANSWER_FAULTS)[number];

/** What the bank does wrong before it can know which terminal calls. */
export const CONNECTION_FAULTS = ["wrongCertificate", "handshakeFailure", "resetInHandshake"] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

export const FAULTS = [...ANSWER_FAULTS, ...CONNECTION_FAULTS] as const;
export type Fault = AnswerFault | ConnectionFault;

export interface FaultOrder {
	readonly fault: Fault;
	/** How often; Infinity until it is cleared. */
	readonly count: number;
	/** For answers to this terminal only; undefined for all. */
	readonly terminalId?: string | undefined;
	/** How much later a slow answer comes; 3 seconds when absent. */
	readonly delayMs?: number | undefined;
}

/** Faults by chance, the same ones for the same seed. */
export interface RandomFaults {
	readonly seed: number;
	/** How many answers of a hundred. */
	readonly percent: number;
	readonly faults: readonly AnswerFault[];
}

export interface TakenFault {
	readonly fault: AnswerFault;
	readonly delayMs: number;
}

const SLOW_MS = 3_000;

/** Which faults are still to come: those ordered, first in, first out; then those by chance. */
export class FaultPlan {
	readonly #orders: { readonly order: FaultOrder; left: number }[] = [];
	#random: { readonly spec: RandomFaults; readonly source: SeededRandom } | undefined;

	arm(order: FaultOrder): void {
		this.#orders.push({ order, left: order.count });
	}

	/** @param spec undefined: no more by chance */
	armRandom(spec: RandomFaults | undefined): void {
		this.#random = spec && { spec, source: new SeededRandom(spec.seed) };
	}

	clear(): void {
		this.#orders.length = 0;
		this.#random = undefined;
	}

	list(): readonly FaultOrder[] {
		return this.#orders.map(({ order, left }) => ({ ...order, count: left }));
	}

	get random(): RandomFaults | undefined {
		return this.#random?.spec;
	}

	/** Uses up one. */
	takeForAnswer(terminalId: string): TakenFault | undefined {
		const order = this.#take(
			({ fault, terminalId: wanted }) => isAnswerFault(fault) && (wanted === undefined || wanted === terminalId),
		);
		if (order) return { fault: order.fault as AnswerFault, delayMs: order.delayMs ?? SLOW_MS };
		if (!this.#random) return undefined;
		const { spec, source } = this.#random;
		const [chance, which] = source.bytes(2);
		if (chance! * 100 >= spec.percent * 256) return undefined;
		return { fault: spec.faults[which! % spec.faults.length]!, delayMs: SLOW_MS };
	}

	/** Uses up one. */
	takeForConnection(): ConnectionFault | undefined {
		return this.#take(({ fault }) => !isAnswerFault(fault))?.fault as ConnectionFault | undefined;
	}

	#take(fits: (order: FaultOrder) => boolean): FaultOrder | undefined {
		const at = this.#orders.findIndex(({ order }) => fits(order));
		if (at < 0) return undefined;
		const found = this.#orders[at]!;
		if (--found.left === 0) this.#orders.splice(at, 1);
		return found.order;
	}
}

function isAnswerFault(fault: Fault): fault is AnswerFault {
	return (ANSWER_FAULTS as readonly Fault[]).includes(fault);
}
