import { type Arrives, type MemoryDisk, PowerCut } from "../../../sim/world/memoryDisk.js";
import type { Storage } from "../../../src/ports.js";

/** Something during which the power can go. */
export interface CutPoint {
	readonly kind: "disk" | "card" | "host";
	/** Such as "append journal.000001", "GENERATE AC acted". */
	readonly what: string;
}

/** What becomes of the bytes that were not flushed. */
export interface Loss {
	readonly name: string;
	readonly arrives: Arrives;
	/** Where bytes were lost, zeros stand. */
	readonly zeros?: boolean;
}

export interface Cut {
	/** Index of the point. */
	readonly at: number;
	readonly loss: Loss;
}

/**
 * The terminal's power, and everything that it passes while it is watched. After the cut nothing of the terminal acts any
 * more: each of its ports throws.
 */
export class PowerLine {
	readonly points: CutPoint[] = [];
	/** Sees each point just before it happens. @param apply does the same to another disk; absent outside the disk */
	onPoint: ((point: CutPoint, index: number, apply?: (disk: Storage) => void) => void) | undefined;
	isOff = false;
	/** Resolves when the power has gone. */
	readonly wentOff: Promise<void>;
	#goneOff = () => {};
	#watched = false;
	#cut: Cut | undefined;
	readonly #disk: MemoryDisk;

	constructor(disk: MemoryDisk) {
		this.#disk = disk;
		this.wentOff = new Promise(resolve => {
			this.#goneOff = resolve;
		});
	}

	/** From here on points count. @param cut where the power goes; never when absent */
	watch(cut?: Cut): void {
		this.#watched = true;
		this.#cut = cut;
	}

	/** Points count no more. */
	look(): void {
		this.#watched = false;
	}

	/** A point outside the disk: nothing happens in it. @throws {PowerCut} when the power goes, or is gone */
	pass(kind: CutPoint["kind"], what: string): void {
		if (this.isOff) throw new PowerCut("the power is off");
		const cut = this.#next({ kind, what });
		if (!cut) return;
		this.#disk.cutAfter(0, cut.loss.arrives); // for what `restart` finds; nothing is written any more
		this.#goOff();
		throw new PowerCut("the power was cut");
	}

	/** The disk as the terminal sees it. @param changed wraps the medium, to break it on purpose */
	storage(changed: Storage = this.#disk): Storage {
		const act = (what: string, change: (disk: Storage) => void): void => {
			if (this.isOff) throw new PowerCut("the power is off");
			const cut = this.#next({ kind: "disk", what }, change);
			if (!cut) {
				change(changed);
				return;
			}
			this.#disk.cutAfter(0, cut.loss.arrives);
			try {
				change(changed);
			} finally {
				this.#goOff();
			}
			throw new PowerCut("the power was cut");
		};
		const read = <T>(what: () => T): T => {
			if (this.isOff) throw new PowerCut("the power is off");
			return what();
		};
		return {
			size: name => read(() => changed.size(name)),
			read: (name, offset, length) => read(() => changed.read(name, offset, length)),
			list: () => read(() => changed.list()),
			append: (name, bytes) => act(`append ${name}`, disk => disk.append(name, bytes)),
			flush: name => act(`flush ${name}`, disk => disk.flush(name)),
			truncate: (name, length) => act(`truncate ${name}`, disk => disk.truncate(name, length)),
			replace: (name, bytes) => act(`replace ${name}`, disk => disk.replace(name, bytes)),
			remove: name => act(`remove ${name}`, disk => disk.remove(name)),
		};
	}

	#next(point: CutPoint, apply?: (disk: Storage) => void): Cut | undefined {
		if (!this.#watched) return undefined;
		const index = this.points.length;
		this.points.push(point);
		this.onPoint?.(point, index, apply);
		return this.#cut?.at === index ? this.#cut : undefined;
	}

	#goOff(): void {
		this.isOff = true;
		if (this.#cut?.loss.zeros) this.#disk.leavesZeros = true;
		this.#goneOff();
	}
}
