import { expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { CardSession } from "../../src/card/cardSession.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { type CardContacts, SEND_CHUNK, SerialCardSlot } from "../../src/platform/cardSlot.js";

const ATR_DIRECT = [0x3b, 0x65, 0x00, 0x00, 0x20, 0x63, 0xcb, 0x68, 0x00];

/** All 8 bits inverted and in the other order, as the inverse convention has them on the line. */
const onLine = (byte: number) =>
	[...Array(8).keys()].reduce((result, bit) => result | (((~byte >> bit) & 1) << (7 - bit)), 0);

/** Contacts whose line returns what is sent, as one I/O contact does, and a card that says what a test tells it to say. */
class FakeContacts implements CardContacts {
	seated = true;
	onEdge: (() => void) | undefined;
	readonly events: string[] = [];
	readonly sent: number[][] = [];
	echoes = true;
	damaged = false;
	atr: readonly number[] = ATR_DIRECT;
	answer: (sent: Uint8Array) => readonly number[] = () => [];
	#waiting: number[] = [];
	#onCharacters: (() => void) | undefined;

	power(on: boolean): void {
		this.events.push(`VCC ${on ? "on" : "off"}`);
	}
	clock(on: boolean): void {
		this.events.push(`CLK ${on ? "on" : "off"}`);
	}
	reset(high: boolean): void {
		this.events.push(`RST ${high ? "high" : "low"}`);
		if (high) this.say(this.atr);
	}
	open(onCharacters: () => void) {
		this.events.push("I/O open");
		this.#onCharacters = onCharacters;
		return {
			write: (bytes: Uint8Array) => {
				this.sent.push([...bytes]);
				this.say([...(this.echoes ? bytes : []), ...this.answer(bytes)]);
			},
			read: () => Uint8Array.from(this.#waiting.splice(0)),
			setParity: (parity: string) => this.events.push(parity),
			setRate: (baud: number, stopBits: number) => this.events.push(`${baud} baud, ${stopBits} stop`),
			takeDamage: () => {
				const damaged = this.damaged;
				this.damaged = false;
				return damaged;
			},
			close: () => {
				this.#onCharacters = undefined;
				this.events.push("I/O low");
			},
		};
	}
	/** Characters on the line, some time later. */
	say(characters: readonly number[]): void {
		this.#waiting.push(...characters);
		queueMicrotask(() => this.#onCharacters?.());
	}
	seat(seated: boolean): void {
		this.seated = seated;
		this.onEdge?.();
	}
}

function makeSlot() {
	const contacts = new FakeContacts();
	const clock = new ManualClock(0);
	const slot = new SerialCardSlot(contacts, clock);
	return { contacts, clock, slot };
}

/** Lets time pass until `promise` is settled. */
async function settle<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
	let settled = false;
	void promise.finally(() => {
		settled = true;
	});
	for (let i = 0; i < 10_000 && !settled; i++) {
		await new Promise(resolve => setImmediate(resolve));
		if (!settled) clock.advance(1);
	}
	return promise;
}

test("activation and deactivation keep the order of ISO/IEC 7816-3", async () => {
	const { contacts, clock, slot } = makeSlot();
	await settle(clock, slot.activate());
	const inactive = ["RST low", "CLK off", "VCC off"];
	expect(contacts.events).toEqual([
		...inactive,
		"RST low",
		"VCC on",
		"I/O open",
		"CLK on",
		"10753 baud, 2 stop",
		"even",
		"RST high",
	]);
	contacts.events.length = 0;
	await slot.deactivate();
	expect(contacts.events).toEqual(["RST low", "CLK off", "I/O low", "VCC off"]);
	expect(slot.powered).toBe(false);
});

test("RST stays low for 10 ms and more", async () => {
	const { contacts, clock, slot } = makeSlot();
	const activation = slot.activate();
	const highAt: number[] = [];
	contacts.reset = high => void (high && highAt.push(clock.now()));
	await settle(clock, activation);
	expect(highAt).toHaveLength(1);
	expect(highAt[0]).toBeGreaterThanOrEqual(11);
});

test("a card session reads the ATR and the answer, without its own characters", async () => {
	const { contacts, clock, slot } = makeSlot();
	contacts.answer = sent => (sent.length === 5 ? [0x6a, 0x82] : []);
	const session = new CardSession(new ContactReader(slot));
	const atr = await settle(clock, session.activate());
	expect([...atr]).toEqual(ATR_DIRECT);
	const response = await settle(clock, session.transmit({ cla: 0, ins: 0xb2, p1: 1, p2: 12, le: 0 }));
	expect(response.sw).toBe(0x6a82);
	expect(contacts.sent).toEqual([[0x00, 0xb2, 0x01, 0x0c, 0x00]]);
});

test("a card of the inverse convention is understood, and spoken to, in its own", async () => {
	const { contacts, clock, slot } = makeSlot();
	const atr = [0x3f, 0x65, 0x25, 0x00, 0x2c, 0x09, 0x69, 0x90, 0x00];
	contacts.atr = atr.map(onLine);
	contacts.answer = () => [0x90, 0x00].map(onLine);
	await settle(clock, slot.activate());
	expect([...(await settle(clock, slot.receive(9, 100)))]).toEqual(atr);
	expect(contacts.events.at(-1)).toBe("odd");
	await settle(clock, slot.send(Uint8Array.of(0x00, 0xa4)));
	expect(contacts.sent).toEqual([[0x00, 0xa4].map(onLine)]);
	expect([...(await settle(clock, slot.receive(2, 100)))]).toEqual([0x90, 0x00]);
});

test("a long body goes out in pieces that the UART takes, each after the echo of the one before", async () => {
	const { contacts, clock, slot } = makeSlot();
	await settle(clock, slot.activate());
	await settle(clock, slot.receive(ATR_DIRECT.length, 100));
	const body = Uint8Array.from({ length: 255 }, (_, i) => i);
	await settle(clock, slot.send(body));
	expect(contacts.sent.map(({ length }) => length)).toEqual([SEND_CHUNK, SEND_CHUNK, SEND_CHUNK, 255 - 3 * SEND_CHUNK]);
	expect(contacts.sent.flat()).toEqual([...body]);
	expect(await settle(clock, slot.receive(1, 100))).toHaveLength(0);
});

test("a silent card gives fewer characters after the waiting time, not before", async () => {
	const { contacts, clock, slot } = makeSlot();
	contacts.atr = [0x3b, 0x00];
	await settle(clock, slot.activate());
	const start = clock.now();
	const received = await settle(clock, slot.receive(3, 10_080));
	expect([...received]).toEqual([0x3b, 0x00]);
	expect(clock.now() - start).toBeGreaterThanOrEqual(937); // 10,080 etu of 372 cycles at 4 MHz
});

test("a line without an echo does not hang", async () => {
	const { contacts, clock, slot } = makeSlot();
	await settle(clock, slot.activate());
	await settle(clock, slot.receive(ATR_DIRECT.length, 100));
	contacts.echoes = false;
	await settle(clock, slot.send(Uint8Array.of(1, 2, 3)));
	contacts.say([0x90]);
	expect([...(await settle(clock, slot.receive(1, 100)))]).toEqual([0x90]);
});

test("pulling the card takes the contacts down at once and ends what waits", async () => {
	const { contacts, clock, slot } = makeSlot();
	const changes: boolean[] = [];
	slot.onChange = present => changes.push(present);
	contacts.atr = [];
	await settle(clock, slot.activate());
	const waiting = slot.receive(1, 10_080);
	contacts.events.length = 0;
	contacts.seat(false);
	expect(contacts.events).toEqual(["RST low", "CLK off", "I/O low", "VCC off"]);
	expect(slot.powered).toBe(false);
	expect(changes).toEqual([false]);
	expect(await waiting).toHaveLength(0);
});

test("a card pulled while it is being reset is not reset", async () => {
	const { contacts, clock, slot } = makeSlot();
	const activation = slot.activate();
	clock.advance(1);
	await new Promise(resolve => setImmediate(resolve));
	contacts.seat(false);
	contacts.events.length = 0;
	await settle(clock, activation);
	expect(contacts.events).not.toContain("RST high");
	expect(slot.powered).toBe(false);
});

test("an insertion counts when the switch has rested", async () => {
	const { contacts, clock, slot } = makeSlot();
	contacts.seat(false);
	const changes: boolean[] = [];
	slot.onChange = present => changes.push(present);
	for (let i = 0; i < 5; i++) {
		contacts.seat(i % 2 === 0);
		clock.advance(10);
	}
	expect(changes).toEqual([]);
	clock.advance(100);
	expect(changes).toEqual([true]);
	expect(slot.present).toBe(true);
});

test("without a card nothing is powered", async () => {
	const { contacts, clock, slot } = makeSlot();
	contacts.seat(false);
	contacts.events.length = 0;
	await settle(clock, slot.activate());
	await settle(clock, slot.warmReset());
	await settle(clock, slot.send(Uint8Array.of(1)));
	expect(contacts.events).not.toContain("VCC on");
	expect(await settle(clock, slot.receive(1, 10))).toHaveLength(0);
});

/** An active slot whose ATR has been taken. */
async function activeSlot() {
	const made = makeSlot();
	await settle(made.clock, made.slot.activate());
	await settle(made.clock, made.slot.receive(ATR_DIRECT.length, 100));
	made.contacts.events.length = 0;
	return made;
}

const LINE = { clocksPerEtu: 32, guardTimeEtu: 11, turnaroundTimeEtu: 22, repeatsCharacters: false };

test("another etu and guard time reach the UART as rate and stop bits, and each reset puts the first ones back", async () => {
	const { contacts, clock, slot } = await activeSlot();
	slot.configure(LINE);
	slot.configure({ ...LINE, clocksPerEtu: 46.5, guardTimeEtu: 12 });
	expect(contacts.events).toEqual(["125000 baud, 1 stop", "86022 baud, 2 stop"]);
	await settle(clock, slot.warmReset());
	expect(contacts.events).toEqual(expect.arrayContaining(["RST low", "10753 baud, 2 stop", "even", "RST high"]));
});

test("a guard time beyond two stop bits is waited for after each character", async () => {
	const { contacts, clock, slot } = await activeSlot();
	slot.configure({ ...LINE, clocksPerEtu: 372, guardTimeEtu: 12 + 100 }); // 9.3 ms more
	const start = clock.now();
	await settle(clock, slot.send(Uint8Array.of(1, 2, 3)));
	expect(contacts.sent).toEqual([[1], [2], [3]]);
	expect(clock.now() - start).toBeGreaterThanOrEqual(2 * 10);
});

test("the terminal keeps the turnaround time after the card's last character", async () => {
	const { contacts, clock, slot } = await activeSlot();
	slot.configure({ ...LINE, clocksPerEtu: 372, turnaroundTimeEtu: 110 }); // 100 etu after the character: 9.3 ms
	contacts.say([0x90]);
	await settle(clock, slot.receive(1, 100));
	const start = clock.now();
	const sending = slot.send(Uint8Array.of(1));
	const sentAt: number[] = [];
	for (let i = 0; i < 30; i++) {
		await new Promise(resolve => setImmediate(resolve));
		if (contacts.sent.length && !sentAt.length) sentAt.push(clock.now() - start);
		clock.advance(1);
	}
	await settle(clock, sending);
	expect(sentAt[0]).toBeGreaterThanOrEqual(10);
	expect(sentAt[0]).toBeLessThanOrEqual(12);
});

test("a character of wrong parity counts; in T=0, where it cannot be asked for again, it is not handed over", async () => {
	const { contacts, clock, slot } = await activeSlot();
	slot.configure(LINE);
	contacts.damaged = true;
	contacts.say([0x90, 0x00]);
	expect([...(await settle(clock, slot.receive(2, 100)))]).toEqual([0x90, 0x00]);
	expect(slot.damagedCharacters).toBe(1);
	slot.configure({ ...LINE, repeatsCharacters: true });
	const waiting = slot.receive(2, 10_000);
	contacts.damaged = true;
	contacts.say([0x91]);
	expect(await settle(clock, waiting)).toHaveLength(0);
	expect(slot.damagedCharacters).toBe(2);
	await settle(clock, slot.warmReset());
	expect(slot.damagedCharacters).toBe(0);
});

test("the second waiting time holds from the second character on, and time is counted from the rise of RST", async () => {
	const { contacts, clock, slot } = await activeSlot();
	contacts.say([0x60]);
	const start = clock.now();
	expect([...(await settle(clock, slot.receive(2, 10_080, 200)))]).toEqual([0x60]);
	expect(clock.now() - start).toBeLessThan(100);
	const before = slot.elapsedEtu;
	clock.advance(93);
	expect(slot.elapsedEtu - before).toBeCloseTo(1000);
});
