import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import type { PublicKeys } from "../../src/keys/terminalIdentity.js";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { Database } from "../bank/ledger/database.js";
import type { KeptAlert, Order, TerminalStatus } from "./managementRecords.js";
import { MANAGEMENT_SCHEMA } from "./schema.js";

interface OrderRow {
	readonly terminal_id: string;
	readonly kind: string;
	readonly sequence: number;
	readonly payload: Uint8Array;
	readonly expires_at: number | null;
	readonly done: number | null;
	readonly reason: string | null;
	readonly lines: string | null;
}

/** The files of the bank's management service, in SQLite. */
export class ManagementStore {
	readonly #db: Database;

	/** @param path of the file, or ":memory:" @throws {Error} when it cannot be opened or written */
	constructor(path: string) {
		this.#db = new Database(path, MANAGEMENT_SCHEMA);
	}

	together<T>(work: () => T): T {
		return this.#db.together(work);
	}

	close(): void {
		this.#db.close();
	}

	/** A terminal with the keys that it has now: after a new binding they are others. */
	enrol(terminalId: string, { signing, agreement }: PublicKeys): void {
		// Another device counts its messages anew; what the one before has signed does not open any more.
		this.#db.run(
			`DELETE FROM received WHERE terminal_id IN (SELECT terminal_id FROM terminals WHERE terminal_id = ? AND signing_key <> ?)`,
			...[terminalId, signing],
		);
		this.#db.run(
			`INSERT INTO terminals VALUES (?, ?, ?) ON CONFLICT (terminal_id)
			DO UPDATE SET signing_key = excluded.signing_key, agreement_key = excluded.agreement_key`,
			...[terminalId, signing, agreement],
		);
	}

	keysOf(terminalId: string): PublicKeys | undefined {
		const row = this.#db.get<{ signing_key: Uint8Array; agreement_key: Uint8Array }>(
			"SELECT signing_key, agreement_key FROM terminals WHERE terminal_id = ?",
			terminalId,
		);
		return row && { signing: new Uint8Array(row.signing_key), agreement: new Uint8Array(row.agreement_key) };
	}

	/** @returns false when a message of this kind with this number or a higher one was taken already */
	receive(terminalId: string, kind: string, sequence: number): boolean {
		const { changes } = this.#db.run(
			`INSERT INTO received VALUES (?, ?, ?) ON CONFLICT (terminal_id, kind)
			DO UPDATE SET sequence = excluded.sequence WHERE excluded.sequence > sequence`,
			...[terminalId, kind, sequence],
		);
		return changes === 1;
	}

	/**
	 * @param now where the numbers begin: a store that was lost goes on above what was used before
	 * @returns a number that was never used for a message of this kind to this terminal
	 */
	nextSequence(terminalId: string, kind: string, now: number): number {
		return this.#db.get<{ sequence: number }>(
			`INSERT INTO sent VALUES (?, ?, ?) ON CONFLICT (terminal_id, kind)
			DO UPDATE SET sequence = sequence + 1 RETURNING sequence`,
			...[terminalId, kind, now],
		)!.sequence;
	}

	/** Up to where all records of this journal are here. */
	upTo(terminalId: string, journal: Uint8Array): number {
		const sql = "SELECT up_to FROM journals WHERE terminal_id = ? AND journal = ?";
		return this.#db.get<{ up_to: number }>(sql, terminalId, journal)?.up_to ?? 0;
	}

	/** Takes what follows on what is here, and nothing else. @returns up to where all records are here now */
	keep(terminalId: string, { journal, from, records, goneBefore }: MessageBody<"journal">): number {
		this.#db.run(
			"INSERT INTO journals (terminal_id, journal) VALUES (?, ?) ON CONFLICT DO NOTHING",
			terminalId,
			journal,
		);
		let upTo = this.upTo(terminalId, journal);
		if (goneBefore !== undefined && goneBefore > upTo + 1) {
			this.#db.run("INSERT INTO gaps VALUES (?, ?, ?, ?)", terminalId, journal, upTo + 1, goneBefore - 1);
			upTo = goneBefore - 1;
		}
		if (from > upTo + 1) return upTo; // something in between was lost: the terminal begins there again
		for (const record of records.slice(upTo + 1 - from))
			this.#db.run("INSERT INTO records VALUES (?, ?, ?, ?)", terminalId, journal, ++upTo, record);
		return upTo;
	}

	/** Journal records in order. */
	records(
		terminalId: string,
	): { readonly journal: Uint8Array; readonly number: number; readonly record: Uint8Array }[] {
		const sql = "SELECT journal, number, record FROM records WHERE terminal_id = ? ORDER BY journal, number";
		return this.#db
			.all<{ journal: Uint8Array; number: number; record: Uint8Array }>(sql, terminalId)
			.map(row => ({ ...row, journal: new Uint8Array(row.journal), record: new Uint8Array(row.record) }));
	}

	/** Takes what follows on the backup that is here. @returns up to where it goes now */
	keepBackup(terminalId: string, { journal, from, upTo, box, goneBefore }: MessageBody<"backup">): number {
		const sql = "SELECT max(last) AS last FROM backups WHERE terminal_id = ? AND journal = ?";
		const last = this.#db.get<{ last: number | null }>(sql, terminalId, journal)?.last ?? 0;
		const isNext = from === last + 1 || (from > last + 1 && goneBefore === from);
		if (!isNext) return last;
		const insert = "INSERT INTO backups (terminal_id, journal, first, last, box) VALUES (?, ?, ?, ?, ?)";
		this.#db.run(insert, terminalId, journal, from, upTo, box);
		return upTo;
	}

	keepBackupLists(terminalId: string, { journal, box }: MessageBody<"backupLists">): void {
		this.#db.run(
			`INSERT INTO backup_lists VALUES (?, ?, ?)
			ON CONFLICT (terminal_id, journal) DO UPDATE SET box = excluded.box`,
			...[terminalId, journal, box],
		);
	}

	/** The newest backup of this terminal, but for a journal of its own: boxes in order, the lists last. */
	backup(
		terminalId: string,
		own: Uint8Array,
	): { readonly boxes: readonly Uint8Array[]; readonly lists: Uint8Array } | undefined {
		const newest = this.#db.get<{ journal: Uint8Array }>(
			"SELECT journal FROM backups WHERE terminal_id = ? AND journal <> ? ORDER BY id DESC LIMIT 1",
			...[terminalId, own],
		);
		if (!newest) return undefined;
		const journal = new Uint8Array(newest.journal);
		const listsSql = "SELECT box FROM backup_lists WHERE terminal_id = ? AND journal = ?";
		const lists = this.#db.get<{ box: Uint8Array }>(listsSql, terminalId, journal);
		if (!lists) return undefined;
		const sql = "SELECT box FROM backups WHERE terminal_id = ? AND journal = ? ORDER BY first";
		const rows = this.#db.all<{ box: Uint8Array }>(sql, terminalId, journal);
		return { boxes: rows.map(({ box }) => new Uint8Array(box)), lists: new Uint8Array(lists.box) };
	}

	noteAlert(terminalId: string, { number, at, alert, text, lines, entry, hash }: MessageBody<"alert">): void {
		const sql = "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
		this.#db.run(sql, terminalId, number, at, alert, text, JSON.stringify(lines), entry, hash);
	}

	/** Oldest first. */
	alerts(terminalId: string): readonly KeptAlert[] {
		const sql = "SELECT at, alert, text, lines, entry, hash FROM alerts WHERE terminal_id = ? ORDER BY at, number";
		return this.#db
			.all<Omit<KeptAlert, "lines"> & { readonly lines: string }>(sql, terminalId)
			.map(row => ({ ...row, lines: JSON.parse(row.lines) as string[] }));
	}

	noteReport(
		terminalId: string,
		kind: "dayReport" | "checkReport",
		body: MessageBody<"dayReport"> | MessageBody<"checkReport">,
	): void {
		const sql = "INSERT INTO reports VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
		this.#db.run(sql, terminalId, body.number, body.at, kind, JSON.stringify(body));
	}

	/** Assessments of days, or results of self-checks, oldest first. */
	reports<K extends "dayReport" | "checkReport">(terminalId: string, kind: K): readonly MessageBody<K>[] {
		const sql = "SELECT report FROM reports WHERE terminal_id = ? AND kind = ? ORDER BY at, number";
		return this.#db
			.all<{ readonly report: string }>(sql, terminalId, kind)
			.map(({ report }) => JSON.parse(report) as MessageBody<K>);
	}

	/** @returns whether it is the first one of a connection */
	noteStatus(terminalId: string, status: MessageBody<"status">): boolean {
		const sql = "SELECT connection FROM connections WHERE terminal_id = ?";
		const before = this.#db.get<{ connection: number }>(sql, terminalId)?.connection;
		this.#db.run(
			`INSERT INTO connections (terminal_id, connection, status) VALUES (?, ?, ?) ON CONFLICT (terminal_id)
			DO UPDATE SET connection = excluded.connection, status = excluded.status`,
			...[terminalId, status.connection, encodeCbor(status)],
		);
		return before !== status.connection;
	}

	/** The line of this connection broke; of an earlier one it says nothing about now. */
	noteLost(terminalId: string, { connection }: MessageBody<"lost">): void {
		this.#db.run(
			`INSERT INTO connections (terminal_id, lost) VALUES (?, ?) ON CONFLICT (terminal_id)
			DO UPDATE SET lost = excluded.lost`,
			...[terminalId, connection],
		);
	}

	statuses(): TerminalStatus[] {
		const rows = this.#db.all<{
			readonly terminal_id: string;
			readonly connection: number | null;
			readonly lost: number | null;
			readonly status: Uint8Array | null;
		}>("SELECT t.terminal_id, connection, lost, status FROM terminals t LEFT JOIN connections USING (terminal_id)");
		return rows.map(({ terminal_id: terminalId, connection, lost, status: bytes }) => {
			const status = bytes ? (decodeCbor(new Uint8Array(bytes)) as MessageBody<"status">) : undefined;
			return { terminalId, status, online: status?.online === true && (lost ?? 0) < (connection ?? 0) };
		});
	}

	addOrder({ terminalId, kind, sequence, payload, expiresAt }: Omit<Order, "answer">): void {
		this.#db.run(
			"INSERT INTO orders (terminal_id, kind, sequence, payload, expires_at) VALUES (?, ?, ?, ?, ?)",
			...[terminalId, kind, sequence, payload, expiresAt ?? null],
		);
	}

	order(terminalId: string, kind: string, sequence: number): Order | undefined {
		const sql = "SELECT * FROM orders WHERE terminal_id = ? AND kind = ? AND sequence = ?";
		const row = this.#db.get<OrderRow>(sql, terminalId, kind, sequence);
		return row && orderOf(row);
	}

	/**
	 * Commands that are not answered and whose time has not passed; of the rest the newest of each kind that does not hold yet,
	 * going by what the terminal has said last.
	 */
	standingOrders(terminalId: string, now: number): Order[] {
		const sql = "SELECT status FROM connections WHERE terminal_id = ?";
		const status = this.#db.get<{ status: Uint8Array | null }>(sql, terminalId)?.status;
		const { applied = {} } = status ? (decodeCbor(new Uint8Array(status)) as MessageBody<"status">) : {};
		return this.#db
			.all<OrderRow>(
				`SELECT * FROM orders o WHERE terminal_id = ? AND (
					(kind = 'command' AND done IS NULL AND expires_at > ?)
					OR (kind <> 'command' AND sequence = (SELECT max(sequence) FROM orders
						WHERE terminal_id = o.terminal_id AND kind = o.kind)))
				ORDER BY kind, sequence`,
				...[terminalId, now],
			)
			.map(orderOf)
			.filter(({ kind, sequence }) => kind === "command" || sequence > (applied[kind] ?? 0));
	}

	answerOrder(terminalId: string, { kind, to, done, reason, lines }: MessageBody<"answer">): void {
		this.#db.run(
			`UPDATE orders SET done = ?, reason = ?, lines = ?
			WHERE terminal_id = ? AND kind = ? AND sequence = ? AND done IS NULL`,
			...[done ? 1 : 0, reason, JSON.stringify(lines), terminalId, kind, to],
		);
	}

	terminalIds(): string[] {
		return this.#db
			.all<{ terminal_id: string }>("SELECT terminal_id FROM terminals ORDER BY terminal_id")
			.map(row => row.terminal_id);
	}
}

function orderOf(row: OrderRow): Order {
	return {
		terminalId: row.terminal_id,
		kind: row.kind,
		sequence: row.sequence,
		payload: new Uint8Array(row.payload),
		expiresAt: row.expires_at ?? undefined,
		answer:
			row.done === null
				? undefined
				: { done: row.done === 1, reason: row.reason!, lines: JSON.parse(row.lines ?? "[]") as string[] },
	};
}
