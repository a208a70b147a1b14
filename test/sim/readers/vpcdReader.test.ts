import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ApduCard } from "../../../sim/card/apduCard.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { plugIntoVpcd } from "../../../sim/readers/vpcdCard.js";
import { encodeVpcdMessage, VpcdParser } from "../../../sim/readers/vpcdMessage.js";
import { VpcdReader, type VpcdReaderOptions } from "../../../sim/readers/vpcdReader.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { makeCards, nodeRandom } from "../card/testCards.js";

const T0_ATR = "3B6500004B41535341";
const T1_ATR = "3B800181";
const READ_RECORD = parseHex("00B2010C00");
const SELECT_PSE = parseHex("00A404000E315041592E5359532E444446303100");

const open: { close(): unknown }[] = [];
afterEach(async () => {
	for (const each of open.splice(0).reverse()) await each.close();
});

async function listen(options: VpcdReaderOptions = {}): Promise<VpcdReader> {
	const reader = await VpcdReader.listen({ port: 0, answerTimeoutMs: 2_000, ...options });
	open.push(reader);
	return reader;
}

/** The answer to each message, or a function that makes raw bytes of it; nothing where there is none. */
type Answers = Readonly<Record<string, string>> | ((message: string) => Uint8Array | undefined);

/** A virtual card of somebody else. */
class Peer {
	readonly received: string[] = [];
	readonly socket: Socket;
	readonly #parser = new VpcdParser();
	readonly #closed: Promise<void>;

	constructor(port: number, answers: Answers) {
		this.socket = connect(port, "127.0.0.1");
		this.socket.on("error", () => {});
		this.#closed = new Promise(resolve => this.socket.once("close", () => resolve()));
		this.socket.on("data", piece => {
			for (const message of this.#parser.push(piece)) {
				const hex = formatHex(message);
				this.received.push(hex);
				if (typeof answers === "function") {
					const raw = answers(hex);
					if (raw) this.socket.write(raw);
				} else if (answers[hex] !== undefined) this.socket.write(encodeVpcdMessage(parseHex(answers[hex])));
			}
		});
		open.push({ close: () => this.socket.destroy() });
	}

	closed(): Promise<void> {
		return this.#closed;
	}
}

async function seated(reader: VpcdReader, answers: Answers): Promise<Peer> {
	const peer = new Peer(reader.port, answers);
	await vi.waitFor(() => expect(reader.present).toBe(true), { timeout: 5_000, interval: 5 });
	return peer;
}

async function virtualCard(name: string): Promise<ApduCard> {
	const personalisation = (await makeCards(name)).cards[name]!;
	return new ApduCard(new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom }));
}

