import type { Erasure } from "../../../src/binding/erasure.js";
import type { Zeroisation } from "../../../src/keys/keyStoreRoot.js";
import type { Database } from "../ledger/database.js";

/** A terminal's keys were erased, as it has attested when it was to be bound again. */
export interface Tamper {
	readonly serial: string;
	readonly cause: Zeroisation["cause"];
	/** Milliseconds since 1970, by the terminal's clock. */
	readonly at: number;
	/** By the bank's. */
	readonly reportedAt: number;
	/** When somebody of the bank's has let the terminal be bound again; undefined: it is not. */
	readonly releasedAt: number | undefined;
}

/** A terminal's word that it has erased a binding's keys, verified. */
export interface KeptErasure extends Erasure {
	/** As it came. */
	readonly certificate: Uint8Array;
	/** Milliseconds since 1970. */
	readonly receivedAt: number;
}

export const DEVICE_TABLES = `
CREATE TABLE tampers (
	serial TEXT NOT NULL, cause TEXT NOT NULL, at INTEGER NOT NULL,
	reported_at INTEGER NOT NULL, released_at INTEGER,
	PRIMARY KEY (serial, cause, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE erasures (
	binding_number TEXT PRIMARY KEY,
	serial TEXT NOT NULL, erased_at INTEGER NOT NULL, slots TEXT NOT NULL,
	certificate BLOB NOT NULL, received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

interface TamperRow {
	readonly serial: string;
	readonly cause: Zeroisation["cause"];
	readonly at: number;
	readonly reported_at: number;
	readonly released_at: number | null;
}

interface ErasureRow {
	readonly binding_number: string;
	readonly serial: string;
	readonly erased_at: number;
	readonly slots: string;
	readonly certificate: Uint8Array;
	readonly received_at: number;
}

/** What terminals have told the bank of themselves under their signatures: that they were opened, that they have erased. */
export class DeviceBook {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** The same event is noted once. One that was ordered at the terminal needs nobody's release. */
	noteTamper(serial: string, { cause, at }: Zeroisation, now: number): void {
		const releasedAt = cause === "order" ? now : null;
		this.#db.run("INSERT OR IGNORE INTO tampers VALUES (?, ?, ?, ?, ?)", serial, cause, at, now, releasedAt);
	}

	/** An event of this terminal waits for somebody of the bank's. */
	isTampered(serial: string): boolean {
		return this.#db.get("SELECT 1 FROM tampers WHERE serial = ? AND released_at IS NULL", serial) !== undefined;
	}

	/** @returns how many events waited */
	releaseTampers(serial: string, now: number): number {
		const sql = "UPDATE tampers SET released_at = ? WHERE serial = ? AND released_at IS NULL";
		return this.#db.run(sql, now, serial).changes;
	}

	/** In the order in which they were reported. */
	tampers(): Tamper[] {
		return this.#db.all<TamperRow>("SELECT * FROM tampers ORDER BY reported_at, at").map(row => ({
			serial: row.serial,
			cause: row.cause,
			at: row.at,
			reportedAt: row.reported_at,
			releasedAt: row.released_at ?? undefined,
		}));
	}

	/** The first one that comes for a binding stays. */
	saveErasure({ bindingNumber, serial, erasedAt, slots, certificate, receivedAt }: KeptErasure): void {
		this.#db.run(
			"INSERT OR IGNORE INTO erasures VALUES (?, ?, ?, ?, ?, ?)",
			bindingNumber,
			serial,
			erasedAt,
			slots.join(" "),
			certificate,
			receivedAt,
		);
	}

	/** In the order of their bindings. */
	erasures(): KeptErasure[] {
		return this.#db.all<ErasureRow>("SELECT * FROM erasures ORDER BY binding_number").map(row => ({
			bindingNumber: row.binding_number,
			serial: row.serial,
			erasedAt: row.erased_at,
			slots: row.slots.split(" ").filter(name => name !== ""),
			certificate: new Uint8Array(row.certificate),
			receivedAt: row.received_at,
		}));
	}
}
