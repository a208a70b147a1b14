import { equal, wipe } from "../bytes/bytes.js";
import { encodeCbor } from "../bytes/cbor.js";
import { sealBox } from "../crypto/sealedBox.js";
import { nextBackup } from "./backup.js";
import { UpdateSession } from "./firmwareUpdates.js";
import { journalId, keptUpTo, nextChunk } from "./journalSync.js";
import type { ManagementOptions, ManagementPorts } from "./managedTerminal.js";
import type { MessageBody } from "./messageKinds.js";
import type { Lists } from "./restore.js";
import type { RestoreSession } from "./restoreSession.js";
import type { KindOf } from "./signedMessage.js";

/** A message to the bank. */
export type Outgoing = {
	readonly [K in KindOf<"up">]: { readonly kind: K; readonly body: MessageBody<K> };
}[KindOf<"up">];

/** What there is to tell, most urgent first; each is said again until the bank has answered. */
const ERRANDS = Object.freeze(["status", "notice", "journal", "restore", "backup", "update"] as const);
export type Errand = (typeof ERRANDS)[number];

/** For an answer of the bank's service; then the message is sent again. */
const ANSWER_MS = 15_000;

/** What goes up the link, and when: one thing at a time, so that a board never holds two messages. */
export class Outbox {
	/** Which journal is on the medium. */
	readonly journal: Uint8Array;
	/** Fetches a backup, while one is fetched. */
	restore: RestoreSession | undefined;
	/** Fetches firmware, when nothing else is to be said. */
	readonly update: UpdateSession;
	readonly #ports: ManagementPorts;
	readonly #options: ManagementOptions;
	#connection = 0;
	/** Records up to this one are to be sent. */
	#syncTo = 0;
	#nextSync = 0;
	/** Digests of the last lists that were sent, and of the box they went in. */
	#sentLists: { readonly digest: Uint8Array; readonly box: Uint8Array } | undefined;
	/** When the next word about each is due. */
	#due: Record<Errand, number> = { ...AT_ONCE };

	constructor(ports: ManagementPorts, options: ManagementOptions) {
		this.#ports = ports;
		this.#options = options;
		this.journal = journalId(ports.storage, ports.random);
		const log = (text: string) => ports.log.line("terminal", `management: ${text}`);
		this.update = new UpdateSession(options.terminal.firmware, log);
	}

