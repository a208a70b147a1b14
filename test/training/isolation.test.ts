import dgram from "node:dgram";
import net from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { escPosPaper } from "../../sim/world/escPosPaper.js";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { tlsHostSocket } from "../../sim/world/tlsHostSocket.js";
import { formatHex } from "../../src/bytes/hex.js";
import { render } from "../../src/display/render.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { CardReader } from "../../src/ports.js";
import { BANNER_HEIGHT, TRAINING_BANNER, TrainingDisplay } from "../../src/training/trainingDisplay.js";
import { TRAINING_PREFIX } from "../../src/training/trainingStorage.js";
import type { SaleBench } from "../flows/bench.js";
import { school, train } from "./school.js";
import { EVERY_LESSON } from "./trainee.js";

const BANNER_BYTES = 320 * BANNER_HEIGHT * 2;

/** What the live terminal reaches the world with; nothing of it is to be called. */
class Spies {
	readonly called: string[] = [];

	watch(bench: SaleBench): void {
		bench.wrapSocket = socket => ({
			connect: timeoutMs => {
				this.called.push("bank");
				return socket.connect(timeoutMs);
			},
		});
		bench.bindingDesk = {
			connect: async () => {
				this.called.push("desk");
				throw new Error("cannot reach the bank: there is none");
			},
		};
		bench.wrapReader = reader => this.#reader(reader);
		const set = bench.clock.set.bind(bench.clock);
		bench.clock.set = now => {
			this.called.push("clock");
			set(now);
		};
	}

	readonly managementLink = {
		connect: async () => {
			this.called.push("management link");
			throw new Error("cannot reach the management service: there is none");
		},
	};

	#reader(reader: CardReader): CardReader {
		const note = (what: string) => this.called.push(`card: ${what}`);
		return {
			get present() {
				return reader.present;
			},
			get onChange() {
				return reader.onChange;
			},
			set onChange(listener) {
				reader.onChange = listener;
			},
			activate() {
				note("activate");
				return reader.activate();
			},
			transmit(command) {
				note("transmit");
				return reader.transmit(command);
			},
			deactivate: () => reader.deactivate(),
		};
	}
}

/** All lessons, one after the other, as somebody takes them who knows what to do. */
async function trainingDay({ bench, trainee }: ReturnType<typeof school>): Promise<void> {
	for (const id of EVERY_LESSON) {
		trainee.take(id);
		expect(await train(bench, id)).toMatchObject({ score: 100 });
	}
}

function liveFiles({ disk }: SaleBench): Record<string, string> {
	const names = disk.list().filter(name => !name.startsWith(TRAINING_PREFIX));
	return Object.fromEntries(names.sort().map(name => [name, formatHex(disk.read(name, 0, disk.size(name)!))]));
}

const connect = vi.spyOn(net.Socket.prototype, "connect");
const send = vi.spyOn(dgram.Socket.prototype, "send");
beforeEach(() => {
	connect.mockClear();
	send.mockClear();
});
afterEach(() => vi.clearAllMocks());

test.each([unionPay, generic87])(
	"a training day in the profile $name calls no live port and changes no live file but its record and the drills' notes",
	async profile => {
		const spies = new Spies();
		const { managementLink } = spies;
		const whole = school("firstSale", { profile, managementLink, training: undefined });
		const { bench } = whole;
		spies.watch(bench);
		expect(await bench.sale(1234)).toMatchObject({ outcome: "approved" });
		expect(spies.called).toContain("bank"); // the spies see what there is to see
		expect(spies.called).toContain("card: transmit");
		spies.called.length = 0;
		bench.removeCard();
		const before = liveFiles(bench);
		const { entries, merchantMinor } = bench;
		const count = entries.length;
		const received = bench.bank.received.length;

		await trainingDay(whole);

		expect(spies.called).toEqual([]);
		expect(bench.bank.received).toHaveLength(received);
		expect(bench.merchantMinor).toBe(merchantMinor);
		expect(bench.entries).toHaveLength(count);
		const after = liveFiles(bench);
		const changed = Object.keys(after).filter(name => after[name] !== before[name]);
		expect(changed).toEqual(["incidents.000000", "incidents.head", "lessons"]);
		expect(Object.keys(before).filter(name => after[name] === undefined)).toEqual([]);
		// What the incident log got is notes, and they open nothing.
		const lines = [...bench.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event);
		expect(lines).toEqual(
			["lock", "tamper", "phishingCall"].map(id => ({
				type: "noted",
				detail: `drill ${id}, operator 0, 100 percent`,
			})),
		);
		expect(bench.terminal.monitor.incidents.state.open).toEqual([]);
		// Nothing of the training terminals is left, and the live one sells on where it was.
		expect(bench.disk.list().filter(name => name.startsWith(TRAINING_PREFIX))).toEqual([]);
		expect(await bench.sale(500)).toMatchObject({ outcome: "approved" });
		expect(bench.merchantMinor).toBe(merchantMinor + 500);
	},
	60_000,
);

