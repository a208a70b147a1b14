import { describe, expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { requestMessage } from "../../src/host/buildMessage.js";
import { encodeFrame, requestFrame } from "../../src/host/frame.js";
import { HostLink } from "../../src/host/hostLink.js";
import { encodeWithMac, type MacKeys } from "../../src/host/messageMac.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { replyMessage } from "../../src/host/replyMessage.js";
import type { HostConnection, HostSocket } from "../../src/ports.js";
import { valuesFor } from "./operationValues.js";

const keys: MacKeys = {
	keySerialNumber: new Uint8Array(12),
	mac: () => new Uint8Array(8).fill(7),
	macIsRight: (_data, mac) => mac[0] === 7,
};
const ECHO_AFTER_MS = generic87.connection.keepAlive!.echoAfterMs;
const { keepAlive: _keepAlive, ...perMessage } = generic87.connection;
const notKept: HostProfile = { ...generic87, connection: perMessage };

const sale = (stan: number) => requestMessage(generic87, "sale", { ...valuesFor(generic87), stan });
const framed = (bytes: Uint8Array) => encodeFrame(generic87.frame, requestFrame(generic87.frame, bytes));

/** The host's answer to `sale(stan)`. */
function answer(stan: number): Uint8Array {
	const kind = { operation: "sale", isReversal: false } as const;
	return framed(encodeWithMac(generic87, replyMessage(generic87, kind, sale(stan), { responseCode: "00" }), keys));
}

/** What arrives on a connection after each message that was sent on it: bytes, nothing, an end or a break. */
type Script = readonly (readonly (Uint8Array | "silence" | "close" | "break")[])[];

class Line implements HostSocket {
	readonly sent: Uint8Array[] = [];
	readonly connectedAt: number[] = [];
	open = 0;
	readonly #clock: ManualClock;
	#scripts: Script[];

	constructor(clock: ManualClock, ...scripts: Script[]) {
		this.#clock = clock;
		this.#scripts = scripts;
	}

	/** Arrives now on the open connection, without having been asked for. */
	arrive: (bytes: Uint8Array) => void = () => {};

	async connect(): Promise<HostConnection> {
		this.connectedAt.push(this.#clock.monotonicMs());
		const script = [...(this.#scripts.shift() ?? [])];
		let arrived: (Uint8Array | string)[] = [];
		this.arrive = bytes => arrived.push(bytes);
		this.open++;
		return {
			send: async bytes => {
				this.sent.push(bytes);
				arrived = [...arrived, ...(script.shift() ?? [])];
			},
			receive: async timeoutMs => {
				const next = arrived.shift();
				if (next === "break") throw new Error("reset");
				if (next === "close") return new Uint8Array(0);
				if (typeof next === "object") return next;
				await new Promise<void>(resolve => {
					this.#clock.after(timeoutMs, resolve);
				});
				return undefined;
			},
			close: () => {
				this.open--;
			},
		};
	}
}

/** Lets time pass until the promise is settled. */
async function inTime<T>(clock: ManualClock, promise: Promise<T>, stepMs = 50): Promise<T> {
	let isSettled = false;
	const done = promise.finally(() => {
		isSettled = true;
	});
	for (let i = 0; i < 20_000 && !isSettled; i++) {
		for (let turn = 0; turn < 30 && !isSettled; turn++) await Promise.resolve();
		if (!isSettled) clock.advance(stepMs);
	}
	return done;
}

function open(profile: HostProfile, sockets: (clock: ManualClock) => { primary: HostSocket; backup?: HostSocket }) {
	const clock = new ManualClock(1_000_000);
	const lines: string[] = [];
	const log = { line: (_source: unknown, text: string) => lines.push(text) };
	const link = new HostLink(profile, { ...sockets(clock), clock, random: new SeededRandom(7), log });
	const ask = (stan: number, timeoutMs = 60_000) => inTime(clock, link.exchange(sale(stan), keys, timeoutMs));
	return { clock, lines, link, ask };
}

const OUTAGES = {
	refused: () => Promise.reject(new Error("cannot reach the bank: refused")),
	"throws at once": () => {
		throw new Error("cannot reach the bank: bad certificate");
	},
	"rejects with nothing": () => Promise.reject(undefined),
	hangs: () => new Promise<HostConnection>(() => {}),
} as const;

describe("fail-over", () => {
	const lines = ["up", ...(Object.keys(OUTAGES) as (keyof typeof OUTAGES)[])] as const;
	const matrix = lines.flatMap(primary => [...lines, "none" as const].map(backup => [primary, backup] as const));

	// [HST-LNK-01]
	test.each(matrix)("primary %s, backup %s: at most one line carries the request, once", async (primary, backup) => {
		const used = { primary: undefined as Line | undefined, backup: undefined as Line | undefined };
		const socket = (name: "primary" | "backup", state: (typeof lines)[number], clock: ManualClock): HostSocket => {
			if (state !== "up") return { connect: OUTAGES[state] };
			used[name] = new Line(clock, [[answer(1)]]);
			return used[name];
		};
		const { ask } = open(notKept, clock => ({
			primary: socket("primary", primary, clock),
			...(backup !== "none" && { backup: socket("backup", backup, clock) }),
		}));
		const result = await ask(1);
		const sent = [used.primary?.sent.length ?? 0, used.backup?.sent.length ?? 0];
		if (primary === "up") expect([result.kind, ...sent]).toEqual(["replied", 1, 0]);
		else if (backup === "up") expect([result.kind, ...sent]).toEqual(["replied", 0, 1]);
		else expect(result).toMatchObject({ kind: "notSent", reason: expect.stringMatching(/^cannot reach the bank/) });
	});

	// [HST-LNK-01]
	test.each([
		["silence", "timeout"],
		["close", "closed"],
		["break", "closed"],
	] as const)("what was sent on one line is not sent on the other: %s", async (what, reason) => {
		let backup: Line | undefined;
		const { ask } = open(notKept, clock => {
			backup = new Line(clock, [[answer(1)]]);
			return { primary: new Line(clock, [[what]]), backup };
		});
		expect(await ask(1, 5_000)).toEqual({ kind: "noValidReply", reason });
		expect(backup!.connectedAt).toEqual([]);
	});

	// [HST-LNK-01]
	test("a send that throws, or never ends, may have sent", async () => {
		for (const [send, reason] of [
			[() => Promise.reject(new Error("broken pipe")), "closed"],
			[() => new Promise<void>(() => {}), "timeout"],
		] as const) {
			const connection = { send, receive: async () => undefined, close: () => {} };
			const { ask } = open(notKept, () => ({ primary: { connect: async () => connection } }));
			expect(await ask(1, 5_000)).toEqual({ kind: "noValidReply", reason });
		}
	});

	test("the backup stays the first choice for five minutes", async () => {
		let backup: Line | undefined;
		let tries = 0;
		const { ask, clock } = open(notKept, manual => {
			backup = new Line(manual, [[answer(1)]], [[answer(2)]], [[answer(3)]]);
			const connect = () => {
				tries++;
				return Promise.reject(new Error("cannot reach the bank: down"));
			};
			return { primary: { connect }, backup };
		});
		await ask(1);
		await ask(2);
		expect([tries, backup!.sent.length]).toEqual([1, 2]);
		clock.advance(300_000);
		await ask(3);
		expect([tries, backup!.sent.length]).toEqual([2, 3]);
	});
});

describe("back-off", () => {
	async function triesWithin(timeoutMs: number): Promise<number[]> {
		const at: number[] = [];
		const { ask } = open(notKept, clock => ({
			primary: {
				connect: () => {
					at.push(clock.monotonicMs());
					return Promise.reject(new Error("cannot reach the bank: down"));
				},
			},
		}));
		expect(await ask(1, timeoutMs)).toMatchObject({ kind: "notSent" });
		return at.map(time => time - at[0]!);
	}

	test("each pause is up to twice the one before, never less than half of it, and then it ends", async () => {
		const [first, second, third, ...more] = await triesWithin(60_000);
		expect([first, more]).toEqual([0, []]);
		expect(second).toBeGreaterThanOrEqual(250);
		expect(second).toBeLessThanOrEqual(500);
		expect(third! - second!).toBeGreaterThanOrEqual(500);
		expect(third! - second!).toBeLessThanOrEqual(1_000);
	});

	test("no pause goes beyond the time that the request has", async () => {
		expect(await triesWithin(200)).toEqual([0]);
	});

	test("no try takes longer than the profile says, and what connects too late is closed", async () => {
		let closed = 0;
		let finish: (connection: HostConnection) => void = () => {};
		const connection = { send: async () => {}, receive: async () => undefined, close: () => void closed++ };
		const { ask, clock } = open({ ...notKept, connection: { ...perMessage, rounds: 1 } }, () => ({
			primary: {
				connect: () =>
					new Promise(resolve => {
						finish = resolve;
					}),
			},
		}));
		const start = clock.monotonicMs();
		expect(await ask(1)).toEqual({ kind: "notSent", reason: "cannot reach the bank: no connection in time" });
		expect(clock.monotonicMs() - start).toBe(perMessage.connectTimeoutMs);
		finish(connection);
		await Promise.resolve();
		await Promise.resolve();
		expect(closed).toBe(1);
	});
});

describe("a kept connection", () => {
	const kept = (...scripts: Script[]) => {
		let line: Line | undefined;
		const opened = open(generic87, clock => {
			line = new Line(clock, ...scripts);
			return { primary: line };
		});
		return { ...opened, line: line! };
	};

	test("carries one message after another", async () => {
		const { ask, line } = kept([[answer(1)], [answer(2)]]);
		expect([(await ask(1)).kind, (await ask(2)).kind]).toEqual(["replied", "replied"]);
		expect([line.connectedAt.length, line.sent.length, line.open]).toEqual([1, 2, 1]);
	});

	test("is not used again after anything but a reply", async () => {
		const { ask, line } = kept([["silence"]], [[answer(2)]]);
		expect(await ask(1, 5_000)).toMatchObject({ kind: "noValidReply" });
		expect((await ask(2)).kind).toBe("replied");
		expect([line.connectedAt.length, line.open]).toEqual([2, 1]);
	});

	test("that the host has closed is opened anew, before anything is sent", async () => {
		const { ask, line } = kept([[answer(1), "close"]], [[answer(2)]]);
		await ask(1);
		expect((await ask(2)).kind).toBe("replied");
		expect([line.connectedAt.length, line.sent.length, line.open]).toEqual([2, 2, 1]);
	});

	test("is echoed after its idle time, again and again", async () => {
		const { ask, link, clock, line } = kept([[answer(1)], [answer(2)], [answer(3)], [answer(4)]]);
		let echoes = 0;
		link.onIdle = () => link.exchange(sale(2 + echoes++), keys, 5_000);
		await ask(1);
		for (const expected of [1, 2]) {
			clock.advance(ECHO_AFTER_MS - 150);
			expect(echoes).toBe(expected - 1);
			await inTime(clock, new Promise<void>(resolve => void clock.after(200, resolve)), 1);
			expect(echoes).toBe(expected);
		}
		expect((await ask(4)).kind).toBe("replied");
		expect(line.connectedAt.length).toBe(1);
	});

	test("without an echo test is closed after its idle time", async () => {
		const { ask, clock, line } = kept([[answer(1)]], [[answer(2)]]);
		await ask(1);
		clock.advance(ECHO_AFTER_MS);
		expect(line.open).toBe(0);
		expect((await ask(2)).kind).toBe("replied");
	});

	test.each([
		[
			"throws",
			() => {
				throw new Error("no");
			},
		],
		["rejects", () => Promise.reject(new Error("no"))],
	] as const)("an echo test that %s closes it, and nothing else", async (_how, onIdle) => {
		const { ask, clock, link, line, lines } = kept([[answer(1)]], [[answer(2)]]);
		link.onIdle = onIdle;
		await ask(1);
		clock.advance(ECHO_AFTER_MS);
		for (let i = 0; i < 10; i++) await Promise.resolve();
		expect([line.open, lines.includes("the echo test failed")]).toEqual([0, true]);
		expect((await ask(2)).kind).toBe("replied");
	});

	test("a connection that cannot be closed does no harm", async () => {
		const { ask } = open(notKept, () => ({
			primary: {
				connect: async () => ({
					send: async () => {},
					receive: async () => answer(1),
					close: () => {
						throw new Error("no");
					},
				}),
			},
		}));
		expect((await ask(1)).kind).toBe("replied");
	});

	test("what comes on it unasked is counted and logged, and never taken for a reply", async () => {
		const { ask, line, link, lines } = kept([
			[answer(1), answer(1)],
			[answer(1), answer(2)],
		]);
		await ask(1);
		line.arrive(framed(Uint8Array.of(1, 2, 3)));
		expect(await ask(2)).toMatchObject({ kind: "replied" });
		expect(link.skipped).toMatchObject({ duplicate: 2, garbled: 1 });
		expect(lines.filter(text => text.startsWith("skipped"))).toEqual([
			"skipped garbled 1, duplicate 1",
			"skipped duplicate 1",
		]);
	});

	test("with half a frame on it is given up", async () => {
		const { ask, line } = kept([[answer(1), answer(1).slice(0, 10)]], [[answer(2)]]);
		await ask(1);
		expect((await ask(2)).kind).toBe("replied");
		expect(line.connectedAt.length).toBe(2);
	});
});

// [HST-ANS-03]
test("the answer to a request that nobody waits for any more is late, not another's", async () => {
	const { ask, link } = open(notKept, clock => ({
		primary: new Line(clock, [["silence"]], [[answer(1), answer(2)]]),
	}));
	expect(await ask(1, 5_000)).toEqual({ kind: "noValidReply", reason: "timeout" });
	expect(await ask(2)).toMatchObject({ kind: "replied" });
	expect(link.skipped).toMatchObject({ late: 1, otherStan: 0 });
});

test("one exchange after another, and none waits longer than it may", async () => {
	let line: Line | undefined;
	const { link, clock } = open(notKept, manual => {
		line = new Line(manual, [["silence"]], [[answer(3)]]);
		return { primary: line };
	});
	const first = link.exchange(sale(1), keys, 10_000);
	const second = link.exchange(sale(2), keys, 1_000);
	const third = link.exchange(sale(3), keys, 20_000);
	expect(await inTime(clock, second)).toEqual({ kind: "notSent", reason: "the line to the bank is busy" });
	expect(line!.connectedAt.length).toBe(1);
	expect(await inTime(clock, first)).toEqual({ kind: "noValidReply", reason: "timeout" });
	expect((await inTime(clock, third)).kind).toBe("replied");
	expect(line!.sent.length).toBe(2);
});