	/** Up to where the bank has the journal. */
	get kept(): number {
		return keptUpTo(this.#options.state.stored.kept, this.journal);
	}

	/** Up to where the bank has a backup of the journal. */
	get backedUp(): number {
		return keptUpTo(this.#options.state.stored.backedUp, this.journal);
	}

	/** The bank has the lists as they are now. */
	get listsBackedUp(): boolean {
		const lists = this.#options.terminal.lists();
		return lists !== undefined && equal(this.#digestOf(lists), this.#options.state.stored.listsDigest);
	}

	/** The digest of the lists that went to the bank in this box; undefined unless it was the last one. */
	listsIn(box: Uint8Array): Uint8Array | undefined {
		return this.#sentLists && equal(this.#sentLists.box, box) ? this.#sentLists.digest : undefined;
	}

	/** Whoever waited for an answer on the line before asks again. */
	connected(connection: number): void {
		this.#connection = connection;
		this.#due = { ...AT_ONCE };
		this.#nextSync = 0;
	}

	/** The bank has answered, or something is new: the next word may go at once, or not before `from`. */
	hurry(errand: Errand, from = 0): void {
		this.#due[errand] = from;
	}

	/** What the bank does not have is to go now, not at the next time for it. */
	sync(): void {
		this.#nextSync = 0;
	}

	/** @returns what is to be said now; undefined when nothing is */
	next(): Outgoing | undefined {
		const now = this.#ports.clock.monotonicMs();
		const { syncSeconds, statusSeconds } = this.#options.state.stored;
		if (now >= this.#nextSync) {
			this.#nextSync = now + syncSeconds * 1_000;
			this.#syncTo = this.#options.journal.lastRecord;
		}
		for (const errand of ERRANDS) {
			if (now < this.#due[errand]) continue;
			const message = this.#message(errand);
			if (!message) continue;
			this.#due[errand] = now + (errand === "status" ? statusSeconds * 1_000 : ANSWER_MS);
			return message;
		}
		return undefined;
	}

	/** Milliseconds until `next` has something to say, unless something happens before. */
	untilDue(): number {
		const due = ERRANDS.filter(errand => this.#isOpen(errand)).map(errand => this.#due[errand]);
		return Math.max(0, Math.min(this.#nextSync, ...due) - this.#ports.clock.monotonicMs());
	}

	status(online: boolean): MessageBody<"status"> {
		const { firmware, state, journal, terminal } = this.#options;
		return {
			connection: this.#connection,
			online,
			firmware,
			locked: terminal.isLocked(),
			lastRecord: journal.lastRecord,
			keptRecord: this.kept,
			journal: this.journal,
			owed: journal.owed().length,
			applied: state.stored.received,
		};
	}

	/** There is a bank whose answers this terminal takes; without one it would say the same again and again. */
	get #isHeard(): boolean {
		return this.#options.terminal.bank() !== undefined;
	}

	/** Whether time alone can make it due. */
	#isOpen(errand: Errand): boolean {
		const { terminal } = this.#options;
		switch (errand) {
			case "status":
				return true;
			case "notice":
				return this.#isHeard && terminal.notices.next !== undefined;
			case "journal":
				return this.#isHeard && this.#syncTo > this.kept;
			case "restore":
				return this.restore !== undefined;
			case "backup":
				return this.#syncTo > this.backedUp && terminal.bank()?.backupKey !== undefined;
			case "update":
				return this.update.request !== undefined;
		}
	}

	#message(errand: Errand): Outgoing | undefined {
		const { journal, terminal } = this.#options;
		switch (errand) {
			case "status":
				return { kind: "status", body: this.status(true) };
			case "notice":
				return this.#isHeard ? terminal.notices.next : undefined;
			case "journal": {
				const chunk =
					this.#isHeard && this.#syncTo > this.kept ? nextChunk(journal, this.journal, this.kept) : undefined;
				return chunk && { kind: "journal", body: chunk };
			}
			case "restore":
				return this.restore && { kind: "restore", body: { journal: this.journal, part: this.restore.part } };
			case "backup":
				return this.#backup();
			case "update": {
				const { request } = this.update;
				return request && { kind: "updateRequest", body: request };
			}
		}
	}

	/** What the bank's copy lacks, after the journal itself has been synchronised. */
	#backup(): Outgoing | undefined {
		const { seal, journal, terminal } = this.#options;
		const { random } = this.#ports;
		const bankKey = terminal.bank()?.backupKey;
		if (!bankKey) return undefined;
		if (this.#syncTo > this.backedUp) {
			const part = nextBackup(journal, this.journal, this.backedUp, { seal, random, bankKey });
			if (part) return { kind: "backup", body: part };
		}
		if (this.listsBackedUp) return undefined;
		const lists = terminal.lists();
		if (!lists) return undefined;
		const plain = encodeCbor(lists);
		const box = sealBox(random, plain, bankKey);
		wipe(plain); // WIPE: card numbers of a hot list
		this.#sentLists = { digest: this.#digestOf(lists), box: this.#ports.crypto.sha256(box) };
		return { kind: "backupLists", body: { journal: this.journal, box } };
	}

	/** Of the lists as a part of this journal's backup. */
	#digestOf(lists: Lists): Uint8Array {
		const plain = encodeCbor([this.journal, lists]);
		const digest = this.#ports.crypto.sha256(plain);
		wipe(plain); // WIPE: card numbers of a hot list
		return digest;
	}
}

const AT_ONCE: Readonly<Record<Errand, number>> = Object.freeze({
	status: 0,
	notice: 0,
	journal: 0,
	restore: 0,
	backup: 0,
	update: 0,
});
