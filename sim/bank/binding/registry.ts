import { formatHex } from "../../../src/bytes/hex.js";
import { Database } from "../ledger/database.js";
import { DEVICE_TABLES, DeviceBook } from "./deviceBook.js";

/** What is known of an activation code. */
export interface ActivationCode {
	readonly terminalId: string;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
	readonly usedAt: number | undefined;
}

/** A binding as the bank has it. "issued": the terminal has not said yet that it has stored it. */
export interface RegisteredBinding {
	readonly bindingNumber: string;
	readonly serial: string;
	/** Of the terminal, Ed25519, hexadecimal. */
	readonly signingKey: string;
	readonly terminalId: string;
	readonly merchantId: string;
	readonly state: "issued" | "active" | "ended";
	/** SHA-256 of the certificate, hexadecimal. */
	readonly certificateHash: string;
	/** Of the certificate, hexadecimal. */
	readonly serialNumber: string;
	/** Of the settlement card. */
	readonly pan: string;
	/** Hash of the activation code that it was issued for. */
	readonly codeHash: string;
	/** Version of the fee schedule that the merchant has accepted. */
	readonly feeVersion: number;
}

const SCHEMA = `
CREATE TABLE activation_codes (
	code_hash TEXT PRIMARY KEY,
	terminal_id TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE wrong_codes (
	serial TEXT PRIMARY KEY, wrong INTEGER NOT NULL, locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE bindings (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	serial TEXT NOT NULL, signing_key TEXT NOT NULL, terminal_id TEXT NOT NULL, merchant_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('issued', 'active', 'ended')),
	certificate_hash TEXT NOT NULL, serial_number TEXT NOT NULL, pan TEXT NOT NULL, code_hash TEXT NOT NULL,
	fee_version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_active ON bindings (terminal_id) WHERE state = 'active';
CREATE UNIQUE INDEX one_issued ON bindings (terminal_id) WHERE state = 'issued';
CREATE TABLE revocations (
	serial_number TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
${DEVICE_TABLES}PRAGMA user_version = 2;
`;

/** The first binding number is this and one. */
const NUMBER_BASE = 100_000_000_000;

interface BindingRow {
	readonly id: number;
	readonly serial: string;
	readonly signing_key: string;
	readonly terminal_id: string;
	readonly merchant_id: string;
	readonly state: RegisteredBinding["state"];
	readonly certificate_hash: string;
	readonly serial_number: string;
	readonly pan: string;
	readonly code_hash: string;
	readonly fee_version: number;
}

/** The bank's book of bindings and activation codes, one SQLite file. Codes are kept as hashes. */
export class BindingRegistry {
	/** What terminals have told of themselves. */
	readonly devices: DeviceBook;
	readonly #db: Database;

	/** @param path ":memory:" for none @throws {Error} when it cannot be opened */
	constructor(path: string) {
		this.#db = new Database(path, { schema: SCHEMA, version: 2 });
		this.devices = new DeviceBook(this.#db);
	}

	together<T>(work: () => T): T {
		return this.#db.together(work);
	}

	close(): void {
		this.#db.close();
	}

	saveCode(codeHash: string, terminalId: string, expiresAt: number): void {
		this.#db.run(
			"INSERT INTO activation_codes (code_hash, terminal_id, expires_at) VALUES (?, ?, ?)",
			codeHash,
			terminalId,
			expiresAt,
		);
	}

