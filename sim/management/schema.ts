import type { Tables } from "../bank/ledger/database.js";

/**
 * What the bank's management service keeps. That a journal's records are there without a gap, each once and never changed,
 * are rules of the tables: a mistake of the code above them ends in an error.
 */
export const MANAGEMENT_SCHEMA: Tables = {
	version: 3,
	schema: `
CREATE TABLE terminals (
	terminal_id TEXT PRIMARY KEY,
	signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
	agreement_key BLOB NOT NULL CHECK (length(agreement_key) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE received (
	terminal_id TEXT NOT NULL REFERENCES terminals, kind TEXT NOT NULL,
	sequence INTEGER NOT NULL,
	PRIMARY KEY (terminal_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sequence_rises BEFORE UPDATE OF sequence ON received WHEN NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'a message was replayed'); END;

CREATE TABLE sent (
	terminal_id TEXT NOT NULL REFERENCES terminals, kind TEXT NOT NULL,
	sequence INTEGER NOT NULL CHECK (sequence > 0),
	PRIMARY KEY (terminal_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE journals (
	terminal_id TEXT NOT NULL REFERENCES terminals, journal BLOB NOT NULL,
	up_to INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (terminal_id, journal)
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
	terminal_id TEXT NOT NULL, journal BLOB NOT NULL, number INTEGER NOT NULL CHECK (number > 0),
	record BLOB NOT NULL,
	PRIMARY KEY (terminal_id, journal, number),
	FOREIGN KEY (terminal_id, journal) REFERENCES journals
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
	terminal_id TEXT NOT NULL, journal BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL CHECK (last >= first),
	PRIMARY KEY (terminal_id, journal, first),
	FOREIGN KEY (terminal_id, journal) REFERENCES journals
) STRICT, WITHOUT ROWID;

CREATE TRIGGER record_follows BEFORE INSERT ON records
WHEN NEW.number <> (SELECT up_to + 1 FROM journals WHERE terminal_id = NEW.terminal_id AND journal = NEW.journal)
BEGIN SELECT RAISE(ABORT, 'a record is missing before this one'); END;

CREATE TRIGGER record_is_there AFTER INSERT ON records
BEGIN UPDATE journals SET up_to = NEW.number WHERE terminal_id = NEW.terminal_id AND journal = NEW.journal; END;

CREATE TRIGGER gap_follows BEFORE INSERT ON gaps
WHEN NEW.first <> (SELECT up_to + 1 FROM journals WHERE terminal_id = NEW.terminal_id AND journal = NEW.journal)
BEGIN SELECT RAISE(ABORT, 'a gap begins where the records end'); END;

CREATE TRIGGER gap_is_known AFTER INSERT ON gaps
BEGIN UPDATE journals SET up_to = NEW.last WHERE terminal_id = NEW.terminal_id AND journal = NEW.journal; END;

CREATE TRIGGER journal_goes_on BEFORE UPDATE OF up_to ON journals WHEN NEW.up_to <= OLD.up_to
BEGIN SELECT RAISE(ABORT, 'a journal goes on, never back'); END;

CREATE TRIGGER record_stays BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;

CREATE TRIGGER record_is_kept BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END;

CREATE TABLE alerts (
	terminal_id TEXT NOT NULL REFERENCES terminals, number INTEGER NOT NULL, at INTEGER NOT NULL,
	alert TEXT NOT NULL, text TEXT NOT NULL, lines TEXT NOT NULL,
	entry INTEGER NOT NULL, hash TEXT NOT NULL,
	PRIMARY KEY (terminal_id, number, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
	terminal_id TEXT NOT NULL REFERENCES terminals, number INTEGER NOT NULL, at INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('dayReport', 'checkReport')), report TEXT NOT NULL,
	PRIMARY KEY (terminal_id, number, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
	terminal_id TEXT PRIMARY KEY REFERENCES terminals,
	connection INTEGER NOT NULL DEFAULT 0, lost INTEGER NOT NULL DEFAULT 0,
	status BLOB
) STRICT, WITHOUT ROWID;

-- What the bank wants of its terminals: lists until a newer one takes their place, commands until they are answered.
CREATE TABLE orders (
	terminal_id TEXT NOT NULL REFERENCES terminals, kind TEXT NOT NULL, sequence INTEGER NOT NULL,
	payload BLOB NOT NULL,
	expires_at INTEGER,
	done INTEGER CHECK (done IN (0, 1)), reason TEXT, lines TEXT,
	PRIMARY KEY (terminal_id, kind, sequence),
	CONSTRAINT answer_is_whole CHECK ((done IS NULL) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER answered_once BEFORE UPDATE OF done, reason ON orders WHEN OLD.done IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an order is answered once'); END;

CREATE TABLE backups (
	id INTEGER PRIMARY KEY,
	terminal_id TEXT NOT NULL REFERENCES terminals, journal BLOB NOT NULL,
	first INTEGER NOT NULL, last INTEGER NOT NULL CHECK (last >= first),
	box BLOB NOT NULL,
	UNIQUE (terminal_id, journal, first)
) STRICT;

CREATE TABLE backup_lists (
	terminal_id TEXT NOT NULL REFERENCES terminals, journal BLOB NOT NULL,
	box BLOB NOT NULL,
	PRIMARY KEY (terminal_id, journal)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
`,
};
