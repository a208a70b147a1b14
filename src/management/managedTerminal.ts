import type { CoseSigner } from "../binding/cose.js";
import type { OwedMessage } from "../journal/journalState.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Clock, Crypto, Log, ManagementLink, Random, Storage } from "../ports.js";
import type { FirmwareUpdates } from "./firmwareUpdates.js";
import type { SyncedJournal } from "./journalSync.js";
import type { Answer, ManagementState } from "./managementState.js";
import type { MessageBody } from "./messageKinds.js";
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

/** The acquirer that the terminal is bound to, by its certificate under the bank root. */
export interface LinkBank {
	/** Ed25519, 32 bytes: whose messages are taken. */
	readonly signingKey: Uint8Array;
	/** X25519, 32 bytes: what backups are sealed to; absent: none are made. */
	readonly backupKey?: Uint8Array | undefined;
}

/** What the bank must hear of, said again until it has it. */
export type LinkNotice = {
	readonly [K in "alert" | "dayReport" | "checkReport"]: { readonly kind: K; readonly body: MessageBody<K> };
}["alert" | "dayReport" | "checkReport"];

export interface LinkNotices {
	/** The one to be told now. */
	readonly next: LinkNotice | undefined;
	/** The bank has it. */
	delivered(number: number): void;
	alert(about: "listRefused", text: string): void;
}

/** What the terminal itself has to do. */
export interface ManagedTerminal {
	/** Does `work` while nothing else is under way, and lets nothing else begin. */
	alone<T>(work: () => T | Promise<T>): Promise<T>;
	/** Resolves when nothing is under way. */
	free(): Promise<void>;
	/** Undefined while the terminal is bound to nobody whose word counts: it takes nothing then. */
	bank(): LinkBank | undefined;
	readonly notices: LinkNotices;
	/** No sales from now on. Texts are ASCII. @param call whom to call */
	lock(by: string, reason: string, call: string): void;
	/** The bank's half of a release. @returns what became of it, one sentence */
	release(by: string): string;
	isLocked(): boolean;
	/** @returns why not, undefined when the list is in use */
	keepList(name: ListName, records: readonly Uint8Array[]): string | undefined;
	/** @param list signed, docs/binding.md @returns why not, undefined when it counts */
	keepRevocations(list: Uint8Array): string | undefined;
	/** @param rules CBOR of a rule set (docs/monitoring.md), empty for the built-in ones @returns why not, undefined when it is in use */
	keepRules(rules: Uint8Array): string | undefined;
	selfCheck(): Done | Promise<Done>;
	/** The lists in use; undefined while one of them is damaged or removed: the bank's backup has it, and keeps it. */
	lists(): Lists | undefined;
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
	readonly state: ManagementState;
	readonly journal: SyncedJournal & { owed(): readonly OwedMessage[] };
	readonly seal: RecordSeal;
	readonly terminal: ManagedTerminal;
}
