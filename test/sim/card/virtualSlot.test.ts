import { describe, expect, test } from "vitest";
import { CardInterface } from "../../../sim/card/cardInterface.js";
import { type CardLine, INITIAL_CARD_LINE, type LineDirection } from "../../../sim/card/contactCard.js";
import { type LineEvent, VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { ContactReader } from "../../../src/card/contactReader.js";
import type { LineParameters } from "../../../src/ports.js";
import { RecordedCard } from "./recordedCard.js";

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

const T0_LINE: LineParameters = { clocksPerEtu: 372, guardTimeEtu: 12, turnaroundTimeEtu: 16, repeatsCharacters: true };

/** A slot with an active card that answers every third character, and what happens on its line. */
async function listened(line: Partial<CardLine> = {}, delayEtu = 0) {
	const slot = new VirtualSlot();
	const events: LineEvent[] = [];
	slot.onLine = event => events.push(event);
	slot.insert({ ...echoCard(), line: { ...INITIAL_CARD_LINE, ...line }, delayEtu: i => (i ? 0 : delayEtu) });
	await slot.activate();
	await slot.receive(2, 120);
	const first = events.findIndex(({ kind }) => kind === "character");
	/** Leading edges in etu since TS, with the direction; E for an error signal. */
	const times = (clocksPerEtu = 372) =>
		events.slice(first).flatMap(event => {
			const etu = (event.atClocks - events[first]!.atClocks) / clocksPerEtu;
			if (event.kind === "errorSignal") return [`E${etu}`];
			return event.kind === "character" ? [`${event.direction === "toCard" ? ">" : "<"}${etu}`] : [];
		});
	return { slot, times };
}

describe("time on the line", () => {
	test("passes by guard time within a direction and by the turnaround time between", async () => {
		const { slot, times } = await listened();
		await slot.send(parseHex("010203"));
		await slot.receive(3, 100);
		await slot.send(parseHex("04"));
		expect(times()).toEqual(["<0", "<12", ">28", ">40", ">52", "<68", "<80", "<92", ">108"]);
		// TS came 400 cycles after RST; the last character has gone after its ten moments
		expect(slot.elapsedEtu).toBeCloseTo(400 / 372 + 108 + 10);
	});

	test("goes by what each side was told: extra guard time, block guard time, the card's own", async () => {
		const { slot, times } = await listened({ guardTimeEtu: 11, turnaroundTimeEtu: 22 });
		slot.configure({ ...T0_LINE, guardTimeEtu: 14, turnaroundTimeEtu: 22 });
		await slot.send(parseHex("010203"));
		await slot.receive(3, 100);
		await slot.send(parseHex("04"));
		expect(times()).toEqual(["<0", "<12", ">34", ">48", ">62", "<84", "<95", "<106", ">128"]);
	});

	test.each([
		[100, 84, "010203", 68 + 84],
		[100, 85, "", 52 + 100],
	])(
		"a wait of %i etu from the last leading edge: a card %i etu late sends %j",
		async (waitEtu, delayEtu, came, atEtu) => {
			const { slot, times } = await listened({}, delayEtu);
			await slot.send(parseHex("010203"));
			expect(formatHex(await slot.receive(3, waitEtu, 12))).toBe(came);
			if (came) expect(times()).toContain(`<${atEtu}`);
			else expect(slot.elapsedEtu).toBeCloseTo(400 / 372 + delayEtu + atEtu);
		},
	);

	test("the second wait holds from the second character on", async () => {
		const { slot } = await listened();
		await slot.send(parseHex("010203"));
		expect(await slot.receive(3, 16, 11)).toHaveLength(1);
	});

	test("each reset puts the first parameters back", async () => {
		const { slot } = await listened();
		slot.configure({ ...T0_LINE, clocksPerEtu: 31 });
		await slot.warmReset();
		expect(formatHex(await slot.receive(2, 120))).toBe("3B00");
		expect(slot.damagedCharacters).toBe(0);
	});

	test("two sides that count different etu do not understand each other", async () => {
		const { slot } = await listened();
		slot.configure({ ...T0_LINE, clocksPerEtu: 93, repeatsCharacters: false });
		await slot.send(parseHex("010203"));
		slot.configure(T0_LINE);
		expect(formatHex(await slot.receive(3, 100))).toBe("FEFEFE");
	});
});

describe("a damaged character", () => {
	/** Turns bit 0 of the character with this number round, and of the `count` - 1 that follow. */
	const noise = (from: number, count: number) => (index: number) => (index >= from && index < from + count ? 1 : 0);

	test("counts as received where nothing is repeated", async () => {
		const { slot } = await listened();
		slot.noise = noise(5, 1);
		await slot.send(parseHex("010203"));
		expect(formatHex(await slot.receive(3, 100))).toBe("000203");
		expect(slot.damagedCharacters).toBe(1);
	});

	// [ISO-T0-09]
	test("from the card is signalled at 10.5 etu and comes again", async () => {
		const { slot, times } = await listened();
		slot.configure(T0_LINE);
		slot.noise = noise(6, 2);
		await slot.send(parseHex("010203"));
		expect(formatHex(await slot.receive(3, 100))).toBe("010203");
		expect(slot.damagedCharacters).toBe(2);
		expect(times().slice(5)).toEqual(["<68", "<80", "E90.5", "<94", "E104.5", "<108", "<120"]);
	});

	test("to the card is signalled by a card of T=0 and comes again", async () => {
		const { slot, times } = await listened({ repeatsCharacters: true });
		slot.configure(T0_LINE);
		slot.noise = noise(3, 1);
		await slot.send(parseHex("010203"));
		expect(formatHex(await slot.receive(3, 100))).toBe("010203");
		expect(times().slice(2, 7)).toEqual([">28", ">40", "E50.5", ">54", ">66"]);
	});

	// [ISO-T0-09]
	test("is given up after three repetitions, in either direction", async () => {
		const { slot } = await listened({ repeatsCharacters: true });
		slot.configure(T0_LINE);
		slot.noise = noise(6, 4);
		await slot.send(parseHex("010203"));
		expect(formatHex(await slot.receive(3, 100))).toBe("01");
		expect(slot.characters).toBe(10);
		await slot.receive(3, 100);
		slot.noise = noise(11, 4);
		await slot.send(parseHex("0405"));
		expect(slot.characters).toBe(15);
		expect(slot.damagedCharacters).toBe(8);
	});
});

// EMV 4.3 Book 1, 9.2.2.1 and 9.2.4.2: WWT 9,600 + 480 etu; BWT 15,371 + 960 etu
test.each([
	["T=0 at the edge", "3B600000", 10_080 - 16, "9000"],
	["T=0 beyond", "3B600000", 10_081 - 16, "mute"],
	["T=1 at the edge", "3BE000FF81317C4192", 16_331 - 22, "9000"],
	["T=1 beyond: the answer comes, as to the question for it", "3BE000FF81317C4192", 16_332 - 22, "9000"],
])("a slow card, %s of the waiting time", async (_name, atr, delayEtu, expected) => {
	const exchange = { command: parseHex("0020008003123456"), response: parseHex("9000"), outgoing: false };
	const slot = new VirtualSlot();
	slot.insert(new CardInterface(new RecordedCard(atr, [exchange], delayEtu)));
	const reader = new ContactReader(slot);
	await reader.activate();
	const answer = await reader.transmit(exchange.command).then(formatHex, (error: { reason: string }) => error.reason);
	expect(answer).toBe(expected);
});

test("noise is told of the direction, and may leave a character alone", async () => {
	const { slot } = await listened();
	const seen: [number, LineDirection][] = [];
	slot.noise = (index, direction) => {
		seen.push([index, direction]);
		return 0;
	};
	await slot.send(parseHex("010203"));
	await slot.receive(1, 100);
	expect(seen).toEqual([
		[2, "toCard"],
		[3, "toCard"],
		[4, "toCard"],
		[5, "fromCard"],
	]);
});