test("no socket opens in a training day, and one does as soon as the same terminal sells", async () => {
	const line = tlsHostSocket({ host: "127.0.0.1", port: 9, ca: "" });
	const whole = school("firstSale");
	whole.bench.wrapSocket = () => line;
	await trainingDay(whole);
	expect(connect).toHaveBeenCalledTimes(0);
	expect(send).toHaveBeenCalledTimes(0);
	const passing = setInterval(() => whole.bench.clock.advance(1_000), 2);
	expect((await whole.bench.sale(1234)).outcome).not.toBe("approved");
	clearInterval(passing);
	expect(connect.mock.calls.length).toBeGreaterThan(0);
}, 60_000);

test("every screen of a training day carries the banner in its uppermost rows, and no live one does", async () => {
	const banner = bannerOf();
	const live: string[] = [];
	const bare: string[] = [];
	let drawn = 0;
	const whole = school("firstSale");
	const { bench } = whole;
	const top = () => formatHex(bench.display.frame.subarray(0, BANNER_BYTES));
	bench.display.onFrame = () => live.push(top());
	await bench.sale(1234);
	bench.removeCard();
	expect(live.length).toBeGreaterThan(5);
	expect(live).not.toContain(banner);
	bench.display.onFrame = () => {
		drawn++;
		if (top() !== banner) bare.push(whole.screens.at(-1)?.name ?? "the first");
	};
	await trainingDay(whole);
	expect(bare).toEqual([]);
	expect(drawn).toBeGreaterThanOrEqual(whole.screens.length);
	expect(drawn).toBeGreaterThan(250);
	const names = new Set(whole.screens.map(({ name }) => name));
	const expected = ["approved", "cardError", "declined", "enterPin", "idle", "menu", "notice", "page", "pinIncorrect"];
	for (const name of [...expected, "settling", "tampered", "training", "warning"] as const)
		expect([...names]).toContain(name);
	expect(whole.screens.every(({ items: [first] }) => first?.kind === "text" && first.text === TRAINING_BANNER)).toBe(
		true,
	);
}, 60_000);

test("every receipt of a training day says so above and below, and names no live merchant", async () => {
	const papers: string[][] = [];
	const whole = school("firstSale", {
		printer: {
			print: async bytes => {
				papers.push(
					escPosPaper(bytes).flatMap(row => (row.kind === "text" && row.text.trim() ? [row.text.trim()] : [])),
				);
				return "printed";
			},
		},
	});
	await trainingDay(whole);
	expect(papers.length).toBeGreaterThan(10);
	for (const lines of papers) {
		expect(lines[0]).toContain("TRAINING - NO MONEY MOVED");
		expect(lines.slice(-2).join()).toContain("TRAINING - NO MONEY MOVED");
		expect(lines).toContain("TRAINING MERCHANT");
		expect(lines.join("\n")).not.toContain("KASSA TEST CAFE");
	}
}, 60_000);

test("a live transaction and a training never run at the same time", async () => {
	const { bench, trainee } = school("firstSale");
	const selling = bench.sale(1234);
	await expect(bench.terminal.train("firstSale")).rejects.toThrow("the terminal is busy");
	expect(await selling).toMatchObject({ outcome: "approved" });
	bench.removeCard();
	trainee.take("firstSale");
	const training = train(bench, "firstSale");
	await expect(bench.sale(1)).rejects.toThrow("the terminal is busy");
	expect(await training).toMatchObject({ score: 100 });
});

test("a live terminal that is opened during a training shows that, and the training is over", async () => {
	const { bench } = school("firstSale");
	const training = train(bench, "phishingCall");
	bench.tamper.open();
	expect(await training).toMatchObject({ done: false });
	expect(bench.screens.at(-1)?.name).toBe("tampered");
	const top = formatHex(bench.display.frame.subarray(0, BANNER_BYTES));
	expect(top).not.toBe(bannerOf());
});

function bannerOf(): string {
	const canvas = new MemoryDisplay();
	const display = new TrainingDisplay(canvas);
	display.isOpen = true;
	render(display, { name: "training", background: 0, items: [] });
	return formatHex(canvas.frame.subarray(0, BANNER_BYTES));
}
