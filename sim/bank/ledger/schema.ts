/** Of the tables below; a file of another version is refused. */
export const SCHEMA_VERSION = 1;

/**
 * The rules of `Books` as constraints, so that a mistake of the code above them ends in an error and never in the books.
 * A movement is one row with both its accounts: money cannot be made or lost. Balances follow movements through a trigger
 * and are never written by anything else.
 */
export const SCHEMA = `
CREATE TABLE accounts (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('card', 'merchant', 'hold', 'equity')),
	holder TEXT NOT NULL,
	balance_minor INTEGER NOT NULL DEFAULT 0,
	CONSTRAINT hold_not_below_zero CHECK (kind <> 'hold' OR balance_minor >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE cards (
	pan TEXT PRIMARY KEY REFERENCES accounts,
	pin_tries_left INTEGER NOT NULL CHECK (pin_tries_left >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE card_counters (
	application TEXT NOT NULL, atc INTEGER NOT NULL,
	PRIMARY KEY (application, atc)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_counters (
	initial_key_id TEXT PRIMARY KEY, highest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE transactions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	terminal_id TEXT NOT NULL, batch INTEGER NOT NULL, stan INTEGER NOT NULL,
	merchant_id TEXT NOT NULL,
	operation TEXT NOT NULL,
	pan TEXT NOT NULL,
	amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
	change_minor INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('approved', 'declined', 'reversed', 'voided', 'completed')),
	day TEXT NOT NULL,
	is_foreign INTEGER NOT NULL CHECK (is_foreign IN (0, 1)),
	side TEXT CHECK (side IN ('debit', 'credit')),
	is_advice INTEGER NOT NULL CHECK (is_advice IN (0, 1)),
	original INTEGER REFERENCES transactions,
	effect TEXT CHECK (effect IN ('voids', 'completes', 'refunds', 'adjusts')),
	response_code TEXT NOT NULL, authorisation_code TEXT, icc_data BLOB, answer_balance_minor INTEGER, referral TEXT,
	adjusted_minor INTEGER NOT NULL DEFAULT 0,
	refunded_minor INTEGER NOT NULL DEFAULT 0,
	CONSTRAINT one_of_each_request UNIQUE (terminal_id, batch, stan),
	CONSTRAINT effect_needs_original CHECK ((effect IS NULL) = (original IS NULL)),
	CONSTRAINT refunds_within_the_sale CHECK (refunded_minor BETWEEN 0 AND amount_minor + adjusted_minor)
) STRICT;
CREATE INDEX transactions_by_code ON transactions (pan, authorisation_code) WHERE authorisation_code IS NOT NULL;
CREATE INDEX transactions_by_day ON transactions (pan, day) WHERE state <> 'declined';
CREATE UNIQUE INDEX one_void_or_completion ON transactions (original)
	WHERE effect IN ('voids', 'completes') AND state = 'approved';

CREATE TABLE movements (
	id INTEGER PRIMARY KEY,
	transaction_id INTEGER REFERENCES transactions,
	leg INTEGER NOT NULL,
	is_return INTEGER NOT NULL CHECK (is_return IN (0, 1)),
	from_account TEXT NOT NULL REFERENCES accounts,
	to_account TEXT NOT NULL REFERENCES accounts,
	amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
	CONSTRAINT two_accounts CHECK (from_account <> to_account),
	CONSTRAINT moved_once_and_back_once UNIQUE (transaction_id, leg, is_return)
) STRICT;
CREATE UNIQUE INDEX opened_once ON movements (to_account) WHERE transaction_id IS NULL;

CREATE TABLE terminals (
	terminal_id TEXT PRIMARY KEY,
	signed_off INTEGER NOT NULL CHECK (signed_off IN (0, 1)),
	batch INTEGER NOT NULL,
	pik TEXT, mak TEXT, tdk TEXT,
	status TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE settlements (
	terminal_id TEXT NOT NULL, batch INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'uploading', 'settled')),
	claimed TEXT,
	verdict TEXT CHECK (verdict IN ('equal', 'reconciled', 'differing')),
	settled_order INTEGER PRIMARY KEY AUTOINCREMENT,
	CONSTRAINT settled_has_a_verdict CHECK ((state = 'settled') = (verdict IS NOT NULL)),
	CONSTRAINT one_settlement_of_a_batch UNIQUE (terminal_id, batch)
) STRICT;

CREATE TABLE uploads (
	terminal_id TEXT NOT NULL, batch INTEGER NOT NULL, stan INTEGER NOT NULL,
	amount_minor INTEGER NOT NULL,
	PRIMARY KEY (terminal_id, batch, stan)
) STRICT, WITHOUT ROWID;

-- Transactions: what they say stays, what becomes of them follows fixed paths.

CREATE TRIGGER batch_is_settled BEFORE INSERT ON transactions
WHEN NEW.state <> 'reversed' AND EXISTS (SELECT 1 FROM settlements
	WHERE terminal_id = NEW.terminal_id AND batch = NEW.batch AND state = 'settled')
BEGIN SELECT RAISE(ABORT, 'the batch is settled'); END;

CREATE TRIGGER original_is_approved BEFORE INSERT ON transactions
WHEN NEW.effect IS NOT NULL AND NEW.state = 'approved'
	AND NOT EXISTS (SELECT 1 FROM transactions WHERE id = NEW.original AND state = 'approved')
BEGIN SELECT RAISE(ABORT, 'the original is not approved'); END;

CREATE TRIGGER void_of_refunded BEFORE INSERT ON transactions
WHEN NEW.effect = 'voids' AND NEW.state = 'approved'
	AND EXISTS (SELECT 1 FROM transactions WHERE id = NEW.original AND refunded_minor > 0)
BEGIN SELECT RAISE(ABORT, 'the original is refunded'); END;

CREATE TRIGGER effect_begins AFTER INSERT ON transactions WHEN NEW.effect IS NOT NULL AND NEW.state = 'approved'
BEGIN
	UPDATE transactions SET
		state = CASE NEW.effect WHEN 'voids' THEN 'voided' WHEN 'completes' THEN 'completed' ELSE state END,
		refunded_minor = refunded_minor + CASE NEW.effect WHEN 'refunds' THEN NEW.amount_minor ELSE 0 END,
		adjusted_minor = adjusted_minor + CASE NEW.effect WHEN 'adjusts' THEN NEW.change_minor ELSE 0 END
	WHERE id = NEW.original;
END;

CREATE TRIGGER effect_ends AFTER UPDATE OF state ON transactions
WHEN OLD.effect IS NOT NULL AND OLD.state = 'approved' AND NEW.state IN ('reversed', 'voided')
BEGIN
	UPDATE transactions SET
		state = CASE NEW.effect WHEN 'voids' THEN 'approved' WHEN 'completes' THEN 'approved' ELSE state END,
		refunded_minor = refunded_minor - CASE NEW.effect WHEN 'refunds' THEN NEW.amount_minor ELSE 0 END,
		adjusted_minor = adjusted_minor - CASE NEW.effect WHEN 'adjusts' THEN NEW.change_minor ELSE 0 END
	WHERE id = NEW.original;
END;

CREATE TRIGGER effect_resumes AFTER UPDATE OF state ON transactions
WHEN OLD.effect IS NOT NULL AND OLD.state = 'voided' AND NEW.state = 'approved'
BEGIN
	UPDATE transactions SET
		state = CASE NEW.effect WHEN 'voids' THEN 'voided' WHEN 'completes' THEN 'completed' ELSE state END,
		refunded_minor = refunded_minor + CASE NEW.effect WHEN 'refunds' THEN NEW.amount_minor ELSE 0 END,
		adjusted_minor = adjusted_minor + CASE NEW.effect WHEN 'adjusts' THEN NEW.change_minor ELSE 0 END
	WHERE id = NEW.original;
END;

CREATE TRIGGER state_follows_a_path BEFORE UPDATE OF state ON transactions
WHEN OLD.state <> NEW.state AND NOT (
	(OLD.state = 'approved' AND NEW.state IN ('voided', 'completed') AND EXISTS (SELECT 1 FROM transactions
		WHERE original = OLD.id AND state = 'approved'
		AND effect = CASE NEW.state WHEN 'voided' THEN 'voids' ELSE 'completes' END))
	OR (OLD.state = 'approved' AND NEW.state = 'reversed' AND OLD.refunded_minor = 0 AND OLD.adjusted_minor = 0)
	OR (OLD.state = 'declined' AND NEW.state = 'reversed')
	OR (OLD.state IN ('voided', 'completed') AND NEW.state = 'approved' AND NOT EXISTS (SELECT 1 FROM transactions
		WHERE original = OLD.id AND state = 'approved' AND effect IN ('voids', 'completes')))
)
BEGIN SELECT RAISE(ABORT, 'a transaction cannot become this'); END;

CREATE TRIGGER transaction_stays BEFORE UPDATE OF
	id, terminal_id, batch, stan, merchant_id, operation, pan, amount_minor, change_minor, original, effect, side ON transactions
BEGIN SELECT RAISE(ABORT, 'a transaction is never changed'); END;

CREATE TRIGGER transaction_is_kept BEFORE DELETE ON transactions
BEGIN SELECT RAISE(ABORT, 'a transaction is never removed'); END;

-- Movements: only added, and only where their transaction says so.

CREATE TRIGGER movement_of_an_approval BEFORE INSERT ON movements
WHEN NEW.transaction_id IS NOT NULL AND NEW.is_return = 0
	AND NOT EXISTS (SELECT 1 FROM transactions WHERE id = NEW.transaction_id AND state = 'approved')
BEGIN SELECT RAISE(ABORT, 'only what is approved moves money'); END;

CREATE TRIGGER opening_from_equity BEFORE INSERT ON movements
WHEN NEW.transaction_id IS NULL AND (NEW.from_account <> 'equity' OR NEW.is_return = 1)
BEGIN SELECT RAISE(ABORT, 'an opening balance comes from equity'); END;

CREATE TRIGGER return_of_a_movement BEFORE INSERT ON movements
WHEN NEW.is_return = 1 AND NOT EXISTS (SELECT 1 FROM movements m JOIN transactions t ON t.id = m.transaction_id
	WHERE m.transaction_id = NEW.transaction_id AND m.leg = NEW.leg AND m.is_return = 0 AND t.state = 'reversed'
	AND m.from_account = NEW.to_account AND m.to_account = NEW.from_account AND m.amount_minor = NEW.amount_minor)
BEGIN SELECT RAISE(ABORT, 'only what a reversed transaction moved goes back'); END;

CREATE TRIGGER not_overdrawn BEFORE INSERT ON movements
WHEN NEW.is_return = 0 AND EXISTS (SELECT 1 FROM accounts a, transactions t
	WHERE a.id = NEW.from_account AND a.kind = 'card' AND a.balance_minor < NEW.amount_minor
	AND t.id = NEW.transaction_id AND t.is_advice = 0)
BEGIN SELECT RAISE(ABORT, 'the account would be overdrawn'); END;

CREATE TRIGGER balances_follow AFTER INSERT ON movements
BEGIN
	UPDATE accounts SET balance_minor = balance_minor - NEW.amount_minor WHERE id = NEW.from_account;
	UPDATE accounts SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.to_account;
END;

CREATE TRIGGER movement_stays BEFORE UPDATE ON movements
BEGIN SELECT RAISE(ABORT, 'a movement is never changed'); END;

CREATE TRIGGER movement_is_kept BEFORE DELETE ON movements
BEGIN SELECT RAISE(ABORT, 'a movement is never removed'); END;

CREATE TRIGGER account_is_kept BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'an account is never removed'); END;

-- Settlement

CREATE TRIGGER settled_for_good BEFORE UPDATE ON settlements WHEN OLD.state = 'settled'
BEGIN SELECT RAISE(ABORT, 'the batch is settled'); END;

CREATE TRIGGER upload_while_uploading BEFORE INSERT ON uploads
WHEN NOT EXISTS (SELECT 1 FROM settlements
	WHERE terminal_id = NEW.terminal_id AND batch = NEW.batch AND state = 'uploading')
BEGIN SELECT RAISE(ABORT, 'the batch is not being uploaded'); END;

PRAGMA user_version = ${SCHEMA_VERSION};
`;