describe("VpcdReader", () => {
	test("power on, ATR, a command, power off", async () => {
		const reader = await listen();
		const peer = await seated(reader, { "04": T1_ATR, "00B2010C00": "7001AA9000" });
		expect(formatHex(await reader.activate())).toBe(T1_ATR);
		expect(formatHex(await reader.transmit(READ_RECORD))).toBe("7001AA9000");
		await reader.deactivate();
		await reader.deactivate();
		await vi.waitFor(() => expect(peer.received).toEqual(["01", "04", "00B2010C00", "00"]));
	});

	test("a second activation is a cold reset", async () => {
		const reader = await listen();
		const peer = await seated(reader, { "04": T0_ATR });
		await reader.activate();
		await reader.activate();
		expect(peer.received).toEqual(["01", "04", "00", "01", "04"]);
	});

	test("the first protocol of the ATR, unless told otherwise", async () => {
		const answers = { "04": T0_ATR, "00B2010C00": "6C02", "00B2010C02": "70009000" };
		const reader = await listen();
		await seated(reader, answers);
		await reader.activate();
		expect(formatHex(await reader.transmit(READ_RECORD))).toBe("70009000");
		const other = await listen({ transport: "t1" });
		await seated(other, answers);
		await other.activate();
		expect(formatHex(await other.transmit(READ_RECORD))).toBe("6C02");
	});

	test("a bad ATR: one warm reset, then the card is rejected and powered off", async () => {
		const reader = await listen();
		const peer = await seated(reader, { "04": "3B65" });
		await expect(reader.activate()).rejects.toMatchObject({ reason: "notAccepted" });
		await vi.waitFor(() => expect(peer.received).toEqual(["01", "04", "02", "04", "00"]));
	});

	test("no ATR at all: mute", async () => {
		const reader = await listen();
		await seated(reader, { "04": "" });
		await expect(reader.activate()).rejects.toMatchObject({ reason: "mute" });
	});

	test("no answer in time: mute, and the card is let go, since its next answer could be to anything", async () => {
		const reader = await listen({ answerTimeoutMs: 50 });
		const peer = await seated(reader, { "04": T0_ATR });
		await reader.activate();
		await expect(reader.transmit(READ_RECORD)).rejects.toMatchObject({ reason: "mute" });
		await peer.closed();
		await vi.waitFor(() => expect(reader.present).toBe(false));
	});

	test("a card that leaves: noticed at once, missed by a command", async () => {
		const reader = await listen();
		const seen: boolean[] = [];
		reader.onChange = present => seen.push(present);
		const peer = await seated(reader, { "04": T0_ATR });
		await reader.activate();
		const answer = reader.transmit(READ_RECORD);
		peer.socket.destroy();
		await expect(answer).rejects.toMatchObject({ reason: "removed" });
		await vi.waitFor(() => expect(seen).toEqual([true, false]));
		await expect(reader.activate()).rejects.toMatchObject({ reason: "removed" });
	});

	test("a second card is refused while one is in", async () => {
		const reader = await listen();
		await seated(reader, { "04": T0_ATR });
		await new Peer(reader.port, {}).closed();
		expect(reader.present).toBe(true);
		expect(formatHex(await reader.activate())).toBe(T0_ATR);
	});

	test("a card that speaks unasked is let go", async () => {
		const reader = await listen();
		const peer = await seated(reader, {});
		peer.socket.write(parseHex("00029000"));
		await peer.closed();
	});

	test("a command before the activation is our own fault", async () => {
		await expect((await listen()).transmit(READ_RECORD)).rejects.toThrow("call activate first");
	});

	test("a port that is in use", async () => {
		const { port } = await listen();
		await expect(VpcdReader.listen({ port })).rejects.toThrow(
			`port ${port} is in use (by the vpcd of pcscd?): choose another with vpcd:PORT`,
		);
	});

	test("whatever a card sends: an end in time, a card error, power off", async () => {
		const reader = await listen({ answerTimeoutMs: 30 });
		const raw = fc.oneof(
			fc.uint8Array({ maxLength: 40 }),
			fc.uint8Array({ maxLength: 40 }).map(encodeVpcdMessage),
			fc.uint8Array({ minLength: 250, maxLength: 400 }).map(encodeVpcdMessage),
			fc.constantFrom(T0_ATR, T1_ATR, "9000", "6C05", "6110", "").map(hex => encodeVpcdMessage(parseHex(hex))),
		);
		let worstMs = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(raw, { minLength: 1, maxLength: 5 }), fc.boolean(), async (answers, good) => {
				await vi.waitFor(() => expect(reader.present).toBe(false), { interval: 2 });
				let turn = 0;
				const peer = await seated(reader, message => {
					if (message === "00" || message === "01" || message === "02") return undefined;
					if (good && message === "04") return encodeVpcdMessage(parseHex(T0_ATR));
					return answers[turn++ % answers.length];
				});
				const began = Date.now();
				try {
					await reader.activate();
					for (const command of [SELECT_PSE, READ_RECORD, READ_RECORD]) await reader.transmit(command);
				} catch (error) {
					expect(error).toMatchObject({ name: "CardError" });
					await expect(reader.transmit(READ_RECORD)).rejects.toThrow("call activate first");
				}
				worstMs = Math.max(worstMs, Date.now() - began);
				await reader.deactivate();
				await vi.waitFor(() => expect(peer.received.at(-1) === "00" || peer.socket.destroyed).toBe(true), {
					interval: 2,
				});
				peer.socket.destroy();
			}),
			{ numRuns: 60 },
		);
		expect(worstMs).toBeLessThan(10_000); // a bound, not a speed: 35 answers of 30 ms and a busy machine
	}, 60_000);
});

describe("plugIntoVpcd", () => {
	test("Kassa's card in Kassa's reader", async () => {
		const card = await virtualCard("unionpay-debit");
		const reader = await listen();
		const events: string[] = [];
		const plugged = await plugIntoVpcd(card, "127.0.0.1", reader.port, event => events.push(event));
		await vi.waitFor(() => expect(reader.present).toBe(true));
		expect(formatHex(await reader.activate())).toBe(T0_ATR);
		expect(formatHex(await reader.transmit(SELECT_PSE))).toMatch(/^6F20840E.*9000$/);
		await reader.deactivate();
		await vi.waitFor(() => expect(events).toEqual(["power on", "command 00A4", "command 00C0", "power off"]));
		plugged.close();
		await plugged.closed;
		await vi.waitFor(() => expect(reader.present).toBe(false));
	});

	test("a mute card has no answer to reset", async () => {
		const reader = await listen();
		const plugged = await plugIntoVpcd(await virtualCard("mute"), "127.0.0.1", reader.port);
		await vi.waitFor(() => expect(reader.present).toBe(true));
		await expect(reader.activate()).rejects.toMatchObject({ reason: "mute" });
		plugged.close();
	});

	test("nothing listens there", async () => {
		const server = createServer();
		const port = await new Promise<number>(resolve => {
			server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
		});
		await new Promise(resolve => server.close(resolve));
		await expect(plugIntoVpcd(await virtualCard("unionpay-debit"), "127.0.0.1", port)).rejects.toThrow(
			`no vpcd at 127.0.0.1:${port} (ECONNREFUSED): start pcscd with vsmartcard-vpcd installed, or name another HOST:PORT`,
		);
	});
});
