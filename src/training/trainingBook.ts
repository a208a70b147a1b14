import type { MessageValues, SettlementTotals, Total } from "../host/messageValues.js";
import type { Operation } from "../operation.js";

interface Booked {
	readonly side: "debit" | "credit";
	amountMinor: number;
}

const SIDES: Readonly<Partial<Record<Operation, Booked["side"]>>> = Object.freeze({
	sale: "debit",
	saleWithCashback: "debit",
	cash: "debit",
	offlineSale: "debit",
	voiceAuthorisedSale: "debit",
	completion: "debit",
	completionAdvice: "debit",
	saleVoid: "credit",
	completionVoid: "credit",
	refund: "credit",
});

/** What the training bank counts for a batch. Its money is none. */
export class TrainingBook {
	readonly #batches = new Map<number, Map<number, Booked>>();

	/** An approval, or what an advice tells: again under its number it is the same. */
	book(operation: Operation, { batch = 0, stan = 0, amountMinor = 0, original }: MessageValues): void {
		const side = SIDES[operation];
		if (side) this.#batch(batch).set(stan, { side, amountMinor });
		if (operation !== "tip" && operation !== "adjust") return;
		const changed = this.#batch(original?.batch ?? batch).get(original?.stan ?? 0);
		if (changed) changed.amountMinor = amountMinor;
	}

	/** A transaction that is taken back has never been. @returns whether there was one */
	unbook(batch: number, stan: number): boolean {
		return this.#batch(batch).delete(stan);
	}

	has(batch: number, stan: number): boolean {
		return this.#batch(batch).has(stan);
	}

	/** Whether the terminal has counted the same: all cards of a training are of its own country. */
	agrees(batch: number, { local, foreign }: SettlementTotals): boolean {
		const of = (side: Booked["side"]): Total => {
			const all = [...this.#batch(batch).values()].filter(each => each.side === side);
			return { count: all.length, sumMinor: all.reduce((sum, each) => sum + each.amountMinor, 0) };
		};
		const same = (kept: Total, a: Total, b: Total) =>
			kept.count === a.count + b.count && kept.sumMinor === a.sumMinor + b.sumMinor;
		return same(of("debit"), local.debit, foreign.debit) && same(of("credit"), local.credit, foreign.credit);
	}

	#batch(batch: number): Map<number, Booked> {
		let found = this.#batches.get(batch);
		if (!found) {
			found = new Map();
			this.#batches.set(batch, found);
		}
		return found;
	}
}
