import Libsql from "libsql";
import { BooksError } from "../books.js";
import { SCHEMA, SCHEMA_VERSION } from "./schema.js";

type Value = string | number | Uint8Array | null;
type Statement = Libsql.Statement<Value[]>;

/** For another process that is just closing the same books. */
const BUSY_MS = 5_000;

/** What a file holds; its `user_version` is set by the schema. */
export interface Tables {
	readonly schema: string;
	readonly version: number;
}

const LEDGER: Tables = Object.freeze({ schema: SCHEMA, version: SCHEMA_VERSION });

/**
 * One SQLite file with statements that are prepared once. What is committed is on the medium (write-ahead log, flushed at
 * each commit); that many requests can share a commit is the business of `together`.
 */
export class Database {
	readonly #db: Libsql.Database;
	readonly #statements = new Map<string, Statement>();
	#depth = 0;

	/** @throws {Error} when the file cannot be opened or written, or is of another version */
	constructor(path: string, tables: Tables = LEDGER) {
		this.#db = new Libsql(path);
		try {
			this.#db.pragma(`busy_timeout = ${BUSY_MS}`);
			this.#db.pragma("journal_mode = WAL");
			this.#db.pragma("synchronous = FULL");
			this.#db.pragma("foreign_keys = ON");
			this.#open(tables);
		} catch (error) {
			this.#db.close();
			throw error;
		}
	}

	run(sql: string, ...values: Value[]): { readonly changes: number; readonly lastInsertRowid: number } {
		try {
			const { changes, lastInsertRowid } = this.#statement(sql).run(...values.map(bound));
			return { changes, lastInsertRowid: Number(lastInsertRowid) };
		} catch (error) {
			throw isConstraint(error) ? new BooksError((error as Error).message) : error;
		}
	}

	/** The first row, undefined without one. */
	get<Row>(sql: string, ...values: Value[]): Row | undefined {
		return this.#statement(sql).get(...values.map(bound)) as Row | undefined;
	}

	all<Row>(sql: string, ...values: Value[]): Row[] {
		return this.#statement(sql).all(...values.map(bound)) as Row[];
	}

	/** Everything in `work` or nothing; inside another one it is a part of that one's transaction. */
	together<T>(work: () => T): T {
		const [begin, commit, rollback] = this.#depth === 0 ? OUTER : INNER;
		this.#exec(begin);
		this.#depth++;
		try {
			const result = work();
			this.#exec(commit);
			return result;
		} catch (error) {
			for (const sql of rollback) this.#exec(sql);
			throw error;
		} finally {
			this.#depth--;
		}
	}

	close(): void {
		this.#db.close();
	}

	#open({ schema, version: expected }: Tables): void {
		const { user_version: version } = this.#db.prepare("PRAGMA user_version").get() as { user_version: number };
		if (version === expected) return;
		const { tables } = this.#db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as { tables: number };
		if (tables > 0) throw new Error("it is of another version of Kassa: start again with --fresh");
		this.#db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
	}

	#exec(sql: string): void {
		this.#db.exec(sql);
	}

	#statement(sql: string): Statement {
		let statement = this.#statements.get(sql);
		if (!statement) {
			statement = this.#db.prepare<Value[]>(sql);
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}

const OUTER = ["BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]] as const;
const INNER = ["SAVEPOINT inner", "RELEASE inner", ["ROLLBACK TO inner", "RELEASE inner"]] as const;

/** The driver takes bytes as a Buffer only. */
function bound(value: Value): Value {
	return value instanceof Uint8Array ? Buffer.from(value) : value;
}

function isConstraint(error: unknown): boolean {
	return String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT");
}