	code(codeHash: string): ActivationCode | undefined {
		const row = this.#db.get<{ terminal_id: string; expires_at: number; used_at: number | null }>(
			"SELECT * FROM activation_codes WHERE code_hash = ?",
			codeHash,
		);
		return row && { terminalId: row.terminal_id, expiresAt: row.expires_at, usedAt: row.used_at ?? undefined };
	}

	useCode(codeHash: string, at: number): void {
		this.#db.run("UPDATE activation_codes SET used_at = ? WHERE code_hash = ?", at, codeHash);
	}

	/** Wrong codes of a device. */
	wrongCodes(serial: string): { readonly wrong: number; readonly lockedUntil: number } {
		const row = this.#db.get<{ wrong: number; locked_until: number }>(
			"SELECT wrong, locked_until FROM wrong_codes WHERE serial = ?",
			serial,
		);
		return { wrong: row?.wrong ?? 0, lockedUntil: row?.locked_until ?? 0 };
	}

	saveWrongCodes(serial: string, wrong: number, lockedUntil: number): void {
		this.#db.run("INSERT OR REPLACE INTO wrong_codes VALUES (?, ?, ?)", serial, wrong, lockedUntil);
	}

	/** The number that the next binding gets. */
	nextNumber(): string {
		const { last } = this.#db.get<{ last: number }>("SELECT coalesce(max(id), 0) AS last FROM bindings")!;
		return String(NUMBER_BASE + last + 1);
	}

	/** In the place of one that was issued to the terminal and not confirmed. */
	issue(binding: Omit<RegisteredBinding, "state">): void {
		this.#db.together(() => {
			this.#db.run(
				"UPDATE bindings SET state = 'ended' WHERE terminal_id = ? AND state = 'issued'",
				binding.terminalId,
			);
			this.#db.run(
				"INSERT INTO bindings VALUES (?, ?, ?, ?, ?, 'issued', ?, ?, ?, ?, ?)",
				Number(binding.bindingNumber) - NUMBER_BASE,
				binding.serial,
				binding.signingKey,
				binding.terminalId,
				binding.merchantId,
				binding.certificateHash,
				binding.serialNumber,
				binding.pan,
				binding.codeHash,
				binding.feeVersion,
			);
		});
	}

	/** The issued binding takes the place of the active one. */
	activate(bindingNumber: string): void {
		this.#db.together(() => {
			const { terminalId } = this.byNumber(bindingNumber)!;
			this.#db.run("UPDATE bindings SET state = 'ended' WHERE terminal_id = ? AND state = 'active'", terminalId);
			this.#set(bindingNumber, "state", "active");
		});
	}

	end(bindingNumber: string): void {
		this.#set(bindingNumber, "state", "ended");
	}

	acceptFees(bindingNumber: string, version: number): void {
		this.#set(bindingNumber, "fee_version", version);
	}

	byNumber(bindingNumber: string): RegisteredBinding | undefined {
		return this.#one("id = ?", Number(bindingNumber) - NUMBER_BASE);
	}

	active(terminalId: string): RegisteredBinding | undefined {
		return this.#one("state = 'active' AND terminal_id = ?", terminalId);
	}

	byCertificate(serial: string, hash: Uint8Array): RegisteredBinding | undefined {
		return this.#one("serial = ? AND certificate_hash = ?", serial, formatHex(hash));
	}

	/** All that ever were, oldest first. */
	bindings(): RegisteredBinding[] {
		return this.#db.all<BindingRow>("SELECT * FROM bindings ORDER BY id").map(bindingOf);
	}

	revoke(serialNumber: string): void {
		this.#db.run("INSERT OR IGNORE INTO revocations VALUES (?)", serialNumber);
	}

	/** Serial numbers, hexadecimal. */
	revocations(): string[] {
		return this.#db.all<{ serial_number: string }>("SELECT * FROM revocations").map(row => row.serial_number);
	}

	#set(bindingNumber: string, column: "state" | "fee_version", value: string | number): void {
		this.#db.run(`UPDATE bindings SET ${column} = ? WHERE id = ?`, value, Number(bindingNumber) - NUMBER_BASE);
	}

	#one(where: string, ...values: (string | number)[]): RegisteredBinding | undefined {
		const row = this.#db.get<BindingRow>(`SELECT * FROM bindings WHERE ${where} ORDER BY id DESC LIMIT 1`, ...values);
		return row && bindingOf(row);
	}
}

function bindingOf(row: BindingRow): RegisteredBinding {
	return {
		bindingNumber: String(NUMBER_BASE + row.id),
		serial: row.serial,
		signingKey: row.signing_key,
		terminalId: row.terminal_id,
		merchantId: row.merchant_id,
		state: row.state,
		certificateHash: row.certificate_hash,
		serialNumber: row.serial_number,
		pan: row.pan,
		codeHash: row.code_hash,
		feeVersion: row.fee_version,
	};
}
