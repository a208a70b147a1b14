import { wipe } from "../../src/bytes/bytes.js";
import { decodeCbor } from "../../src/bytes/cbor.js";
import { openSealedBox, sealBox } from "../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import type { UsedNumbers } from "../../src/journal/restoreJournal.js";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { backupDigest } from "../../src/management/restore.js";
import type { Crypto, Random } from "../../src/ports.js";
import type { ManagementStore } from "./managementStore.js";

/** Where the bank opens a backup and seals it to the terminal that takes the place of the one that made it. */
export class BackupDesk {
	readonly #store: ManagementStore;
	readonly #keyPair: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
	readonly #crypto: Crypto;
	readonly #random: Random;

	/** @param secretKey X25519, 32 bytes */
	constructor(store: ManagementStore, secretKey: Uint8Array, crypto: Crypto, random: Random) {
		this.#store = store;
		this.#keyPair = { secretKey, publicKey: x25519PublicKey(secretKey) };
		this.#crypto = crypto;
		this.#random = random;
	}

	/** What a terminal asks for: part 0 says what there is, the others follow, the lists are the last one. */
	part(terminalId: string, { part, journal }: MessageBody<"restore">): MessageBody<"restorePart"> {
		const backup = this.#store.backup(terminalId, journal);
		if (!backup) return { part, parts: 0, why: "the bank has no backup of this terminal's predecessor" };
		const boxes = [...backup.boxes, backup.lists];
		if (part === 0) return this.#head(terminalId, boxes);
		const box = boxes[part - 1];
		const plain = box && openSealedBox(box, this.#keyPair);
		if (!plain) return { part, parts: 0, why: DAMAGED };
		try {
			const { agreement } = this.#store.keysOf(terminalId)!;
			return { part, parts: backup.boxes.length, box: sealBox(this.#random, plain, agreement) };
		} finally {
			wipe(plain); // WIPE
		}
	}

	#head(terminalId: string, boxes: readonly Uint8Array[]): MessageBody<"restorePart"> {
		const plain = boxes.flatMap(box => openSealedBox(box, this.#keyPair) ?? []);
		try {
			if (plain.length !== boxes.length) return { part: 0, parts: 0, why: DAMAGED };
			const digest = backupDigest(this.#crypto, plain);
			return { part: 0, parts: boxes.length - 1, digest, ...this.#used(terminalId) };
		} finally {
			wipe(...plain); // WIPE
		}
	}

	/** Numbers in the bank's copy of the journals, which may know more than the backup. */
	#used(terminalId: string): UsedNumbers {
		const used = { batch: 0, stan: 0, invoice: 0 };
		for (const { record } of this.#store.records(terminalId))
			for (const entry of decodeCbor(record) as JournalEntry[]) {
				if (entry.type !== "opened") continue;
				const stan = entry.batch > used.batch ? 0 : used.stan;
				if (entry.batch >= used.batch) Object.assign(used, { batch: entry.batch, stan: Math.max(stan, entry.stan) });
				used.invoice = Math.max(used.invoice, entry.invoice);
			}
		return used;
	}
}

const DAMAGED = "the backup is damaged and nothing was restored: a part does not open at the bank";
