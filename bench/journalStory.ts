import type { MemoryDisk } from "../sim/world/memoryDisk.js";
import { concat, uintBytes } from "../src/bytes/bytes.js";
import { openSecretbox, secretbox } from "../src/crypto/secretbox.js";
import type { JournalEntry } from "../src/journal/entries.js";
import { Journal } from "../src/journal/journal.js";
import type { RecordSeal } from "../src/journal/recordCodec.js";
import type { Storage } from "../src/ports.js";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** So that 100,000 records are of 90 days: nothing is old enough to go. */
const SALES_A_DAY = 555;

/** As `Seal`, without its key file. */
function storySeal(): RecordSeal {
	const key = new Uint8Array(32).fill(0x33);
	let count = 0;
	return {
		close(plain) {
			const nonce = concat(new Uint8Array(18), uintBytes(++count, 6));
			return concat(nonce, secretbox(plain, nonce, key));
		},
		open: sealed => openSecretbox(sealed.subarray(24), sealed.subarray(0, 24), key),
	};
}

export function openJournal(storage: Storage): Journal {
	return new Journal({ storage, seal: storySeal() });
}

/** An online sale as the flows write it: two records, each flushed. */
export function writeSale(journal: Journal, n: number): void {
	const name = { batch: journal.batch, stan: journal.nextStan() };
	const at = START + Math.floor((n * DAY_MS) / SALES_A_DAY);
	const card = { panMasked: "622126*********0018", cardLink: uintBytes(n % 4_000, 6).slice(0, 6) };
	const begin: JournalEntry[] = [
		{
			type: "opened",
			...name,
			at,
			invoice: journal.nextInvoice(),
			operation: "sale",
			amountMinor: 100 + n,
			currency: 156,
			requestKey: `order-${n}`,
		},
		{ type: "sent", ...name, at, panMasked: card.panMasked, reversal: new Uint8Array(250).fill(n) },
	];
	journal.appendAll(begin);
	journal.append({
		type: "closed",
		...name,
		at,
		outcome: "approved",
		online: true,
		panMasked: card.panMasked,
		cardLink: concat(card.cardLink, new Uint8Array(2)),
		adviceRequired: false,
		scriptResults: undefined,
		responseCode: "00",
		authorisationCode: "123456",
		retrievalReference: "000000123456",
		receipt: { applicationLabel: "UnionPay Debit", tvr: new Uint8Array(5), tsi: new Uint8Array(2) },
		sealedMessage: new Uint8Array(180).fill(n),
	});
}

/** A journal of so many records, with a day's settlement every day, tidied when nobody waits. */
export function tellStory(disk: MemoryDisk, records: number): Journal {
	const journal = openJournal(disk);
	let written = 1;
	for (let n = 0; written + 2 <= records; n++) {
		writeSale(journal, n);
		written += 2;
		const now = START + Math.floor((n * DAY_MS) / SALES_A_DAY);
		if (n % SALES_A_DAY === SALES_A_DAY - 1) {
			const { batch } = journal;
			journal.append({ type: "settling", batch, at: now, totals: journal.totals() });
			journal.append({ type: "settled", batch, at: now, verdict: "equal" });
			written += 2;
		}
		journal.tidy(now);
	}
	return journal;
}

/** Sales until a checkpoint has just been written, then so many more: what boot has to read is the same at every length. */
export function levelOff(disk: MemoryDisk, journal: Journal, salesBehind: number): void {
	const head = () => disk.read("journal.head", 0, 40);
	const before = head().join();
	for (let n = 0; head().join() === before; n++) {
		writeSale(journal, 1_000_000 + n);
		journal.tidy(START);
	}
	for (let n = 0; n < salesBehind; n++) writeSale(journal, 2_000_000 + n);
	journal.tidy(START);
}
