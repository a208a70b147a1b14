import { afterEach, beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../sim/world/nodeCrypto.js";
import { IDLE_REFRESH_MS } from "../src/idleLoop.js";
import { type BenchOptions, SaleBench } from "./flows/bench.js";
import { makeSaleWorld } from "./flows/saleWorld.js";
import { eventually } from "./management/linkWorld.js";

const CARD = "unionpay-credit";
const HOUR_MS = 60 * 60_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
let world: Omit<BenchOptions, "crypto">;
let b: SaleBench;
let ended: Promise<void>;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

afterEach(async () => {
	b.terminal.stop();
	await eventually(() => {
		b.clock.advance(60_000);
		return !b.terminal.isBusy;
	});
	await ended;
});

async function idle(): Promise<void> {
	ended = b.terminal.run();
	await eventually(() => b.screenNames().at(-1) === "idle" && !b.terminal.isBusy);
}

/** Lets the idle terminal draw its clock once more, with all that it sees to then. */
async function round(): Promise<void> {
	const drawn = b.screens.length;
	b.clock.advance(IDLE_REFRESH_MS);
	await eventually(() => b.screens.length > drawn && !b.terminal.isBusy);
}

/** Lets time pass, with all that the terminal sees to at its end. */
async function pass(ms: number): Promise<void> {
	b.clock.advance(ms - IDLE_REFRESH_MS);
	await round();
}

test("what was ordered before the terminal began to wait for persons is ended first", async () => {
	b = new SaleBench({ ...world, crypto: nodeCrypto });
	const selling = b.sale(1_000);
	ended = b.terminal.run();
	expect(await selling).toMatchObject({ outcome: "approved" });
	b.removeCard();
	await eventually(() => b.screenNames().at(-1) === "idle" && !b.terminal.isBusy);
	expect(b.terminal.monitor.lastCheck).toBeDefined();
});

test("a clock that is set back does not put off what is owed to the bank", async () => {
	b = new SaleBench({ ...world, crypto: nodeCrypto });
	let isDown = false;
	b.wrapSocket = socket => ({
		connect: timeoutMs => (isDown ? Promise.reject(new Error("the line is down")) : socket.connect(timeoutMs)),
	});
	b.bank.onAnswer = message => {
		isDown = true; // and the reversal that follows at once does not get through
		return message.slice(0, -1);
	};
	expect(await b.sale(1_000)).toMatchObject({ reversal: "owed" });
	b.removeCard();
	await idle();
	await round();
	b.clock.set(b.clock.now() - YEAR_MS);
	isDown = false;
	b.bank.onAnswer = undefined;
	for (let rounds = 0; rounds < 6 && b.terminal.journal.owed().length; rounds++) await round();
	expect(b.terminal.journal.owed()).toEqual([]);
	expect(b.merchantMinor).toBe(0);
});

test("a storage without room for the access trail keeps nobody signed on, and the idle terminal running", async () => {
	b = new SaleBench({ ...world, crypto: nodeCrypto });
	const { operators, access } = b.terminal;
	operators.add("12", "cashier", "supervisor", b.clock.now());
	access.append(b.clock.now(), { type: "signedOn", who: "12" });
	b.restart();
	await idle();
	expect(b.terminal.shift.operator).toBe("12");
	const { append, replace } = b.disk;
	b.disk.append = b.disk.replace = () => {
		throw new Error("the storage is full");
	};
	b.clock.advance(31 * 60_000);
	await round();
	await round();
	expect(b.terminal.shift.operator).toBeUndefined();
	expect(b.log.join("\n")).toContain("the storage is full");
	Object.assign(b.disk, { append, replace });
	await round();
	expect([...b.terminal.access.entries()].at(-1)!.event).toEqual({ type: "signedOff", who: "12", why: "idle" });
});

test("the terminal checks itself at its start, and whole once a day", async () => {
	b = new SaleBench({ ...world, crypto: nodeCrypto });
	await idle();
	const { monitor } = b.terminal;
	const isWhole = () => monitor.lastCheck!.results.some(({ check }) => check === "journal");
	const start = monitor.lastCheck!.at;
	expect(isWhole()).toBe(false);
	for (const day of [1, 2]) {
		await pass(23 * HOUR_MS);
		expect(monitor.lastCheck!.at).toBe(start + (day - 1) * 24 * HOUR_MS);
		await pass(HOUR_MS);
		expect(monitor.lastCheck!.at).toBe(start + day * 24 * HOUR_MS);
		expect(isWhole()).toBe(true);
	}
});

test("it says no more that it may not sell when it finds itself well", async () => {
	b = new SaleBench({ ...world, crypto: nodeCrypto });
	await idle();
	const { monitor } = b.terminal;
	b.tamper.cause = "case"; // seen by the check, before anything answers to it
	await pass(24 * HOUR_MS);
	expect(monitor.lastCheck!.blocking).toEqual(["tamper"]);
	b.tamper.cause = undefined;
	await pass(24 * HOUR_MS);
	expect(monitor.lastCheck!.blocking).toEqual([]);
	expect(monitor.incidents.state.open).toEqual([]);
});
