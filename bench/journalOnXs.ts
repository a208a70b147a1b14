import { MemoryDisk } from "../sim/world/memoryDisk.js";
import type { Journal } from "../src/journal/journal.js";
import { openJournal, writeSale } from "./journalStory.js";
import { type DiskRecording, ReplayedDisk } from "./recordedDisk.js";
import { tell } from "./tell.js";

const disks = new Map<string, ReplayedDisk>();
const journals = new Map<string, Journal>();
const written = new MemoryDisk();
let sales = 0;

/** What `bench/suites/journal.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	prepare(name: string, recording: DiskRecording) {
		disks.set(name, new ReplayedDisk(recording));
	},
	boot(diskName: string, name: string) {
		journals.set(name, openJournal(disks.get(diskName)!));
	},
	tellBoot(name: string) {
		const journal = journals.get(name)!;
		tell({ stan: journal.nextStan(), owed: journal.owed().length });
	},
	byInvoice(name: string, invoice: number) {
		if (journals.get(name)!.byInvoice(invoice)?.invoice !== invoice) throw new Error("another transaction was found");
	},
	byRequestKey(name: string, requestKey: string) {
		journals.get(name)!.byRequestKey(requestKey);
	},
	begin() {
		journals.set("written", openJournal(written));
	},
	sale() {
		writeSale(journals.get("written")!, sales++);
	},
	tidy() {
		journals.get("written")!.tidy(0);
	},
});
