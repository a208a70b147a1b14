import { expect, test } from "vitest";
import { type LineDirection, VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

/** Answers each third character with all three. */
function echoCard() {
	const characters: number[] = [];
	return {
		reset: () => parseHex("3B00"),
		take(character: number) {
			characters.push(character);
			return characters.length % 3 ? new Uint8Array(0) : Uint8Array.from(characters.slice(-3));
		},
	};
}

test("insertion and removal are reported, and removal takes the power at once", async () => {
	const slot = new VirtualSlot();
	const changes: boolean[] = [];
	slot.onChange = present => changes.push(present);
	await slot.activate();
	expect([slot.present, slot.powered]).toEqual([false, false]);
	slot.insert(echoCard());
	expect([slot.present, slot.powered]).toEqual([true, false]);
	expect(() => slot.insert(echoCard())).toThrow("a card is in the slot");
	await slot.activate();
	expect(slot.powered).toBe(true);
	slot.remove();
	slot.remove();
	expect([slot.present, slot.powered]).toEqual([false, false]);
	expect(changes).toEqual([true, false]);
	slot.insert(echoCard());
	expect(slot.powered).toBe(false);
});

test("receive takes as much as there is and never waits", async () => {
	const slot = new VirtualSlot();
	slot.insert(echoCard());
	await slot.activate();
	expect(formatHex(await slot.receive(1, 9600))).toBe("3B");
	expect(formatHex(await slot.receive(5, 9600))).toBe("00");
	expect(await slot.receive(1, 9600)).toHaveLength(0);
	await slot.deactivate();
	await slot.deactivate();
	await slot.send(parseHex("010203"));
	expect(await slot.receive(3, 9600)).toHaveLength(0);
});

test("a character sent while the card is sending is lost", async () => {
	const slot = new VirtualSlot();
	slot.insert(echoCard());
	await slot.activate();
	await slot.send(parseHex("AA"));
	await slot.receive(2, 9600);
	await slot.send(parseHex("010203FF"));
	expect(formatHex(await slot.receive(9, 9600))).toBe("010203");
	await slot.send(parseHex("040506"));
	expect(formatHex(await slot.receive(9, 9600))).toBe("040506");
});

test.each([
	[0, "", ""],
	[1, "", ""],
	[3, "", ""],
	[5, "0102", ""],
	[7, "010203", ""],
	[12, "010203", "040506"],
])("a card pulled after %i characters has sent %j and %j", async (count, first, second) => {
	const slot = new VirtualSlot();
	slot.insert(echoCard());
	await slot.activate();
	await slot.receive(2, 9600);
	slot.pullAfter(count);
	await slot.send(parseHex("010203"));
	expect(formatHex(await slot.receive(3, 9600))).toBe(first);
	await slot.send(parseHex("040506"));
	expect(formatHex(await slot.receive(3, 9600))).toBe(second);
	expect(slot.present).toBe(false);
});

test("the trace sees every character in order", async () => {
	const slot = new VirtualSlot();
	const line: [LineDirection, number | undefined][] = [];
	slot.onLine = event => event.kind === "character" && line.push([event.direction, event.byte]);
	slot.insert(echoCard());
	await slot.activate();
	await slot.receive(2, 9600);
	await slot.send(parseHex("07"));
	expect(line).toEqual([
		["fromCard", 0x3b],
		["fromCard", 0x00],
		["toCard", 0x07],
	]);
});

test("a mute card neither answers to reset nor to anything else", async () => {
	const slot = new VirtualSlot();
	slot.insert({ reset: () => new Uint8Array(0), take: () => new Uint8Array(0) });
	await slot.activate();
	expect(slot.powered).toBe(true);
	expect(await slot.receive(1, 20160)).toHaveLength(0);
});
