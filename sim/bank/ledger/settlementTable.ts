import type { BatchState, BatchTotals, GroupTotals, Settlement, Side, TerminalState, Upload } from "../books.js";
import type { Database } from "./database.js";

/** Terminals, and how their batches were closed. */
export class SettlementTable {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	terminal(terminalId: string): TerminalState {
		const row = this.#db.get<TerminalRow>("SELECT * FROM terminals WHERE terminal_id = ?", terminalId);
		if (!row) return { terminalId, signedOff: false, batch: 1, workKeys: undefined, status: undefined };
		const { pik, mak, tdk } = row;
		return {
			terminalId,
			signedOff: row.signed_off === 1,
			batch: row.batch,
			workKeys: pik !== null && mak !== null && tdk !== null ? { pik, mak, tdk } : undefined,
			status: row.status ?? undefined,
		};
	}

	saveTerminal({ terminalId, signedOff, batch, workKeys, status }: TerminalState): void {
		this.#db.run(
			"INSERT OR REPLACE INTO terminals (terminal_id, signed_off, batch, pik, mak, tdk, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
			...[terminalId, signedOff ? 1 : 0, batch],
			...[workKeys?.pik ?? null, workKeys?.mak ?? null, workKeys?.tdk ?? null, status ?? null],
		);
	}

	totals(terminalId: string, batch: number): BatchTotals {
		const rows = this.#db.all<{ is_foreign: number; side: Side; count: number; sum: number }>(
			`SELECT is_foreign, side, count(*) AS count, sum(amount_minor + adjusted_minor) AS sum FROM transactions
			WHERE terminal_id = ? AND batch = ? AND state IN ('approved', 'voided') AND side IS NOT NULL GROUP BY is_foreign, side`,
			terminalId,
			batch,
		);
		const group = (isForeign: 0 | 1): GroupTotals => {
			const of = (side: Side) => rows.find(row => row.is_foreign === isForeign && row.side === side);
			return {
				debitCount: of("debit")?.count ?? 0,
				debitMinor: of("debit")?.sum ?? 0,
				creditCount: of("credit")?.count ?? 0,
				creditMinor: of("credit")?.sum ?? 0,
			};
		};
		return { local: group(0), foreign: group(1) };
	}

	settlement(terminalId: string, batch: number): Settlement {
		const row = this.#db.get<SettlementRow>(
			"SELECT * FROM settlements WHERE terminal_id = ? AND batch = ?",
			terminalId,
			batch,
		);
		return row ? settlementOf(row) : { terminalId, batch, state: "open", claimed: undefined, verdict: undefined };
	}

	saveSettlement({ terminalId, batch, state, claimed, verdict }: Settlement): void {
		this.#db.run(
			`INSERT INTO settlements (terminal_id, batch, state, claimed, verdict) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (terminal_id, batch)
			DO UPDATE SET state = excluded.state, claimed = excluded.claimed, verdict = excluded.verdict`,
			...[terminalId, batch, state, claimed ? JSON.stringify(claimed) : null, verdict ?? null],
		);
	}

	settlements(): Settlement[] {
		return this.#db.all<SettlementRow>("SELECT * FROM settlements ORDER BY settled_order").map(settlementOf);
	}

	saveUpload(terminalId: string, batch: number, { stan, amountMinor }: Upload): void {
		this.#db.run(
			"INSERT OR REPLACE INTO uploads (terminal_id, batch, stan, amount_minor) VALUES (?, ?, ?, ?)",
			...[terminalId, batch, stan, amountMinor],
		);
	}

	uploads(terminalId: string, batch: number): Upload[] {
		return this.#db.all<Upload>(
			"SELECT stan, amount_minor AS amountMinor FROM uploads WHERE terminal_id = ? AND batch = ? ORDER BY stan",
			terminalId,
			batch,
		);
	}

	clearUploads(terminalId: string, batch: number): void {
		this.#db.run("DELETE FROM uploads WHERE terminal_id = ? AND batch = ?", terminalId, batch);
	}
}

function settlementOf({ terminal_id: terminalId, batch, state, claimed, verdict }: SettlementRow): Settlement {
	return {
		terminalId,
		batch,
		state,
		claimed: claimed === null ? undefined : (JSON.parse(claimed) as BatchTotals),
		verdict: verdict ?? undefined,
	};
}

interface TerminalRow {
	readonly signed_off: number;
	readonly batch: number;
	readonly pik: string | null;
	readonly mak: string | null;
	readonly tdk: string | null;
	readonly status: string | null;
}

interface SettlementRow {
	readonly terminal_id: string;
	readonly batch: number;
	readonly state: BatchState;
	readonly claimed: string | null;
	readonly verdict: NonNullable<Settlement["verdict"]> | null;
}
