import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Log } from "../ports.js";
import { keptDataOf } from "./keptData.js";

const STATE_FILE = "retention";
const DAY_MS = 86_400_000;

interface HousekeepingPorts extends SealedStorage {
	readonly log: Log;
}

/** When files without a date of their own were first seen, milliseconds since 1970. */
type FirstSeen = Readonly<Record<string, number>>;

/**
 * Keeps the table of kept data (`KEPT_DATA`) for the files that nobody else removes: what is older than its row allows goes,
 * and what is in no row is told. The journal removes its own (`Journal.tidy`), and each file of bounded size bounds itself.
 */
export class Housekeeping {
	readonly #ports: HousekeepingPorts;
	readonly #file: SealedFile<readonly (readonly [name: string, at: number])[]>;
	readonly #journalDays: number;
	#ranOn = Number.NEGATIVE_INFINITY;

	/** @param journalDays how long settled batches are kept */
	constructor(ports: HousekeepingPorts, journalDays: number) {
		this.#ports = ports;
		this.#file = new SealedFile(ports, STATE_FILE);
		this.#journalDays = journalDays;
	}

	/** Once a day, and at the first call after a start. @param now milliseconds since 1970 */
	run(now: number): void {
		const today = Math.floor(now / DAY_MS);
		if (today === this.#ranOn) return;
		const { storage, log } = this.#ports;
		const names = storage.list().sort();
		for (const name of names) if (!keptDataOf(name)) log.line("terminal", `nobody knows what the file ${name} is for`);
		const before = this.#read();
		const seen = this.#seen(names, before, now);
		const old = names.filter(name => this.#isOld(name, seen[name], now));
		// Backwards: of a journal that was set aside the mark goes last, so that a power cut leaves what still says what it is.
		for (const name of old.reverse()) {
			storage.remove(name);
			log.line("terminal", `${name} was kept as long as it may be and is erased`);
		}
		const kept = Object.fromEntries(Object.entries(seen).filter(([name]) => !old.includes(name)));
		if (!isSame(kept, before)) this.#file.write(Object.entries(kept));
		this.#ranOn = today;
	}

	/** At the end of a binding: removes what is kept no longer than it, but the binding itself, which goes last and by itself. */
	eraseUnbound(): void {
		this.#erase("unbound");
	}

	/** At a start: what the power cut has left of work that is never taken up again. */
	eraseLeftOver(): void {
		this.#erase("restart");
	}

	#erase(until: "unbound" | "restart"): void {
		const { storage } = this.#ports;
		for (const name of storage.list()) {
			const row = keptDataOf(name);
			if (row?.retention.until === until && row.name !== "binding") storage.remove(name);
		}
	}

	/** A clock that was set back must not make anything look younger than it is. */
	#seen(names: readonly string[], before: FirstSeen, now: number): FirstSeen {
		const dateless = names.filter(name => this.#days(name) !== undefined);
		return Object.fromEntries(dateless.map(name => [name, Math.min(before[name] ?? now, now)]));
	}

	#isOld(name: string, firstSeen: number | undefined, now: number): boolean {
		const days = this.#days(name);
		return days !== undefined && firstSeen !== undefined && now - firstSeen > days * DAY_MS;
	}

	/** How long a file may be kept that nobody else removes; undefined of all others. */
	#days(name: string): number | undefined {
		const retention = keptDataOf(name)?.retention;
		return retention?.until === "aged" ? (retention.days ?? this.#journalDays) : undefined;
	}

	#read(): FirstSeen {
		const kept = this.#file.read();
		// Lost or damaged: everything counts as seen now, for the first time.
		return kept && kept !== "damaged" ? Object.fromEntries(kept) : {};
	}
}

function isSame(a: FirstSeen, b: FirstSeen): boolean {
	const names = Object.keys(a);
	return names.length === Object.keys(b).length && names.every(name => a[name] === b[name]);
}
