import { expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { type KeyMatrix, MatrixKeypad, type MatrixPin } from "../../src/platform/keypad.js";
import type { Key } from "../../src/ports.js";

const KEYS: (Key | undefined)[][] = [
	["1", "2", "cancel"],
	["up", undefined, "enter"],
];

/** A matrix of switches between open-drain rows and pulled-up columns, with the ghosts that such a matrix has. */
function makeMatrix() {
	const down = new Set<string>();
	const rowLevels = KEYS.map(() => 1);
	const rows = rowLevels.map(
		(_, r): MatrixPin => ({
			read: () => 1,
			write(value) {
				rowLevels[r] = value;
			},
		}),
	);
	const columns = KEYS[0]!.map((_, c): MatrixPin => ({ read: () => (isLow(c) ? 0 : 1), write() {} }));
	/** A column is low when closed switches lead from it, over any rows and columns, to a row that is driven. */
	const isLow = (column: number): boolean => {
		const reached = new Set([column]);
		for (let size = 0; size !== reached.size; ) {
			size = reached.size;
			for (const [r] of KEYS.entries())
				if ([...reached].some(c => down.has(`${r},${c}`)))
					for (const [c] of columns.entries()) if (down.has(`${r},${c}`)) reached.add(c);
		}
		return KEYS.some((_, r) => rowLevels[r] === 0 && [...reached].some(c => down.has(`${r},${c}`)));
	};
	const matrix: KeyMatrix = { rows, columns, keys: KEYS };
	const clock = new ManualClock(0);
	const keypad = new MatrixKeypad(matrix, clock);
	const pressed: Key[] = [];
	keypad.onKey = key => pressed.push(key);
	return { down, clock, pressed, keypad, rowLevels };
}

test("a key counts once while it is held and again when it is pressed again", () => {
	const { down, clock, pressed } = makeMatrix();
	down.add("0,1");
	clock.advance(500);
	expect(pressed).toEqual(["2"]);
	down.clear();
	clock.advance(100);
	down.add("0,1");
	clock.advance(100);
	expect(pressed).toEqual(["2", "2"]);
});

test("contacts that bounce make one press", () => {
	const { down, clock, pressed } = makeMatrix();
	for (let i = 0; i < 6; i++) {
		if (i % 2) down.clear();
		else down.add("1,2");
		clock.advance(3);
	}
	down.add("1,2");
	clock.advance(100);
	for (let i = 0; i < 6; i++) {
		if (i % 2) down.clear();
		else down.add("1,2");
		clock.advance(3);
	}
	down.clear();
	clock.advance(100);
	expect(pressed).toEqual(["enter"]);
});

test("a touch shorter than three scans is none", () => {
	const { down, clock, pressed } = makeMatrix();
	down.add("0,0");
	clock.advance(16);
	down.clear();
	clock.advance(100);
	expect(pressed).toEqual([]);
});

test("of several keys at once none counts, not even the ghost that three of them show", () => {
	const { down, clock, pressed } = makeMatrix();
	for (const place of ["0,0", "0,2", "1,0"]) down.add(place);
	clock.advance(200);
	expect(pressed).toEqual([]);
	down.delete("0,2");
	down.delete("1,0");
	clock.advance(200);
	expect(pressed).toEqual(["1"]);
});

test("a place without a key stays silent, and all rows are left open", () => {
	const { down, clock, pressed, rowLevels } = makeMatrix();
	down.add("1,1");
	clock.advance(200);
	expect(pressed).toEqual([]);
	expect(rowLevels).toEqual([1, 1]);
});

test("a fault in the listener does not end the scanning", () => {
	const { down, clock, keypad } = makeMatrix();
	keypad.onKey = () => {
		throw new Error("a fault");
	};
	down.add("0,0");
	expect(() => clock.advance(100)).toThrow("a fault");
	const pressed: Key[] = [];
	keypad.onKey = key => pressed.push(key);
	down.clear();
	clock.advance(100);
	down.add("0,1");
	clock.advance(100);
	expect(pressed).toEqual(["2"]);
});
