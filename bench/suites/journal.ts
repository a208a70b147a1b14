import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { runOnXs } from "../../test/xs/xsEngine.js";
import { levelOff, openJournal, tellStory, writeSale } from "../journalStory.js";
import { type DiskRecording, RecordingDisk } from "../recordedDisk.js";
import type { Row } from "../row.js";

const LENGTHS: readonly number[] = Object.freeze([10, 1_000, 100_000]);
/** Sales between the newest checkpoint and the end: as many as boot finds on average. */
const SALES_BEHIND = 8;
const SALES = 64;

interface Measured {
	readonly records: number;
	readonly recording: DiskRecording;
	readonly bootReads: number;
	readonly bootBytes: number;
	readonly lookUpReads: number;
	readonly missReads: number;
	readonly invoice: number;
}

/** What boot, look-up and writing cost as the journal grows: in reads of the storage and in compute units on XS. */
export async function rows(): Promise<Row[]> {
	const measured = LENGTHS.map(measureReads);
	const [few, some, many] = await computeUnits(measured);
	const flushes = flushesPerSale();
	const [, thousand, hundredThousand] = measured;
	const ratio = many!.boot / some!.boot;
	const bytes = hundredThousand!.bootBytes / thousand!.bootBytes;
	return [
		{
			what: "boot with a journal of 100,000 records, compute units",
			kassa: String(many!.boot),
			against: `${some!.boot} with 1,000, ${few!.boot} with 10`,
			ratio: `${ratio.toFixed(3)} x`,
			target: "1.2 x",
			met: ratio <= 1.2,
		},
		{
			what: "boot with a journal of 100,000 records, bytes read",
			kassa: String(hundredThousand!.bootBytes),
			against: `${thousand!.bootBytes} with 1,000, ${measured[0]!.bootBytes} with 10`,
			ratio: `${bytes.toFixed(3)} x`,
			target: "1.2 x",
			met: bytes <= 1.2,
		},
		{
			what: "memory of a booted journal of 100,000 records, slots of the heap",
			kassa: String(many!.slots),
			against: `${some!.slots} with 1,000, ${few!.slots} with 10`,
			ratio: `${(many!.slots / some!.slots).toFixed(2)} x`,
			target: "2 x",
			met: many!.slots <= 2 * some!.slots,
		},
		{
			what: "look-up by invoice among 100,000 records, compute units",
			kassa: `${many!.byInvoice}, ${hundredThousand!.lookUpReads} reads`,
			against: `${some!.byInvoice}, ${thousand!.lookUpReads} reads among 1,000`,
			ratio: `${(many!.byInvoice / some!.byInvoice).toFixed(2)} x`,
			target: "2 x",
			met: many!.byInvoice <= 2 * some!.byInvoice,
		},
		{
			what: "look-up of an unknown request key among 100,000 records",
			kassa: `${many!.byRequestKey}, ${hundredThousand!.missReads} reads`,
			against: `${some!.byRequestKey}, ${thousand!.missReads} reads among 1,000`,
			ratio: `${(many!.byRequestKey / some!.byRequestKey).toFixed(2)} x`,
			target: "below 1 M",
			met: many!.byRequestKey < 1_000_000,
		},
		{
			what: "journal of an online sale, compute units a record",
			kassa: String(Math.round(many!.sale / 2)),
			against: `${many!.tidy} to tidy after it, when nobody waits`,
			ratio: "",
			target: undefined,
			met: true,
		},
		{
			what: "flushes while a sale is under way, most of 64 sales",
			kassa: String(flushes.most),
			against: `${flushes.idle.toFixed(2)} more a sale when nobody waits`,
			ratio: "",
			target: "2",
			met: flushes.most <= 2,
		},
	];
}

function measureReads(records: number): Measured {
	const disk = new MemoryDisk();
	const told = tellStory(disk, records);
	if (records >= 100) levelOff(disk, told, SALES_BEHIND); // a shorter one has no checkpoint yet
	const recorder = new RecordingDisk(disk);
	const before = disk.bytesRead;
	const journal = openJournal(recorder);
	const [bootReads, bootBytes] = [recorder.reads, disk.bytesRead - before];
	const invoice = Math.max(1, Math.floor(records / 5));
	const reads = (lookUp: () => unknown) => {
		const from = recorder.reads;
		lookUp();
		return recorder.reads - from;
	};
	const lookUpReads = reads(() => journal.byInvoice(invoice));
	const missReads = reads(() => journal.byRequestKey("nobody's"));
	return { records, recording: recorder.recording, bootReads, bootBytes, lookUpReads, missReads, invoice };
}

async function computeUnits(measured: readonly Measured[]) {
	const expressions = measured.flatMap(({ records, recording, invoice }) => {
		const [disk, again] = [String(records), `${records} again`].map(name => JSON.stringify(name));
		return [
			`prepare(${disk}, ${JSON.stringify(recording)})`,
			// The first stays, so that what the second adds is one journal
			...[`boot(${disk}, ${disk})`, `tellBoot(${disk})`, "gc()", `boot(${disk}, ${again})`, "gc()"],
			...[`byInvoice(${again}, ${invoice})`, `byRequestKey(${again}, "nobody's")`],
		];
	});
	const own = ["begin()", "sale()", "tidy()", "sale()", "tidy()"];
	const [, ...used] = await runOnXs(new URL("../journalOnXs.ts", import.meta.url), [...expressions, ...own]);
	return measured.map((_, i) => {
		const at = 8 * i;
		const { length } = used;
		if (!used[at + 2]!.reply) throw new Error("the journal did not boot on XS");
		return {
			boot: used[at + 4]!.compute, // the second: the first warms up
			slots: used[at + 5]!.slots - used[at + 3]!.slots,
			byInvoice: used[at + 6]!.compute,
			byRequestKey: used[at + 7]!.compute,
			sale: used[length - 2]!.compute,
			tidy: used[length - 1]!.compute,
		};
	});
}

function flushesPerSale(): { most: number; idle: number } {
	const disk = new MemoryDisk();
	const journal = openJournal(disk);
	writeSale(journal, 0);
	journal.tidy(0);
	let [most, idle] = [0, 0];
	for (let n = 1; n <= SALES; n++) {
		const before = disk.flushes;
		writeSale(journal, n);
		most = Math.max(most, disk.flushes - before);
		const after = disk.flushes;
		journal.tidy(0);
		idle += disk.flushes - after;
	}
	return { most, idle: idle / SALES };
}
