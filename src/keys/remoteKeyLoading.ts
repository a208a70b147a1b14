import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import { sealBox } from "../crypto/sealedBox.js";
import type { Crypto, Random } from "../ports.js";
import { dukptSlotKey } from "./dukptKeys.js";
import { type KeyAttributes, type KeySlot, RECEIVING_SLOTS } from "./keyAttributes.js";
import { checkKeyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";
import { checkAttributes, checkLength, type NewKey } from "./newKey.js";
import { openSignedRecord, signRecord } from "./signedRecord.js";
import type { TerminalIdentity } from "./terminalIdentity.js";

/** One key of a remote loading. */
export interface RemoteKey extends KeyAttributes {
	readonly slot: KeySlot;
	readonly algorithm: "T" | "A";
	readonly key: Uint8Array;
	readonly kcv: Uint8Array;
	/** Of a DUKPT initial key: its key serial number, or for AES its initial key ID. */
	readonly ksn?: Uint8Array;
}

/** What a loading is for: this terminal, and no earlier one. */
interface Envelope {
	readonly serial: string;
	/** Rises with each loading of a terminal. */
	readonly sequence: number;
	/** The keys as CBOR, sealed to the terminal's X25519 key. */
	readonly sealed: Uint8Array;
}

const LAST_SEQUENCE = 0xffff_ffff;

/**
 * The bank's half: keys for one terminal, sealed to it and signed.
 * @param signingKey the bank's Ed25519 secret key, 64 bytes
 */
export function makeRemoteKeys(
	ports: { readonly crypto: Crypto; readonly random: Random },
	signingKey: Uint8Array,
	terminal: { readonly serial: string; readonly agreementKey: Uint8Array },
	sequence: number,
	keys: readonly RemoteKey[],
): Uint8Array {
	const plain = encodeCbor(keys);
	try {
		const sealed = sealBox(ports.random, plain, terminal.agreementKey);
		const envelope: Envelope = { serial: terminal.serial, sequence, sealed };
		return signRecord(ports.crypto, "key loading 1", encodeCbor(envelope), signingKey);
	} finally {
		wipe(plain); // WIPE
	}
}

/**
 * Loads keys that the bank sent over any line: under its signature, sealed to this terminal, newer than the last. All of
 * them or none.
 * @param bankSigningKey Ed25519, 32 bytes: whom this terminal is bound to
 * @returns the slots that have a new key
 * @throws {KeyError} one sentence that says what is wrong with the message; nothing has been stored then
 */
export function loadRemoteKeys(
	slots: KeySlots,
	crypto: Crypto,
	terminal: { readonly identity: TerminalIdentity; readonly serial: string },
	bankSigningKey: Uint8Array,
	record: Uint8Array,
): KeySlot[] {
	const { loaded, sequence } = openRemoteKeys(slots, crypto, terminal, bankSigningKey, record);
	try {
		slots.install(loaded, sequence);
		return Object.keys(loaded) as KeySlot[];
	} finally {
		wipe(...Object.values(loaded).map(({ key }) => key)); // WIPE
	}
}

/** Whether `loadRemoteKeys` would take the message. @returns its sequence number @throws {KeyError} when not */
export function checkRemoteKeys(...message: Parameters<typeof loadRemoteKeys>): number {
	const { loaded, sequence } = openRemoteKeys(...message);
	wipe(...Object.values(loaded).map(({ key }) => key)); // WIPE
	return sequence;
}

/** @returns keys that the caller wipes */
function openRemoteKeys(
	slots: KeySlots,
	crypto: Crypto,
	terminal: { readonly identity: TerminalIdentity; readonly serial: string },
	bankSigningKey: Uint8Array,
	record: Uint8Array,
): { readonly loaded: Readonly<Partial<Record<KeySlot, NewKey>>>; readonly sequence: number } {
	const payload = openSignedRecord(crypto, "key loading 1", record, bankSigningKey);
	if (!payload) throw new KeyError("the key message is not from the bank: ask it to send the keys again");
	const { serial, sequence, sealed } = decodeEnvelope(payload);
	if (serial !== terminal.serial) throw new KeyError(`the key message is for the terminal ${serial}`);
	if (sequence <= slots.sequence) throw new KeyError("the key message was used before: ask the bank for a new one");
	const plain = terminal.identity.openSealed(sealed);
	if (!plain) throw new KeyError("the key message is not for this terminal's keys: have it bound again");
	const loaded: Partial<Record<KeySlot, NewKey>> = {};
	try {
		for (const key of decodeKeys(plain)) {
			checkLength(key.slot, key.algorithm, key.key);
			const made = newKey(crypto, key);
			loaded[key.slot] = made;
			checkAttributes(key.slot, made);
		}
		return { loaded, sequence };
	} catch (error) {
		wipe(...Object.values(loaded).map(({ key }) => key)); // WIPE
		throw error;
	} finally {
		wipe(plain); // WIPE
	}
}

/** Nothing of it is a view into the message, which is wiped. */
function newKey(crypto: Crypto, { slot, key, ksn, ...given }: RemoteKey): NewKey {
	const attributes = { ...given, kcv: given.kcv.slice() };
	const { algorithm, kcv, exportability } = attributes;
	if (slot !== "dukpt") {
		checkKeyCheckValue(crypto, algorithm, key, kcv, `the ${slot} key`);
		return { ...attributes, key: key.slice() };
	}
	if (!ksn) throw new KeyError("the key message lacks the key serial number");
	const scheme = algorithm === "A" ? "dukptAes" : "dukptTdes";
	return { ...dukptSlotKey(crypto, scheme, { initialKey: key, ksn, kcv, exportability }), ...attributes };
}

function decodeEnvelope(payload: Uint8Array): Envelope {
	const { serial, sequence, sealed } = decodeMap(payload);
	const isSequence =
		Number.isSafeInteger(sequence) && (sequence as number) > 0 && (sequence as number) <= LAST_SEQUENCE;
	if (typeof serial !== "string" || !isSequence || !(sealed instanceof Uint8Array)) throw new KeyError(MALFORMED);
	return { serial, sequence: sequence as number, sealed };
}

/** Usage, algorithm and mode of use are judged afterwards, slot by slot. */
function decodeKeys(plain: Uint8Array): RemoteKey[] {
	const keys = decode(plain);
	if (!Array.isArray(keys) || keys.length === 0) throw new KeyError(MALFORMED);
	const slots = new Set<unknown>();
	for (const { slot, usage, algorithm, modeOfUse, exportability, key, kcv, ksn } of keys as Record<string, unknown>[]) {
		const isKnown = RECEIVING_SLOTS.includes(slot as KeySlot) && (algorithm === "T" || algorithm === "A");
		const isText = typeof usage === "string" && typeof modeOfUse === "string" && /^[ENS]$/.test(String(exportability));
		const isBytes = key instanceof Uint8Array && kcv instanceof Uint8Array;
		const isKsn = ksn === undefined || ksn instanceof Uint8Array;
		if (!isKnown || !isText || !isBytes || !isKsn || slots.has(slot)) throw new KeyError(MALFORMED);
		slots.add(slot);
	}
	return keys as RemoteKey[];
}

function decodeMap(bytes: Uint8Array): Record<string, unknown> {
	const value = decode(bytes);
	if (typeof value !== "object" || value === null) throw new KeyError(MALFORMED);
	return value as Record<string, unknown>;
}

function decode(bytes: Uint8Array): unknown {
	try {
		return decodeCbor(bytes);
	} catch {
		throw new KeyError(MALFORMED);
	}
}

const MALFORMED = "the key message cannot be read: ask the bank to send the keys again";
