import { expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { type PrinterLine, SerialPrinter } from "../../src/platform/printer.js";

const BYTES = Uint8Array.from({ length: 300 }, (_, i) => i & 255);

/** A line with room for `room` bytes, which come off it when the test says so. */
class TestLine implements PrinterLine {
	onWritable: (() => void) | undefined;
	isOutOfPaper: boolean | undefined;
	writable: number;
	readonly written: number[] = [];

	constructor(room: number) {
		this.writable = room;
	}

	write(bytes: Uint8Array): void {
		if (bytes.length > this.writable) throw new RangeError("the line is overrun");
		this.writable -= bytes.length;
		this.written.push(...bytes);
	}

	drain(room: number): void {
		this.writable = room;
		this.onWritable?.();
	}
}

const settle = async () => {
	for (let i = 0; i < 5; i++) await Promise.resolve();
};

test("all bytes go out in order, never more than the line takes", async () => {
	const line = new TestLine(128);
	const printing = new SerialPrinter(line, new ManualClock(0)).print(BYTES);
	for (let i = 0; i < 4; i++) {
		await settle();
		line.drain(i === 1 ? 0 : 100);
	}
	expect(await printing).toBe("printed");
	expect(line.written).toEqual([...BYTES]);
});

test("paper that ends stops the print, before it and in the middle", async () => {
	const line = new TestLine(1000);
	line.isOutOfPaper = true;
	const printer = new SerialPrinter(line, new ManualClock(0));
	expect(await printer.print(BYTES)).toBe("noPaper");
	expect(line.written).toEqual([]);

	const middle = new TestLine(100);
	const printing = new SerialPrinter(middle, new ManualClock(0)).print(BYTES);
	await settle();
	middle.isOutOfPaper = true;
	middle.drain(100);
	expect(await printing).toBe("noPaper");
	expect(middle.written.length).toBeLessThan(BYTES.length);
});

test("a line that takes nothing more for five seconds is no printer", async () => {
	const [line, clock] = [new TestLine(10), new ManualClock(0)];
	const printing = new SerialPrinter(line, clock).print(BYTES);
	await settle();
	clock.advance(5_000);
	expect(await printing).toBe("notConnected");
	expect(line.onWritable).toBeUndefined();
});
