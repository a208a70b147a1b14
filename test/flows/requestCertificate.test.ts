import { createPublicKey } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { REQUEST_FILE, requestCertificate } from "../../src/flows/requestCertificate.js";
import { TlsKey } from "../../src/keys/tlsKey.js";
import { openSlots } from "../keys/testKeys.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const SUBJECT = { commonName: "10000001", serialNumber: "KASSA001", organisation: "Kassa test" };
const turn = () => new Promise<void>(resume => void setImmediate(resume));
const clock = {
	after(_delayMs: number, callback: () => void) {
		setImmediate(callback);
		return () => {};
	},
};

function start(storage: MemoryDisk) {
	const { slots } = openSlots(storage);
	const tlsKey = new TlsKey(slots, { crypto: nodeCrypto, random: new SeededRandom(3) });
	const log: string[] = [];
	let works = 0;
	const run = () =>
		requestCertificate(
			{ tlsKey, storage, clock, log: { line: (_source, text) => log.push(text) } },
			SUBJECT,
			() => works++,
		);
	return { slots, tlsKey, log, run, works: () => works };
}

/** Whether the request that lies there is over the key that is there. */
function isWhole(storage: MemoryDisk, tlsKey: TlsKey): boolean {
	const size = storage.size(REQUEST_FILE);
	if (size === undefined) return false;
	return Buffer.from(storage.read(REQUEST_FILE, 0, size)).equals(tlsKey.request(SUBJECT));
}

describe("the request for the TLS certificate", () => {
	test("is made once, with its key; a later start finds both", async () => {
		const storage = new MemoryDisk();
		const first = start(storage);
		await first.run();
		expect([first.works(), first.log]).toEqual([1, [`the TLS key is made: have ${REQUEST_FILE} certified`]]);
		expect(isWhole(storage, first.tlsKey)).toBe(true);
		const second = start(storage);
		await second.run();
		expect([second.works(), second.log]).toEqual([0, []]);
	});

	test("a power cut at any of its writes leaves what the next start goes on from", { timeout: 60_000 }, async () => {
		let cuts = 0;
		for (;;) {
			const storage = new MemoryDisk();
			const { run } = start(storage);
			storage.cutAfter(cuts);
			const ended = await run().then(
				() => "done",
				error => (error instanceof PowerCut ? "cut" : Promise.reject(error)),
			);
			if (ended === "done") break;
			cuts++;
			storage.restart();
			const again = start(storage);
			await again.run();
			expect(isWhole(storage, again.tlsKey)).toBe(true);
		}
		expect(cuts).toBe(3); // the key, the root that makes it count, the request
	});

	test("after all keys were erased there is a request over the new key, not over the old one", async () => {
		const storage = new MemoryDisk();
		const { slots, run } = start(storage);
		await run();
		const before = storage.read(REQUEST_FILE, 0, storage.size(REQUEST_FILE)!);
		slots.zeroise({ cause: "order", at: 0 });
		slots.renew();
		const { tlsKey } = start(storage);
		const again = requestCertificate(
			{
				tlsKey: new TlsKey(slots, { crypto: nodeCrypto, random: new SeededRandom(77) }),
				storage,
				clock,
				log: { line() {} },
			},
			SUBJECT,
			() => {},
		);
		await again;
		expect(storage.read(REQUEST_FILE, 0, storage.size(REQUEST_FILE)!)).not.toEqual(before);
		expect(tlsKey.isMade).toBe(false); // an older look at the store
		expect(isWhole(storage, start(storage).tlsKey)).toBe(true);
	});
});

describe("a terminal whose line wants a TLS key", () => {
	let options: BenchOptions;
	beforeAll(async () => {
		const world = await makeSaleWorld("cda");
		options = { ...world.cda!, crypto: nodeCrypto, certificateSubject: SUBJECT };
	});

	async function runUntil(b: SaleBench, isReached: () => boolean): Promise<void> {
		let isOver = false;
		const running = b.terminal.run().finally(() => {
			isOver = true;
		});
		const pass = async (ms: number) => {
			b.clock.advance(ms);
			await turn();
		};
		while (!isReached()) await pass(1);
		b.terminal.stop();
		while (!isOver) await pass(60_000);
		await running;
	}

	test("makes it at its first start, says so, and then sells", { timeout: 60_000 }, async () => {
		const b = new SaleBench(options);
		await runUntil(b, () => b.screenNames().includes("idle"));
		expect(b.screenNames().slice(0, 2)).toEqual(["makingKeys", "idle"]);
		const request = Buffer.from(b.disk.read(REQUEST_FILE, 0, b.disk.size(REQUEST_FILE)!));
		// SubjectPublicKeyInfo is where RFC 2986, 4.1 has it: third in the first part.
		const pem = (der: Buffer) => createPublicKey({ key: der, format: "der", type: "spki" });
		const at = request.indexOf(Buffer.from("300d06092a864886f70d0101010500", "hex")) - 4;
		expect(pem(request.subarray(at, at + 294)).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
		b.restart();
		await runUntil(b, () => b.screenNames().filter(name => name === "idle").length > 1);
		expect(b.screenNames().filter(name => name === "makingKeys")).toHaveLength(1);
	});

	test("opened meanwhile: no key, and the display says why", { timeout: 60_000 }, async () => {
		const b = new SaleBench(options);
		const isMaking = () => b.screenNames().includes("makingKeys");
		b.onScreen = screen => {
			if (screen.name === "makingKeys" && !b.tamper.cause) setImmediate(() => b.tamper.open("mesh"));
		};
		await runUntil(b, () => isMaking() && b.screenNames().at(-1) === "tampered");
		expect(b.disk.size(REQUEST_FILE)).toBeUndefined();
		expect(b.disk.names().filter(name => name.startsWith("key-tls"))).toEqual([]);
	});
});
