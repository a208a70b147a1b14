import type { CoseSigner } from "../binding/cose.js";
import type { OwedMessage } from "../journal/journalState.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Clock, Crypto, Log, ManagementLink, Random, Storage } from "../ports.js";
import type { FirmwareUpdates } from "./firmwareUpdates.js";
import type { ManagementKey } from "./inbox.js";
import type { SyncedJournal } from "./journalSync.js";
import type { Answer, ManagementState } from "./managementState.js";
import type { Lists } from "./restore.js";

export interface ManagementPorts {
	readonly link: ManagementLink;
	readonly storage: Storage;
	readonly clock: Clock;
	readonly crypto: Crypto;
	readonly random: Random;
	readonly log: Log;
}

/** A list of records that takes another one's place whole. */
export type ListName = "parameters" | "aids" | "caKeys" | "hotCards";
export type Done = Pick<Answer, "done" | "reason" | "lines">;

/** What the terminal itself has to do. */
export interface ManagedTerminal {
	/** Does `work` while nothing else is under way, and lets nothing else begin. */
	alone<T>(work: () => T | Promise<T>): Promise<T>;
	/** Resolves when nothing is under way. */
	free(): Promise<void>;
	/** @returns why not, undefined when the list is in use */
	keepList(name: ListName, records: readonly Uint8Array[]): string | undefined;
	selfCheck(): Done;
	/** The lists in use. */
	lists(): Lists;
	/** It has made transactions: a backup of another terminal's is not for it. */
	hasHistory(): boolean;
	/** @returns what was sealed to this terminal, undefined when it was not */
	openSealed(box: Uint8Array): Uint8Array | undefined;
	update(version: string): Done | Promise<Done>;
	/** Absent where other firmware cannot be installed. */
	readonly firmware?: FirmwareUpdates | undefined;
}

export interface ManagementOptions {
	readonly terminalId: string;
	readonly firmware: string;
	readonly signer: CoseSigner;
	/** The bank's. */
	readonly keys: readonly ManagementKey[];
	readonly state: ManagementState;
	readonly journal: SyncedJournal & { owed(): readonly OwedMessage[] };
	readonly seal: RecordSeal;
	/** X25519, 32 bytes: what the terminal seals its backups to; absent: it makes none. */
	readonly backupKey: Uint8Array | undefined;
	readonly terminal: ManagedTerminal;
}
