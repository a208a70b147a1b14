import type { Clock, Printer } from "../ports.js";

/** A receipt printer's line: TTL level to the printer, 8 data bits, no parity, one stop bit. */
export interface PrinterLine {
	/** What the line takes at once; the rest has to wait for `onWritable`. */
	readonly writable: number;
	write(bytes: Uint8Array): void;
	/** Called when `writable` has grown. */
	onWritable: (() => void) | undefined;
	/** The printer's paper-end output says that there is none; undefined on a board without that line. */
	readonly isOutOfPaper: boolean | undefined;
}

/** Longest wait for a line that takes nothing more: a printer that is held busy, or a fault of the board. */
const STALL_MS = 5_000;

/**
 * A receipt printer that speaks ESC/POS, on a serial line. The line has one direction: whether a printer is there nobody can
 * tell, and its paper only where the board has an input for it.
 */
export class SerialPrinter implements Printer {
	readonly #line: PrinterLine;
	readonly #clock: Pick<Clock, "after">;

	constructor(line: PrinterLine, clock: Pick<Clock, "after">) {
		this.#line = line;
		this.#clock = clock;
	}

	async print(bytes: Uint8Array): Promise<"printed" | "noPaper" | "notConnected"> {
		const line = this.#line;
		for (let sent = 0; sent < bytes.length; ) {
			if (line.isOutOfPaper) return "noPaper";
			if (line.writable === 0 && !(await this.#waitForRoom())) return "notConnected";
			const next = bytes.slice(sent, sent + line.writable);
			line.write(next);
			sent += next.length;
		}
		return line.isOutOfPaper ? "noPaper" : "printed";
	}

	#waitForRoom(): Promise<boolean> {
		const line = this.#line;
		return new Promise(resolve => {
			const finish = (hasRoom: boolean) => {
				cancel();
				line.onWritable = undefined;
				resolve(hasRoom);
			};
			const cancel = this.#clock.after(STALL_MS, () => finish(false));
			line.onWritable = () => line.writable > 0 && finish(true);
			if (line.writable > 0) finish(true);
		});
	}
}
